//! The expansion as a whole, and the order of the mistakes; the texts of type errors are in `tests/ui`.

mod errors;
mod snapshot;

use proc_macro2::TokenStream;

/// What `#[derive(Model)]` makes of the item.
fn derive_model(item: TokenStream) -> TokenStream {
    crate::derive(item, crate::model)
}
