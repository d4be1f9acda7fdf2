//! The attributes of an enum and of its variants.

use syn::{Attribute, LitStr, Path};

use super::{Slot, items, keys};
use crate::ctxt::Ctxt;

#[derive(Default)]
pub(crate) struct EnumAttr {
    pub(crate) krate: Slot<Path>,
}

impl EnumAttr {
    pub(crate) fn parse(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        for item in items(ctxt, attributes) {
            if item.name == "crate" {
                let path = item.path(ctxt, "crate = path::to::orm_core");
                this.krate.set(ctxt, &item.name, path);
            } else {
                keys::unknown(ctxt, &item.name, keys::ENUM);
            }
        }
        this
    }
}

#[derive(Default)]
pub(crate) struct VariantAttr {
    pub(crate) rename: Slot<LitStr>,
}

impl VariantAttr {
    pub(crate) fn parse(ctxt: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        for item in items(ctxt, attributes) {
            if item.name == "rename" {
                this.rename.set(ctxt, &item.name, item.string(ctxt));
            } else {
                keys::unknown(ctxt, &item.name, keys::VARIANT);
            }
        }
        this
    }
}
