//! Driver errors, sorted: SQLite's extended result codes and PostgreSQL's SQLSTATEs to our kinds and names.
//!
//! No message that could hold a value of a row or parameter passes: PostgreSQL's detail is read for column names
//! only, and the texts that quote a value are cut before it.

use sqlx::postgres::{PgDatabaseError, PgSeverity};

use crate::error::{Error, ErrorKind};

/// The error of a SQLite call with this extended result code and message.
pub(crate) fn sqlite(code: i32, message: &str) -> Error {
    let error =
        Error::new(sqlite_kind(code, message), message).with_database_code(code.to_string());
    name_sqlite_objects(error, message)
}

fn sqlite_kind(code: i32, message: &str) -> ErrorKind {
    use libsqlite3_sys as ffi;
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => return ErrorKind::UniqueViolation,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return ErrorKind::ForeignKeyViolation,
        // ON DELETE RESTRICT is a trigger to SQLite; triggers of the program speak in words of their own.
        ffi::SQLITE_CONSTRAINT_TRIGGER if message == "FOREIGN KEY constraint failed" => {
            return ErrorKind::ForeignKeyViolation;
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => return ErrorKind::NotNullViolation,
        ffi::SQLITE_CONSTRAINT_CHECK => return ErrorKind::CheckViolation,
        ffi::SQLITE_READONLY_DBMOVED => return ErrorKind::FileMoved,
        ffi::SQLITE_CONSTRAINT_DATATYPE => return ErrorKind::TypeMismatch,
        _ => {}
    }
    match code & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => ErrorKind::Busy,
        ffi::SQLITE_CANTOPEN => ErrorKind::Connection,
        ffi::SQLITE_FULL => ErrorKind::StorageFull,
        ffi::SQLITE_READONLY => ErrorKind::ReadOnlyDatabase,
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => ErrorKind::CorruptDatabase,
        ffi::SQLITE_IOERR => ErrorKind::StorageFailure,
        ffi::SQLITE_TOOBIG => ErrorKind::InvalidData,
        ffi::SQLITE_MISMATCH => ErrorKind::TypeMismatch,
        ffi::SQLITE_RANGE => ErrorKind::InvalidQuery,
        ffi::SQLITE_ERROR => sqlite_text_kind(message),
        _ => ErrorKind::Database,
    }
}

/// `SQLITE_ERROR` says in words only what went wrong.
fn sqlite_text_kind(message: &str) -> ErrorKind {
    let undefined = [
        "no such table",
        "no such column",
        "no such view",
        "no such index",
        "no such function",
    ];
    let syntax = [
        "syntax error",
        "incomplete input",
        "unrecognized token",
        "values for",
        "ambiguous column name",
        "wrong number of arguments",
        "misuse of",
        "row value misused",
    ];
    let data = [
        "integer overflow",
        "integer out of range",
        "division by zero",
        "malformed JSON",
    ];
    if undefined.iter().any(|text| message.starts_with(text))
        || message.contains("has no column named")
    {
        ErrorKind::UndefinedObject
    } else if syntax.iter().any(|text| message.contains(text)) {
        ErrorKind::Syntax
    } else if data.iter().any(|text| message.contains(text)) {
        ErrorKind::InvalidData
    } else {
        ErrorKind::Database
    }
}

/// SQLite names tables and columns in its messages only.
fn name_sqlite_objects(error: Error, message: &str) -> Error {
    if let Some((_, list)) = message
        .split_once("UNIQUE constraint failed: ")
        .or_else(|| message.split_once("NOT NULL constraint failed: "))
    {
        if let Some(index) = list.strip_prefix("index '") {
            return error.with_constraint(index.trim_end_matches('\''));
        }
        let mut table = None;
        let columns: Vec<&str> = list
            .split(", ")
            .map(|name| match name.rsplit_once('.') {
                Some((of, column)) => {
                    table = Some(of);
                    column
                }
                None => name,
            })
            .collect();
        let error = error.with_columns(columns);
        return match table {
            Some(table) => error.with_table(table),
            None => error,
        };
    }
    if let Some(constraint) = message.strip_prefix("CHECK constraint failed: ") {
        return error.with_constraint(constraint);
    }
    if let Some(table) = message.strip_prefix("no such table: ") {
        return error.with_table(table.strip_prefix("main.").unwrap_or(table));
    }
    if let Some(column) = message.strip_prefix("no such column: ") {
        return match column.rsplit_once('.') {
            Some((table, column)) => error.with_table(table).with_columns([column]),
            None => error.with_columns([column]),
        };
    }
    if let Some((table, column)) = message
        .strip_prefix("table ")
        .and_then(|rest| rest.split_once(" has no column named "))
    {
        return error.with_table(table).with_columns([column]);
    }
    error
}

/// A failure on PostgreSQL: the error, and what it means for the connection.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The error to report.
    pub(crate) error: Error,
    /// Whether the connection can no longer be used.
    pub(crate) broken: bool,
    /// Whether the server refused, which fails the transaction.
    pub(crate) refused: bool,
}

impl Failure {
    /// A failure on our side: nothing reached the server, or all of the answer was read.
    pub(crate) fn ours(error: Error) -> Self {
        Self {
            error,
            broken: false,
            refused: false,
        }
    }

    /// The failure of one row of a batch.
    pub(crate) fn of_row(mut self, row: usize) -> Self {
        self.error = self.error.with_row(row);
        self
    }

    pub(crate) fn with_sql(mut self, sql: &str) -> Self {
        self.error = self.error.with_sql(sql);
        self
    }
}

/// The failure behind an error of sqlx's PostgreSQL driver.
pub(crate) fn postgres(error: sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
            Some(database) => server_error(database),
            None => broken("the server sent an error that cannot be read"),
        },
        sqlx::Error::Encode(source) => Failure::ours(
            Error::new(ErrorKind::Encode, "a parameter cannot be sent").with_source(source),
        ),
        sqlx::Error::Io(source) => {
            let mut failure = broken("the connection to the server was lost");
            failure.error = failure.error.with_source(source);
            failure
        }
        sqlx::Error::Tls(source) => {
            let mut failure = broken("the TLS connection could not be made");
            failure.error = failure.error.with_source(source);
            failure
        }
        sqlx::Error::Protocol(message) => broken(&format!(
            "the conversation with the server failed: {message}"
        )),
        other => broken(&format!("the driver failed: {other}")),
    }
}

fn broken(message: &str) -> Failure {
    Failure {
        error: Error::new(ErrorKind::Connection, message),
        broken: true,
        refused: false,
    }
}

fn server_error(database: &PgDatabaseError) -> Failure {
    let code = database.code();
    let kind = match (code, database.routine()) {
        // Its words depend on the server's language: no operator for these types.
        ("42883", Some("op_error")) => ErrorKind::TypeMismatch,
        _ => sqlstate_kind(code),
    };
    let message = if code.starts_with("22") {
        without_value(database.message())
    } else {
        database.message()
    };
    let mut error = Error::new(kind, message).with_database_code(code);
    if let Some(table) = database.table() {
        error = error.with_table(table);
    }
    if let Some(constraint) = database.constraint() {
        error = error.with_constraint(constraint);
    }
    if let Some(column) = database.column() {
        error = error.with_columns([column]);
    } else if let Some(columns) = database.detail().and_then(key_columns) {
        error = error.with_columns(columns);
    }
    let broken = matches!(database.severity(), PgSeverity::Fatal | PgSeverity::Panic);
    Failure {
        error,
        broken,
        refused: true,
    }
}

/// The kind of a SQLSTATE.
fn sqlstate_kind(code: &str) -> ErrorKind {
    match code {
        "23505" => ErrorKind::UniqueViolation,
        "23503" | "23001" => ErrorKind::ForeignKeyViolation,
        "23502" => ErrorKind::NotNullViolation,
        "23514" => ErrorKind::CheckViolation,
        "23P01" => ErrorKind::ExclusionViolation,
        "40001" => ErrorKind::SerializationFailure,
        "40P01" => ErrorKind::Deadlock,
        "55P03" => ErrorKind::Busy,
        "57014" => ErrorKind::Timeout,
        "25P02" => ErrorKind::TransactionAborted,
        "25006" => ErrorKind::InvalidState,
        "42P01" | "42703" | "42883" | "42704" | "3F000" => ErrorKind::UndefinedObject,
        // Mismatch, cannot be cast, no type or several operators to be inferred, a collation of a type without one
        "42804" | "42846" | "42P18" | "42725" | "42P08" | "42809" | "42P38" => {
            ErrorKind::TypeMismatch
        }
        "42501" | "42P07" | "42701" | "42710" | "42P06" | "42723" => ErrorKind::Database,
        "53100" => ErrorKind::StorageFull,
        "XX001" | "XX002" => ErrorKind::CorruptDatabase,
        "25P03" | "57P01" | "57P02" | "57P03" | "53300" => ErrorKind::Connection,
        _ => match code.get(..2) {
            Some("08" | "28") => ErrorKind::Connection,
            Some("0A") => ErrorKind::Unsupported,
            Some("58") => ErrorKind::StorageFailure,
            Some("22") => ErrorKind::InvalidData,
            Some("42") => ErrorKind::Syntax,
            _ => ErrorKind::Database,
        },
    }
}

/// A message of class 22 without the value it may quote, as in `invalid input syntax for type integer: "x"`.
fn without_value(message: &str) -> &str {
    let cut = message.find([':', '"']).unwrap_or(message.len());
    message[..cut].trim_end()
}

/// The columns named by `Key (a, b)=(..) already exists.`; never the values.
fn key_columns(detail: &str) -> Option<Vec<&str>> {
    let (columns, _) = detail.strip_prefix("Key (")?.split_once(")=(")?;
    if columns.contains('(') {
        return None;
    }
    Some(
        columns
            .split(", ")
            .map(|column| column.trim_matches('"'))
            .collect(),
    )
}

#[cfg(test)]
mod tests;
