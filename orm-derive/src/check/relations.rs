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

/// `#[orm(cascade = "all, delete-orphan")] author: BelongsTo<Author>`, `#[orm(cascade = "delete-orphan")]`
pub(super) fn orphans_have_a_parent(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        let Some(token) = &relation.cascade_token else {
            continue;
        };
        if !relation.cascade.delete_orphan {
            continue;
        }
        if !relation.cascade.delete {
            ctxt.error(
                token,
                "`delete-orphan` needs `delete`: an object that cannot be without its parent cannot outlive it either; write \
                 \"all, delete-orphan\"",
            );
        }
        if relation.single_parent.is_some() {
            continue;
        }
        if relation.kind == Kind::BelongsTo {
            ctxt.error(
                token,
                "`delete-orphan` belongs to the parent's side (HasMany or HasOne): here it would delete what other objects \
                 may refer to too; if each is referred to by one object only, say so with `single_parent`",
            );
        }
        if relation.secondary.is_some() {
            ctxt.error(
                token,
                "`delete-orphan` would delete what other objects may hold too: over a `secondary` table an object has many \
                 parents; if each has one only, say so with `single_parent`",
            );
        }
    }
}

/// `#[orm(single_parent)] books: HasMany<Book>`
pub(super) fn single_parents_are_a_promise(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        if let Some(token) = &relation.single_parent
            && relation.kind != Kind::BelongsTo
            && relation.secondary.is_none()
        {
            ctxt.error(
                token,
                "`single_parent` says nothing here: a foreign key of the related object refers to one parent anyway",
            );
        }
    }
}

/// `#[orm(passive_updates = false)] author: BelongsTo<Author>`
pub(super) fn updates_are_the_parents(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        let Some((token, _)) = &relation.passive_updates else {
            continue;
        };
        if relation.kind == Kind::BelongsTo {
            ctxt.error(
                token,
                "`passive_updates` belongs to the parent's side (HasMany or HasOne): the key that changes is the parent's",
            );
        }
        if relation.secondary.is_some() {
            ctxt.error(
                token,
                "`passive_updates` is about a foreign key of the related object; the rows of a `secondary` table are the \
                 database's to change: say `on_update = \"cascade\"`",
            );
        }
    }
}

/// `#[orm(secondary = "book_tags")] author: BelongsTo<Author>`
pub(super) fn secondary_is_between_many(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        for stray in &relation.stray_secondary {
            ctxt.error(
                stray,
                format!("`{stray}` names columns of the table between two models: add `secondary = \"table\"`"),
            );
        }
        let Some(secondary) = &relation.secondary else {
            continue;
        };
        if relation.kind != Kind::HasMany {
            ctxt.error(
                &secondary.table,
                "a `secondary` table links many to many: the field is a HasMany, on both sides",
            );
        }
        if let Some(key) = relation.foreign_key.first() {
            ctxt.error(
                key,
                "the foreign keys are those of the `secondary` table; name its columns with `secondary_local` and \
                 `secondary_remote`",
            );
        }
        let keys = model.key().count();
        if !secondary.local.is_empty()
            && secondary.local.len() != keys
            && let Some(name) = secondary.local.first()
        {
            ctxt.error(
                name,
                format!("`{}` has {keys} key columns: name as many", model.ident),
            );
        }
    }
}

/// `#[orm(secondary = "friends")] friends: HasMany<Person>` of `Person`
pub(super) fn ends_have_names(ctxt: &Ctxt, model: &Model) {
    let this = syn::Path::from(model.ident.clone());
    for relation in &model.relations {
        if let Some(secondary) = &relation.secondary
            && relation.targets(&this)
            && (secondary.local.is_empty() || secondary.remote.is_empty())
        {
            ctxt.error(
                &secondary.table,
                "both ends of the table are this model: name their columns with `secondary_local = \"..\"` (this object's) \
                 and `secondary_remote = \"..\"` (the others')",
            );
        }
    }
}

/// `#[orm(passive_deletes)] author: BelongsTo<Author>`, `#[orm(cascade = "all", passive_deletes = "all")]`
pub(super) fn deletes_are_the_parents(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        if let Some((token, true)) = &relation.passive_deletes
            && (relation.cascade.delete || relation.cascade.delete_orphan)
        {
            ctxt.error(
                token,
                "`passive_deletes = \"all\"` leaves every related object to the database, and the cascade `delete` deletes \
                 them; take one away, or write `passive_deletes` (the objects that are not loaded)",
            );
        }
        if let Some((token, _)) = &relation.passive_deletes
            && relation.kind == Kind::BelongsTo
        {
            ctxt.error(
                token,
                "`passive_deletes` belongs to the parent's side (HasMany or HasOne): the deletion of a parent is what it is \
                 about",
            );
        }
    }
}

/// `#[orm(view_only, back_populates = books)]`, `#[orm(view_only, cascade = "all")]`
pub(super) fn views_write_nothing(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        let Some(token) = &relation.view_only else {
            continue;
        };
        if relation.back_populates.is_some() {
            ctxt.error(
                token,
                "a `view_only` relationship is no side of another: nothing can be put into it; leave `back_populates` out",
            );
        }
        let writes = relation.cascade;
        if let Some(cascade) = &relation.cascade_token
            && (writes.save_update || writes.merge || writes.delete || writes.delete_orphan)
        {
            ctxt.error(
                cascade,
                "a `view_only` relationship writes nothing: its cascades are `refresh-expire` and `expunge`",
            );
        }
    }
}

/// `#[orm(lazy = "write_only")] author: BelongsTo<Author>`
pub(super) fn only_collections_are_write_only(ctxt: &Ctxt, model: &Model) {
    for relation in &model.relations {
        if let Some(("WriteOnly", literal)) = &relation.lazy
            && relation.kind != Kind::HasMany
        {
            ctxt.error(
                literal,
                "only a HasMany can be `write_only`: of at most one object there is no whole that is too large to load",
            );
        }
    }
}
