//! A place for one attribute, which knows whether it has been given.

use syn::Ident;

use crate::ctxt::Ctxt;

/// An attribute that may be given once.
pub(crate) struct Slot<T> {
    token: Option<Ident>,
    value: Option<T>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self {
            token: None,
            value: None,
        }
    }
}

impl<T> Slot<T> {
    /// Fills the slot; `None` when the value was malformed and has been reported.
    pub(crate) fn set(&mut self, ctxt: &Ctxt, token: &Ident, value: Option<T>) {
        if self.token.is_some() {
            ctxt.error(token, format!("duplicate attribute `{token}`"));
            return;
        }
        self.token = Some(token.clone());
        self.value = value;
    }

    /// The attribute's name, if it was given.
    pub(crate) fn token(&self) -> Option<&Ident> {
        self.token.as_ref()
    }

    /// Whether the attribute was given.
    pub(crate) fn given(&self) -> bool {
        self.token.is_some()
    }

    /// The value, if it was given and well formed.
    pub(crate) fn value(self) -> Option<T> {
        self.value
    }
}
