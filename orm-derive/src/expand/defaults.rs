//! `Default` for the struct, where it declares defaults: a new object has them, however it is made.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{builder, inner_at};
use crate::ir::{Column, Model};

/// The implementation; none without a declared default, so that the struct can derive it.
///
/// It stands at the first `default`: a `Default` that the struct derives beside it is an error there.
pub(super) fn implementation(model: &Model) -> TokenStream {
    let mut declared = model.columns.iter();
    let Some(token) = declared.find_map(|column| column.default_token.as_ref()) else {
        return TokenStream::new();
    };
    let span = token.span();
    let mut ident = model.ident.clone();
    ident.set_span(span);
    let types = model.columns.iter().filter(|column| asks(column));
    let bounds: Vec<_> = types
        .map(|column| {
            let (ty, p) = (&column.ty, inner_at(span));
            quote_spanned!(span=> #ty: #p::FieldDefault<'__asked>)
        })
        .collect();
    let asked = (!bounds.is_empty()).then(|| quote_spanned!(span=> <'__asked>));
    let columns = model.columns.iter().map(|column| {
        let (field, ty, p) = (&column.ident, &column.ty, inner_at(column.ty.span()));
        if column.default.is_some() {
            let default = builder::default_name(column);
            quote!(#field: #default())
        } else if asks(column) {
            quote!(#field: <#ty as #p::FieldDefault<'__asked>>::field_default())
        } else {
            quote!(#field: ::core::default::Default::default())
        }
    });
    let relations = model.relations.iter().map(|relation| {
        let field = &relation.ident;
        quote!(#field: ::core::default::Default::default())
    });
    let fields = columns.chain(relations);
    let body = quote!(Self { #(#fields,)* });
    quote_spanned! {span=>
        #[automatically_derived]
        impl #asked ::core::default::Default for #ident
        where
            #(#bounds,)*
        {
            fn default() -> Self {
                #body
            }
        }
    }
}

/// Whether the type may be without a default: then the struct is, and only who wants one is told.
fn asks(column: &Column) -> bool {
    const HAVE: [&str; 10] = [
        "Option", "Server", "Deferred", "String", "bool", "i16", "i32", "i64", "f32", "f64",
    ];
    column.default.is_none() && !column.type_name().is_some_and(|it| HAVE.contains(&&*it))
}
