//! Mistakes: all of them are found, and the code is written all the same.

use proc_macro2::TokenStream;
use quote::quote;

use super::derive_model;

/// The messages of the `compile_error!`s in the code.
fn messages(code: &TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(code.clone()).expect("the expansion is Rust");
    let message = |item: &syn::Item| match item {
        syn::Item::Macro(item) => item.mac.parse_body::<syn::LitStr>().ok(),
        _ => None,
    };
    file.items
        .iter()
        .filter_map(message)
        .map(|literal| literal.value())
        .collect()
}

#[test]
fn every_mistake_is_told_once() {
    let code = derive_model(quote! {
        #[orm(tabel = "books")]
        struct Book {
            id: i64,
            #[orm(unique, unique)]
            title: String,
            #[orm(on_delete = "cascade")]
            author_id: i64,
        }
    });
    assert_eq!(
        messages(&code),
        [
            "unknown attribute `tabel`; did you mean `table`?",
            "duplicate attribute `unique`",
            "`Book` has no primary key; put #[orm(primary_key)] on `id`",
            "`on_delete` needs the foreign key it is for: add `references = Model::column`",
        ]
    );
    let code = code.to_string();
    for part in ["Model for Book", "struct BookBuilder", "const title"] {
        assert!(code.contains(part), "no `{part}` beside the mistakes");
    }
}

#[test]
fn what_cannot_be_a_model_is_one_all_the_same() {
    let code = derive_model(quote!(
        enum Shape {
            Round,
        }
    ));
    assert_eq!(messages(&code).len(), 1);
    assert!(code.to_string().contains("Model for Shape"));
}

#[test]
#[should_panic(expected = "forgot to report its errors")]
fn mistakes_cannot_be_forgotten() {
    drop(crate::ctxt::Ctxt::new());
}
