//! The typed constants of a model: `Book::year`, `Author::books`.

use proc_macro2::TokenStream;
use quote::quote;

use super::inner;
use crate::ir::name::plain;
use crate::ir::{Model, Relation};

pub(super) fn constants(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let p = inner();
    let columns = model.columns.iter().map(|column| {
        let (vis, field) = (&column.vis, &column.ident);
        let ty = column.inside();
        let (name, position) = (&column.name, column.position);
        let doc = format!("The column `{}` of the table `{}`.", name, model.table);
        quote! {
            #[doc = #doc]
            #vis const #field: #p::Column<#ident, #ty> = #p::Column::new(#position, #name);
        }
    });
    let relations = model.relations.iter().map(|relation| {
        let (vis, field, target) = (&relation.vis, &relation.ident, &relation.target);
        let (marker, position) = (marker(relation), relation.position);
        let doc = format!("The relationship `{}` of `{}`.", plain(field), plain(ident));
        quote! {
            #[doc = #doc]
            #vis const #field: #p::Relation<#ident, #target, #p::#marker> = #p::Relation::new(#position);
        }
    });
    quote! {
        #[automatically_derived]
        impl #ident {
            #(#columns)*
            #(#relations)*
        }
    }
}

/// Whether the relationship holds many objects or one, as a type.
fn marker(relation: &Relation) -> TokenStream {
    if relation.kind.is_many() {
        quote!(Many)
    } else {
        quote!(One)
    }
}
