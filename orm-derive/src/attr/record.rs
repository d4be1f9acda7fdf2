//! The attributes of a struct that rows are read as, and of its fields.

use syn::{Attribute, LitStr, Path};

use super::{Slot, items, keys};
use crate::ctxt::Ctxt;

#[derive(Default)]
pub(crate) struct RecordAttr {
    pub(crate) krate: Slot<Path>,
}

impl RecordAttr {
    pub(crate) fn parse(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        for item in items(ctxt, attributes) {
            if item.name == "crate" {
                let path = item.path(ctxt, "crate = path::to::orm_core");
                this.krate.set(ctxt, &item.name, path);
            } else {
                keys::unknown(ctxt, &item.name, keys::RECORD);
            }
        }
        this
    }
}

#[derive(Default)]
pub(crate) struct RecordFieldAttr {
    pub(crate) column: Slot<LitStr>,
    pub(crate) flatten: Slot<()>,
}

impl RecordFieldAttr {
    pub(crate) fn parse(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        for item in items(ctxt, attributes) {
            if item.name == "column" {
                this.column.set(ctxt, &item.name, item.string(ctxt));
            } else if item.name == "flatten" {
                this.flatten.set(ctxt, &item.name, item.word(ctxt));
            } else {
                keys::unknown(ctxt, &item.name, keys::RECORD_FIELD);
            }
        }
        if let (Some(_), Some(flatten)) = (this.column.token(), this.flatten.token()) {
            ctxt.error(
                flatten,
                "a field with `flatten` has the columns of its struct: it has no `column` of its own",
            );
        }
        this
    }
}
