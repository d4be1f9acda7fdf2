//! What a struct means: the model, its columns and relationships, free of attributes.

pub(crate) mod column;
pub(crate) mod enums;
pub(crate) mod form;
pub(crate) mod model;
pub(crate) mod name;
pub(crate) mod record;
pub(crate) mod relation;

pub(crate) use column::{Action, Column, Maker, Omit, Version};
pub(crate) use enums::Enum;
pub(crate) use form::Form;
pub(crate) use model::{Index, Input, Model, default_crate};
pub(crate) use record::Record;
pub(crate) use relation::{Cascade, Kind, Relation, Secondary};
