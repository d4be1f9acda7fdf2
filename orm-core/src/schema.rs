//! Tables as data: columns, keys, constraints, indexes. Inert: it queries nothing, and a dialect writes its DDL.

mod column;
mod constraint;
mod ddl;
mod foreign_key;
mod index;
mod metadata;
pub mod naming;
mod sort;
mod table;
mod text_rules;

pub use column::{Column, Computed};
pub use constraint::{Check, PrimaryKey, Unique};
pub use ddl::{AddForeignKey, CreateIndex, CreateTable, Ddl, DropConstraint, DropTable};
pub use foreign_key::{ForeignKey, ReferenceAction};
pub use index::Index;
pub use metadata::Metadata;
pub use table::Table;
pub(crate) use text_rules::TextRules;

#[cfg(test)]
mod tests;
