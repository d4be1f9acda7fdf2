//! How structs describe themselves: models, their columns, keys and relationships, as static data.

mod attribute;
mod attributes;
mod builder;
mod cascade;
mod computed;
mod constraint;
mod criteria;
mod descriptor;
mod evaluate;
mod expr;
mod foreign_key;
mod from_row;
mod handle;
mod identity;
mod meeting;
mod metadata;
mod model;
mod named;
mod new;
#[doc(hidden)]
pub mod obligation;
mod options;
mod predicate;
mod query;
mod read_back;
mod related;
mod relation;
mod resolve;
mod secondary;
mod selectable;
mod shape;
mod storage;
mod text_query;
mod tuples;
mod write;

pub use crate::sql::Expression;
pub use attribute::{Column, Many, One, Relation};
pub use attributes::{AttributeList, Attributes};
#[doc(hidden)]
pub use builder::{ByCall, ByValue, ClientDefault, Given, Missing, Provide};
pub use cascade::Cascade;
pub use computed::Computed;
pub use criteria::ModelCriteria;
pub use descriptor::{
    CheckDescriptor, ColumnDescriptor, Guard, IndexDescriptor, ModelDescriptor, OnWrite, Order,
    Reference, ReferenceAction, UpdateDefault, Version,
};
pub(crate) use evaluate::evaluate;
pub use foreign_key::ForeignKey;
#[doc(hidden)]
pub use from_row::read_named;
pub use from_row::{ByName, FromRow};
pub use handle::{Handle, ObjectId, RawHandle};
pub use identity::{IntoKey, Key, KeyColumn, ModelKey};
pub(crate) use meeting::refers;
pub use metadata::Models;
pub use model::{AnyModel, Model};
pub use named::NamedEntity;
pub use new::{ColumnSet, IntoNew, New};
pub use options::{AnyLoad, Criteria, Depth, IntoLoad, Load, LoadAll, LoadOption, Strategy};
pub(crate) use options::{LoadPolicy, merge as merge_loads};
pub(crate) use predicate::{with_parent, with_parent_row};
pub use query::{
    Alias, Along, Cte, Derived, Inner, IntoJoin, Outer, Page, PageRequest, Prepared, Query,
    Returns, Select, Source, SourceColumn, SourceEntity, SourceParts, ValueRow, alias, anonymous,
    cte, select, table_function, values,
};
pub(crate) use query::{Keyset, Seal, compile_select, entity_select, name_outputs};
pub use read_back::EagerDefaults;
pub use related::{BelongsTo, HasMany, HasOne};
pub use relation::{
    Assigned, ManyField, OneField, OwnerField, PassiveDeletes, RelationDescriptor, RelationField,
    RelationKind, RelationOptions,
};
pub use resolve::{Link, LinkCell};
pub use secondary::{LinkEnd, LinkTable, Secondary};
pub use selectable::Selectable;
#[doc(hidden)]
pub use selectable::Selection;
pub use shape::{Entity, Optional, Scalar, Shape, entity};
pub use storage::{ModelType, Place, Rows, Slots, TypeOf};
pub use text_query::{ColumnTypes, TextQuery};
pub(crate) use tuples::tuples;
pub use write::{
    Assignment, Assignments, Columns, Command, Delete, FitColumns, Fits, Insert, NewRow, Returning,
    Update, Upsert, excluded,
};
#[doc(hidden)]
pub use write::{Change, Effect};
pub(crate) use write::{KeyedRow, keyed_rows};

#[cfg(test)]
mod tests;
