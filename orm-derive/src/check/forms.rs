//! Rules of what a person may set.

use crate::ctxt::Ctxt;
use crate::ir::Model;

/// `#[orm(input)]` without a type that has it, or on a column that nobody sets.
pub(super) fn inputs_are_set(ctxt: &Ctxt, model: &Model) {
    for column in &model.columns {
        let Some((token, open)) = &column.input else {
            continue;
        };
        if model.input.is_none() && model.changes.is_none() {
            ctxt.error(
                token,
                "`input` says whether a person may set the column: add `input = \"..\"` or `changes = \"..\"` to the struct",
            );
        } else if *open && column.is_worked_out() {
            ctxt.error(
                token,
                format!(
                    "`{}` is worked out, so nobody sets it: take `input` away",
                    column.ident
                ),
            );
        }
    }
}

/// `#[orm(input = "NewBook")]` on a struct without a column that a person may set.
pub(super) fn forms_have_fields(ctxt: &Ctxt, model: &Model) {
    let has_fields = |keys: bool| {
        let mut columns = model.columns.iter();
        columns.any(|column| column.is_open() && (keys || !column.primary_key))
    };
    for (form, keys) in [(&model.input, true), (&model.changes, false)] {
        if let Some(form) = form.as_ref().filter(|_| !has_fields(keys)) {
            ctxt.error(
                &form.name,
                "there is no column that a person may set: put #[orm(input)] on those that are",
            );
        }
    }
}
