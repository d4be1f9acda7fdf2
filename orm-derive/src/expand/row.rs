//! Between a row and the struct: reading, comparing, setting, and the primary key.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use super::{as_column, inner, inner_at};
use crate::ir::Model;
use crate::ir::name::plain;

/// The key's type and the function that gives it.
pub(super) fn key(model: &Model) -> TokenStream {
    // More than four columns are an error already; with four it stays the only one.
    let columns: Vec<_> = model.key().take(4).collect();
    let types = columns
        .iter()
        .map(|column| key_part(column.server.as_ref().unwrap_or(&column.ty)));
    // All of it stands at one token, so that a type that cannot be a key is one error.
    let span = match &*columns {
        [column] => column.ty.span(),
        _ => model.span(),
    };
    let values = columns.iter().map(|column| {
        let field = &column.ident;
        if column.server.is_some() {
            let p = inner_at(span);
            return quote_spanned!(span=> #p::server_key(&self.#field));
        }
        quote_spanned!(span=> ::core::clone::Clone::clone(&self.#field))
    });
    let (ty, value) = match columns.len() {
        // Without a key there is an error already; this keeps it the only one.
        0 => (quote!(i64), quote!(0)),
        1 => (quote!(#(#types)*), quote!(#(#values)*)),
        _ => (
            quote_spanned!(span=> (#(#types),*)),
            quote_spanned!(span=> (#(#values),*)),
        ),
    };
    quote_spanned! {span=>
        type Key = #ty;

        fn key(&self) -> Self::Key {
            #value
        }
    }
}

/// The type, provided that it can be part of a key.
fn key_part(ty: &Type) -> TokenStream {
    let p = inner_at(ty.span());
    quote_spanned!(ty.span()=> <#ty as #p::KeyPart>::Itself)
}

pub(super) fn functions(model: &Model) -> TokenStream {
    let p = inner();
    let fields: Vec<_> = model.columns.iter().map(|column| &column.ident).collect();
    let positions: Vec<_> = model.columns.iter().map(|column| column.position).collect();
    let names: Vec<_> = model.columns.iter().map(|column| &column.name).collect();
    let types: Vec<_> = model
        .columns
        .iter()
        .map(|column| as_column(&inner_at(column.ty.span()), column))
        .collect();
    let reads = model.columns.iter().zip(&types).map(|(column, ty)| {
        let (field, position) = (&column.ident, column.position);
        let named = column.deferred.as_ref().map(|_| {
            let names = [plain(&model.ident), model.table.clone(), plain(field)];
            let [model, table, field] = &names;
            quote!(.named(&#p::FieldName { model: #model, table: #table, field: #field }))
        });
        quote!(#field: #ty::read_field(row, offset + #position)?#named)
    });
    let relations = model.relations.iter().map(|relation| {
        let (field, ty, position) = (&relation.ident, &relation.ty, relation.position);
        let as_field = quote_spanned!(ty.span()=> <#ty>);
        quote!(#field: #as_field::unloaded(&__RELATIONS[#position]))
    });
    quote! {
        // Where it is called, so that the object is put together where it stays.
        #[inline(always)]
        fn from_row(row: &dyn #p::Row, offset: usize) -> #p::Result<Self> {
            ::core::result::Result::Ok(Self {
                #(#reads,)*
                #(#relations,)*
            })
        }

        fn value(&self, column: usize) -> #p::Value {
            match column {
                #(#positions => #types::field_value(&self.#fields),)*
                _ => #p::Value::Null,
            }
        }

        fn push(&self, column: usize, list: &mut #p::Values) {
            match column {
                #(#positions => #types::push_field(&self.#fields, list),)*
                _ => list.push(#p::ValueRef::Null),
            }
        }

        fn same(&self, column: usize, value: &#p::Value) -> bool {
            match column {
                #(#positions => #types::same_field(&self.#fields, value),)*
                _ => false,
            }
        }

        fn set(&mut self, column: usize, value: #p::ValueRef<'_>) -> #p::Result<()> {
            match column {
                #(#positions => #types::set_field(&mut self.#fields, value, #names),)*
                _ => ::core::result::Result::Err(#p::no_column::<Self>(column)),
            }
        }
    }
}
