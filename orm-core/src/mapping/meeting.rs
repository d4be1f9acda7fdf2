//! Where a foreign key meets the column that it refers to.

use super::{ModelDescriptor, RelationDescriptor};
use crate::sql::{BinaryOperator, Expr};
use crate::types::SqlType;

/// The condition that a foreign key's column equals the column that it refers to. Text is compared as that column compares
/// it, as the constraint does: SQLite takes the collation from what stands first.
pub(crate) fn refers(foreign: Expr, referenced: Expr, sql_type: SqlType) -> Expr {
    let (first, second) = match sql_type.is_textual() {
        true => (referenced, foreign),
        false => (foreign, referenced),
    };
    Expr::binary(BinaryOperator::Eq, first, second)
}

impl ModelDescriptor {
    /// Whether a part of the primary key is compared as text.
    pub(crate) fn has_text_key(&self) -> bool {
        let mut keys = self.primary_key.iter();
        keys.any(|&key| self.columns[key].sql_type.is_textual())
    }
}

impl RelationDescriptor {
    /// The condition that two columns of the relationship, of this model and of its target, are equal.
    pub(crate) fn meets(&self, local: Expr, remote: Expr, sql_type: SqlType) -> Expr {
        match self.owns_key() {
            true => refers(local, remote, sql_type),
            false => refers(remote, local, sql_type),
        }
    }
}
