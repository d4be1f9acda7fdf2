//! Rules of relationships.

use super::conflicts::no_column;
use crate::ctxt::Ctxt;
use crate::ir::name::plain;
use crate::ir::{Kind, Model};

/// `#[orm(foreign_key = autor_id)] author: BelongsTo<Author>`; the other side's foreign keys are checked by type.
pub(super) fn foreign_keys_are_columns(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        if relation.kind != Kind::BelongsTo {
            continue;
        }
        for field in &relation.foreign_key {
            match model.column(field) {
                None => ctxt.error(field, no_column(model, &plain(field))),
                Some(column) if column.references.is_none() => ctxt.error(
                    field,
                    format!("`{field}` is no foreign key: add `references = Model::column` to it"),
                ),
                Some(_) => {}
            }
        }
    }
}

/// `#[orm(cascade = "all, delete-orphan")] author: BelongsTo<Author>`
pub(super) fn orphans_have_a_parent(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        if relation.kind == Kind::BelongsTo
            && relation.cascade.delete_orphan
            && let Some(token) = &relation.cascade_token
        {
            ctxt.error(
                token,
                "`delete-orphan` belongs to the parent's side (HasMany or HasOne): here it would delete the parent",
            );
        }
    }
}
