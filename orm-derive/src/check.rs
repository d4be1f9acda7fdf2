//! The rules that concern more than one attribute or field; one function each.

mod conflicts;
mod deferred;
mod forms;
mod keys;
mod relations;

use crate::ctxt::Ctxt;
use crate::ir::Model;

/// Holds the model to the rules.
pub(crate) fn check(ctxt: &Ctxt, model: &Model) {
    keys::primary_key_exists(ctxt, model);
    keys::key_is_short(ctxt, model);
    keys::actions_need_references(ctxt, model);
    keys::version_is_one(ctxt, model);
    conflicts::columns_are_distinct(ctxt, model);
    conflicts::server_defaults_are_few(ctxt, model);
    conflicts::indexes_name_columns(ctxt, model);
    deferred::deferred_has_its_type(ctxt, model);
    deferred::keys_are_loaded(ctxt, model);
    deferred::computed_columns_are_not_stored(ctxt, model);
    deferred::generated_columns_are_not_set(ctxt, model);
    forms::inputs_are_set(ctxt, model);
    forms::forms_have_fields(ctxt, model);
    relations::foreign_keys_are_columns(ctxt, model);
    relations::orphans_have_a_parent(ctxt, model);
    relations::single_parents_are_a_promise(ctxt, model);
    relations::updates_are_the_parents(ctxt, model);
    relations::secondary_is_between_many(ctxt, model);
    relations::ends_have_names(ctxt, model);
    relations::deletes_are_the_parents(ctxt, model);
    relations::views_write_nothing(ctxt, model);
    relations::only_collections_are_write_only(ctxt, model);
}
