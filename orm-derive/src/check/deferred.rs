//! Rules of columns that are not always there, or that the program does not write.

use crate::ctxt::Ctxt;
use crate::ir::Model;

/// `#[orm(deferred)] body: String`
pub(super) fn deferred_has_its_type(ctxt: &Ctxt, model: &Model) {
    for column in &model.columns {
        if let (Some((token, _)), None) = (&column.deferred_attr, &column.deferred) {
            ctxt.error(
                token,
                "`deferred` needs a field that can be without a value: make it a `Deferred<..>`",
            );
        }
    }
}

/// `#[orm(primary_key)] id: Deferred<i64>`
pub(super) fn keys_are_loaded(ctxt: &Ctxt, model: &Model) {
    for column in model.columns.iter().filter(|it| it.deferred.is_some()) {
        let what = if column.primary_key {
            "the primary key"
        } else if column.references.is_some() {
            "a foreign key"
        } else if column.version.is_some() {
            "the `version`"
        } else {
            continue;
        };
        ctxt.error(
            &column.ty,
            format!(
                "{what} is needed with every row, so it cannot be `Deferred`: write the type that is inside"
            ),
        );
    }
}

/// `#[orm(sql = "price * 2", unique)] double: i64`
pub(super) fn computed_columns_are_not_stored(ctxt: &Ctxt, model: &Model) {
    for column in &model.columns {
        let Some((token, _)) = &column.sql else {
            continue;
        };
        let stored = [
            (column.primary_key, "primary_key"),
            (column.unique, "unique"),
            (column.index, "index"),
            (column.default.is_some(), "default"),
            (column.server_default.is_some(), "server_default"),
            (column.references.is_some(), "references"),
            (column.version.is_some(), "version"),
            (column.update_default.is_some(), "on_update"),
        ];
        for (_, attribute) in stored.iter().filter(|(given, _)| *given) {
            ctxt.error(
                token,
                format!(
                    "`sql` makes `{}` a value that each query works out, no column of the table: it cannot have `{attribute}`",
                    column.ident
                ),
            );
        }
    }
}

/// `#[orm(generated = "price * 2", default = 1)] double: i64`
pub(super) fn generated_columns_are_not_set(ctxt: &Ctxt, model: &Model) {
    for column in &model.columns {
        let Some((token, _)) = &column.generated else {
            continue;
        };
        let set = [
            (column.primary_key, "primary_key"),
            (column.default.is_some(), "default"),
            (column.server_default.is_some(), "server_default"),
            (column.references.is_some(), "references"),
            (column.version.is_some(), "version"),
            (column.update_default.is_some(), "on_update"),
            (column.server_on_update.is_some(), "server_on_update"),
            (column.sql.is_some(), "sql"),
        ];
        for (_, attribute) in set.iter().filter(|(given, _)| *given) {
            ctxt.error(
                token,
                format!(
                    "`generated` lets the database work `{}` out from other columns: it cannot have `{attribute}`",
                    column.ident
                ),
            );
        }
    }
}
