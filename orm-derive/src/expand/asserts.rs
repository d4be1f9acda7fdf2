//! Obligations that only the type checker can hold the model to, each placed at the token it is about.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::inner_at;
use crate::ir::{Action, Column, Kind, Model, Relation};

pub(super) fn asserts(model: &Model) -> TokenStream {
    let columns = model.columns.iter().flat_map(column);
    let relations = model.relations.iter().flat_map(|it| relation(model, it));
    let asserts: Vec<_> = columns.chain(relations).collect();
    if asserts.is_empty() {
        return TokenStream::new();
    }
    quote! {
        const _: fn() = || {
            #(#asserts)*
        };
    }
}

fn column(column: &Column) -> Vec<TokenStream> {
    let ty = &column.ty;
    let mut asserts = Vec::new();
    for (token, action) in [&column.on_delete, &column.on_update].into_iter().flatten() {
        if *action == Action::SetNull {
            let p = inner_at(token.span());
            asserts.push(quote_spanned!(token.span()=> #p::nullable::<#ty>();));
        }
    }
    asserts
}

fn relation(model: &Model, relation: &Relation) -> Vec<TokenStream> {
    let (ident, target) = (&model.ident, &relation.target);
    let mut asserts = Vec::new();
    if let Some(back) = &relation.back_populates {
        let p = inner_at(back.span());
        asserts.push(quote_spanned! {back.span()=>
            #p::points_back::<#target, #ident>(<#target>::#back);
        });
    }
    for order in &relation.order_by {
        let path = &order.column;
        let p = inner_at(path.span());
        asserts.push(quote_spanned! {path.span()=>
            #p::column_of::<#target>(#path);
        });
    }
    if relation.kind != Kind::BelongsTo {
        for key in &relation.foreign_key {
            let p = inner_at(key.span());
            asserts.push(quote_spanned! {key.span()=>
                #p::column_of::<#target>(<#target>::#key);
            });
        }
    }
    asserts
}
