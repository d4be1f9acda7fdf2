//! What an error carries: the names a program acts on, the statement, the cause.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, ErrorKind};

pub(super) struct Context {
    pub(super) kind: ErrorKind,
    message: String,
    names: Names,
    pub(super) source: Option<Box<dyn StdError + Send + Sync>>,
    /// Which row of a batch was refused, by number.
    row: Option<usize>,
    /// The kind of the error that this one is a consequence of.
    pub(super) first_cause: Option<ErrorKind>,
}

#[derive(Debug, Default)]
struct Names {
    object: Option<String>,
    table: Option<String>,
    columns: Vec<String>,
    constraint: Option<String>,
    sql: Option<String>,
    database_code: Option<String>,
}

impl Context {
    pub(super) fn new(kind: ErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            names: Names::default(),
            source: None,
            row: None,
            first_cause: None,
        }
    }

    pub(super) fn display(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}: {}", self.kind.code(), self.kind, self.message)?;
        let names = &self.names;
        let columns = (!names.columns.is_empty()).then(|| names.columns.join(", "));
        let parts = [
            ("object", names.object.as_deref()),
            ("table", names.table.as_deref()),
            ("columns", columns.as_deref()),
            ("constraint", names.constraint.as_deref()),
            ("code", names.database_code.as_deref()),
        ];
        let mut separator = " (";
        for (label, value) in parts {
            if let Some(value) = value {
                write!(f, "{separator}{label} {value}")?;
                separator = ", ";
            }
        }
        if separator == ", " {
            f.write_str(")")?;
        }
        if let Some(sql) = &names.sql {
            write!(f, "\n  in: {sql}")?;
        }
        Ok(())
    }

    pub(super) fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("message", &self.message)
            .field("names", &self.names)
            .field("source", &self.source)
            .finish()
    }
}

impl Error {
    /// The message alone, without code, kind and names.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The object concerned, as `Model(key)`, where it is known.
    pub fn object(&self) -> Option<&str> {
        self.0.names.object.as_deref()
    }

    /// The table concerned, where it is known.
    pub fn table(&self) -> Option<&str> {
        self.0.names.table.as_deref()
    }

    /// The columns concerned; empty where they are not known.
    pub fn columns(&self) -> &[String] {
        &self.0.names.columns
    }

    /// The constraint that was violated, where the database or the metadata names it.
    pub fn constraint(&self) -> Option<&str> {
        self.0.names.constraint.as_deref()
    }

    /// The statement that failed, with placeholders, never with values.
    pub fn sql(&self) -> Option<&str> {
        self.0.names.sql.as_deref()
    }

    /// The database's own code: the SQLSTATE on PostgreSQL, the extended result code on SQLite.
    pub fn database_code(&self) -> Option<&str> {
        self.0.names.database_code.as_deref()
    }

    /// Which row of a batch was refused, where that is certain.
    pub(crate) fn row(&self) -> Option<usize> {
        self.0.row
    }

    /// Adds which row of a batch was refused.
    #[must_use]
    pub(crate) fn with_row(mut self, row: usize) -> Self {
        self.0.row = Some(row);
        self
    }

    /// Of a [`PendingRollback`](ErrorKind::PendingRollback), the kind of the error by which the transaction ended; `None`
    /// where it ended without one, by an operation that was cut off.
    pub fn first_cause(&self) -> Option<ErrorKind> {
        self.0.first_cause
    }

    /// Adds the kind of the error that this one is a consequence of.
    #[must_use]
    pub(crate) fn with_first_cause(mut self, kind: Option<ErrorKind>) -> Self {
        self.0.first_cause = kind;
        self
    }

    /// Adds what became of the operation to the message.
    #[must_use]
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(note);
        self
    }

    /// Adds the object concerned.
    #[must_use]
    pub fn with_object(mut self, object: impl Into<String>) -> Self {
        self.0.names.object = Some(object.into());
        self
    }

    /// Adds the table concerned.
    #[must_use]
    pub fn with_table(mut self, table: impl Into<String>) -> Self {
        self.0.names.table = Some(table.into());
        self
    }

    /// Adds the columns concerned.
    #[must_use]
    pub fn with_columns<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.0.names.columns = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Adds the constraint concerned.
    #[must_use]
    pub fn with_constraint(mut self, constraint: impl Into<String>) -> Self {
        self.0.names.constraint = Some(constraint.into());
        self
    }

    /// Adds the statement that failed, with placeholders.
    #[must_use]
    pub fn with_sql(mut self, sql: impl Into<String>) -> Self {
        self.0.names.sql = Some(sql.into());
        self
    }

    /// Adds the database's own code.
    #[must_use]
    pub fn with_database_code(mut self, code: impl Into<String>) -> Self {
        self.0.names.database_code = Some(code.into());
        self
    }

    /// Adds the underlying error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}
