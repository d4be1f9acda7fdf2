//! The expansion of the guide's two models, line by line: `UPDATE_EXPECT=1` writes it anew.

use quote::quote;

use super::derive_model;

/// Compile time is paid by the line: what can be a generic function of orm-core does not belong here.
const BUDGET: usize = 560;

#[test]
fn one_to_many() {
    let author = derive_model(quote! {
        #[orm(table = "authors")]
        pub struct Author {
            #[orm(primary_key)]
            pub id: i64,
            #[orm(unique)]
            pub name: String,
            #[orm(back_populates = author, cascade = "all, delete-orphan", order_by = Book::year)]
            pub books: HasMany<Book>,
        }
    });
    let book = derive_model(quote! {
        #[orm(table = "books", check("year_is_sane", "year > 0"), index(author_id, year))]
        pub struct Book {
            #[orm(primary_key)]
            pub id: i64,
            pub title: String,
            pub year: i32,
            #[orm(references = Author::id, on_delete = "cascade")]
            pub author_id: i64,
            #[orm(back_populates = books)]
            pub author: BelongsTo<Author>,
        }
    });
    let file = syn::parse2(quote!(#author #book)).expect("the expansion is Rust");
    let text = prettyplease::unparse(&file);
    let lines = text.lines().count();
    assert!(
        lines <= BUDGET,
        "the expansion has {lines} lines, {BUDGET} are allowed"
    );
    check("one_to_many.rs.snap", &text);
}

fn check(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/tests/snapshots")
        .join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let same = expected
        .lines()
        .zip(text.lines())
        .take_while(|(old, new)| old == new);
    let line = same.count() + 1;
    assert!(
        expected == text,
        "the expansion differs from {name} at line {line}; run with UPDATE_EXPECT=1 and read the difference"
    );
}
