//! Rules of names and positions.

use std::collections::HashMap;

use crate::ctxt::Ctxt;
use crate::ir::Model;
use crate::ir::name::plain;
use crate::nearest::nearest;

/// `name: String, #[orm(column = "name")] title: String`
pub(super) fn columns_are_distinct(ctxt: &Ctxt, model: &Model) {
    let mut seen = HashMap::new();
    for column in &model.columns {
        if let Some(first) = seen.insert(&column.name, &column.ident) {
            ctxt.error(
                &column.name_token,
                format!(
                    "the column \"{}\" is that of the field `{first}` already",
                    column.name
                ),
            );
        }
    }
}

/// A server default on the 129th column, or a deferred one: the set of columns left to the database has 128 places.
pub(super) fn server_defaults_are_few(ctxt: &Ctxt, model: &Model) {
    for column in model.columns.iter().skip(128) {
        if let Some(inside) = column.deferred.as_ref().or(column.server.as_ref()) {
            ctxt.error(
                inside,
                "only the first 128 columns can be without a value; move the field up",
            );
        } else if let Some(default) = &column.server_default {
            ctxt.error(
                default,
                "only the first 128 columns can be left to the database; move the field up",
            );
        }
    }
}

/// `#[orm(index(titel))]`
pub(super) fn indexes_name_columns(ctxt: &Ctxt, model: &Model) {
    for field in model.indexes.iter().flat_map(|index| &index.columns) {
        if model.column(field).is_some() {
            continue;
        }
        let name = plain(field);
        let message = if model
            .relations
            .iter()
            .any(|relation| relation.ident == *field)
        {
            format!("`{name}` is a relationship; name its foreign key's column")
        } else {
            no_column(model, &name)
        };
        ctxt.error(field, message);
    }
}

/// What to say of a field that is not there.
pub(super) fn no_column(model: &Model, name: &str) -> String {
    let fields: Vec<String> = model
        .columns
        .iter()
        .map(|column| plain(&column.ident))
        .collect();
    match nearest(name, fields.iter().map(String::as_str)) {
        Some(near) => format!(
            "`{}` has no column `{name}`; did you mean `{near}`?",
            model.ident
        ),
        None => format!(
            "`{}` has no column `{name}`; its columns are {}",
            model.ident,
            fields.join(", ")
        ),
    }
}
