//! How structs describe themselves: models, their columns, keys and relationships, as static data.

mod attribute;
mod builder;
mod cascade;
mod computed;
mod descriptor;
mod expr;
mod foreign_key;
mod handle;
mod identity;
mod metadata;
mod model;
mod new;
#[doc(hidden)]
pub mod obligation;
mod options;
mod query;
mod related;
mod relation;
mod resolve;
mod secondary;
mod selectable;
mod shape;
mod storage;
mod text_query;

pub use crate::sql::Expression;
pub use attribute::{Column, Many, One, Relation};
#[doc(hidden)]
pub use builder::{ByCall, ByValue, ClientDefault, Given, Missing, Provide};
pub use cascade::Cascade;
pub use computed::Computed;
pub use descriptor::{
    CheckDescriptor, ColumnDescriptor, IndexDescriptor, ModelDescriptor, OnWrite, Order, Reference,
    ReferenceAction, UpdateDefault, Version,
};
pub use foreign_key::ForeignKey;
pub use handle::{Handle, ObjectId, RawHandle};
pub use identity::{IntoKey, Key, KeyColumn, ModelKey};
pub use metadata::Models;
pub use model::{AnyModel, Model};
pub use new::{ColumnSet, IntoNew, New};
pub use options::{IntoLoad, Load, LoadOption, Strategy};
pub use query::{Query, Select, select};
pub(crate) use query::{compile_text, entity_select};
pub use related::{BelongsTo, HasMany, HasOne};
pub use relation::{
    Assigned, ManyField, OneField, OwnerField, PassiveDeletes, RelationDescriptor, RelationField,
    RelationKind, RelationOptions,
};
pub use resolve::{Link, LinkCell};
pub use secondary::{LinkEnd, LinkTable, Secondary};
pub use selectable::Selectable;
pub use shape::{Entity, Scalar, Shape, entity};
pub use storage::{ModelType, Place, Rows, Slots, TypeOf};
pub use text_query::{ColumnTypes, TextQuery};

#[cfg(test)]
mod tests;
