//! The names of the attributes, and what to say of another one.

use syn::Ident;

use crate::ctxt::Ctxt;
use crate::nearest::nearest;

pub(crate) const CONTAINER: &[&str] = &[
    "table",
    "check",
    "index",
    "unique",
    "eager_defaults",
    "guard",
    "input",
    "changes",
    "crate",
];
pub(crate) const COLUMN: &[&str] = &[
    "primary_key",
    "column",
    "unique",
    "index",
    "default",
    "server_default",
    "references",
    "on_delete",
    "on_update",
    "version",
    "deferred",
    "sql",
    "generated",
    "server_on_update",
    "input",
];
pub(crate) const RELATION: &[&str] = &[
    "back_populates",
    "foreign_key",
    "cascade",
    "order_by",
    "secondary",
    "secondary_local",
    "secondary_remote",
    "passive_deletes",
    "view_only",
    "lazy",
    "single_parent",
    "passive_updates",
    "filter",
];
pub(crate) const ENUM: &[&str] = &["crate"];
pub(crate) const RECORD: &[&str] = &["crate"];
pub(crate) const RECORD_FIELD: &[&str] = &["column", "flatten"];
pub(crate) const VARIANT: &[&str] = &["rename"];

/// Reports an attribute that none of `known` is.
pub(crate) fn unknown(ctxt: &Ctxt, name: &Ident, known: &[&str]) {
    let message = match nearest(&name.to_string(), known.iter().copied()) {
        Some(near) => format!("unknown attribute `{name}`; did you mean `{near}`?"),
        None => format!(
            "unknown attribute `{name}`; here stand: {}",
            known.join(", ")
        ),
    };
    ctxt.error(name, message);
}
