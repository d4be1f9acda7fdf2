//! The derives of `orm-core`: `Model`, `DbEnum` and `FromRow`.
//!
//! A derive runs in steps, a module each: `attr` reads the attributes, `ir` makes of them what the struct means,
//! `check` holds it to the rules, `expand` writes the code. All mistakes of a struct are collected (`ctxt`) and
//! reported in one compile, and the code is written all the same, so that a mistake stays one error.

mod attr;
mod check;
mod ctxt;
mod expand;
mod ir;
mod nearest;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use syn::DeriveInput;

#[doc = include_str!("../docs/model.md")]
#[proc_macro_derive(Model, attributes(orm))]
pub fn derive_model(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into(), model).into()
}

#[doc = include_str!("../docs/db_enum.md")]
#[proc_macro_derive(DbEnum, attributes(orm))]
pub fn derive_db_enum(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into(), db_enum).into()
}

#[doc = include_str!("../docs/from_row.md")]
#[proc_macro_derive(FromRow, attributes(orm))]
pub fn derive_from_row(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into(), from_row).into()
}

fn model(ctxt: &ctxt::Ctxt, input: &DeriveInput) -> TokenStream {
    match ir::Input::new(ctxt, input) {
        ir::Input::Model(model) => {
            check::check(ctxt, &model);
            expand::model(&model)
        }
        ir::Input::Other(other) => expand::fallback(&other),
    }
}

fn db_enum(ctxt: &ctxt::Ctxt, input: &DeriveInput) -> TokenStream {
    expand::db_enum(&ir::Enum::new(ctxt, input))
}

fn from_row(ctxt: &ctxt::Ctxt, input: &DeriveInput) -> TokenStream {
    expand::from_row(&ir::Record::new(ctxt, input))
}

/// Parses the item, expands it, and puts the mistakes beside the code.
fn derive(input: TokenStream, expand: fn(&ctxt::Ctxt, &DeriveInput) -> TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let ctxt = ctxt::Ctxt::new();
    let mut code = expand(&ctxt, &input);
    code.extend(ctxt.finish().iter().map(syn::Error::to_compile_error));
    code
}
