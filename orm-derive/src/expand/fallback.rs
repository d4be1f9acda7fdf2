//! What stands in for a model that could not be read, so that its mistake stays the only error.

use proc_macro2::TokenStream;
use quote::quote;

use super::private;
use crate::ir::model::Other;

/// An implementation of `Model` that is never run: the program does not compile.
pub(crate) fn fallback(other: &Other) -> TokenStream {
    if other.generic {
        return TokenStream::new();
    }
    let ident = &other.ident;
    let p = private(&other.krate, ident.span());
    quote! {
        #[automatically_derived]
        impl #p::Model for #ident {
            type Key = i64;
            type Builder = ();

            fn descriptor() -> &'static #p::ModelDescriptor {
                loop {}
            }

            fn from_row(_: &dyn #p::Row, _: usize) -> #p::Result<Self> {
                loop {}
            }

            fn key(&self) -> Self::Key {
                0
            }

            fn value(&self, _: usize) -> #p::Value {
                #p::Value::Null
            }

            fn push(&self, _: usize, _: &mut #p::Values) {}

            fn same(&self, _: usize, _: &#p::Value) -> bool {
                false
            }

            fn set(&mut self, _: usize, _: #p::ValueRef<'_>) -> #p::Result<()> {
                ::core::result::Result::Ok(())
            }

            fn create() -> Self::Builder {}
        }
    }
}
