//! Rules of keys and references.

use crate::ctxt::Ctxt;
use crate::ir::Model;

/// `struct Book { id: i64 }`
pub(super) fn primary_key_exists(ctxt: &Ctxt, model: &Model) {
    if model.key().next().is_some() {
        return;
    }
    let message = match model.columns.iter().find(|column| column.ident == "id") {
        Some(id) => format!(
            "`{}` has no primary key; put #[orm(primary_key)] on `{}`",
            model.ident, id.ident
        ),
        None => format!(
            "`{}` has no primary key; put #[orm(primary_key)] on a field (several make a composite key)",
            model.ident
        ),
    };
    ctxt.error(&model.ident, message);
}

/// Five fields with `#[orm(primary_key)]`.
pub(super) fn key_is_short(ctxt: &Ctxt, model: &Model) {
    if let Some(fifth) = model.key().nth(4) {
        ctxt.error(&fifth.ident, "a primary key has at most four columns");
    }
}

/// `#[orm(on_delete = "cascade")] author_id: i64`
pub(super) fn actions_need_references(ctxt: &Ctxt, model: &Model) {
    for column in &model.columns {
        for action in &column.stray_actions {
            ctxt.error(
                action,
                format!(
                    "`{action}` needs the foreign key it is for: add `references = Model::column`"
                ),
            );
        }
    }
}

/// Two fields with `#[orm(version)]`, or one that is part of the key.
pub(super) fn version_is_one(ctxt: &Ctxt, model: &Model) {
    let versions = model.columns.iter().filter_map(|column| {
        let version = column.version.as_ref()?;
        Some((column, &version.token))
    });
    for (index, (column, token)) in versions.enumerate() {
        if index > 0 {
            ctxt.error(token, "a model has one `version`: it guards the whole row");
        }
        if column.primary_key {
            ctxt.error(
                token,
                "a `version` changes with every update, so it cannot be part of the primary key",
            );
        }
        if let Some(update) = &column.update_default {
            ctxt.error(
                update,
                "the `version` says itself what an update makes of it; write `version = path::to::function`",
            );
        }
    }
}
