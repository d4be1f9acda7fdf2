//! What refers to each other by text.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "heads")]
pub(super) struct Head {
    #[orm(primary_key)]
    pub(super) code: String,
    pub(super) name: String,
    #[orm(references = Head::code)]
    pub(super) above: Option<String>,
    #[orm(back_populates = below)]
    pub(super) upper: BelongsTo<Head>,
    #[orm(back_populates = upper)]
    pub(super) below: HasMany<Head>,
    #[orm(back_populates = head, cascade = "all")]
    pub(super) lines: HasMany<Line>,
    #[orm(secondary = "head_tag", secondary_local = "head_code", secondary_remote = "tag_name", back_populates = heads)]
    pub(super) tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lines")]
pub(super) struct Line {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(references = Head::code)]
    pub(super) head_code: String,
    #[orm(back_populates = lines)]
    pub(super) head: BelongsTo<Head>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "tags")]
pub(super) struct Tag {
    #[orm(primary_key)]
    pub(super) name: String,
    #[orm(secondary = "head_tag", secondary_local = "tag_name", secondary_remote = "head_code", back_populates = tags)]
    pub(super) heads: HasMany<Head>,
}

/// A key of several columns, one of them a number.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "parts")]
pub(super) struct Part {
    #[orm(primary_key)]
    pub(super) number: i64,
    #[orm(primary_key)]
    pub(super) code: String,
    pub(super) id: i64,
    #[orm(references = Part::number)]
    pub(super) of_number: Option<i64>,
    #[orm(references = Part::code)]
    pub(super) of_code: Option<String>,
    #[orm(back_populates = parts)]
    pub(super) whole: BelongsTo<Part>,
    #[orm(back_populates = whole)]
    pub(super) parts: HasMany<Part>,
}
