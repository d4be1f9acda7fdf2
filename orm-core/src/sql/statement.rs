//! Any statement.

use super::{Delete, Insert, Select, Text, Update};

/// A statement to compile.
#[derive(Debug, Clone, PartialEq, Hash)]
#[non_exhaustive]
pub enum Statement {
    /// A query.
    Select(Select),
    /// An INSERT.
    Insert(Insert),
    /// An UPDATE.
    Update(Update),
    /// A DELETE.
    Delete(Delete),
    /// Raw SQL.
    Text(Text),
}

macro_rules! statement {
    ($($name:ident),*) => {$(
        impl From<$name> for Statement {
            fn from(statement: $name) -> Self {
                Self::$name(statement)
            }
        }
    )*};
}

statement!(Select, Insert, Update, Delete, Text);
