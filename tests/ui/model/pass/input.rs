//! What a person may set, as types: without serde, in a program that derives nothing for them.

use orm_core::Model;
use orm_core::types::{Deferred, Edit, Server};

pub mod shop {
    use super::*;

    #[derive(Model, Debug, Default)]
    #[orm(input = "NewBook", changes = "BookChanges")]
    pub struct Book {
        #[orm(primary_key, input)]
        pub isbn: String,
        pub title: String,
        pub year: Option<i32>,
        pub text: Deferred<String>,
        #[orm(references = Book::isbn, input)]
        pub sequel_of: Option<String>,
        #[orm(server_default = "1")]
        pub copies: Server<i64>,
        #[orm(version)]
        pub version: i32,
        #[orm(generated = "copies * 2")]
        pub twice: i64,
        #[orm(on_update = 5)]
        pub edits: i32,
    }
}

use shop::{BookChanges, NewBook};

fn main() {
    let new = NewBook { isbn: "1".into(), title: "a".into(), year: None, text: "long".into(), sequel_of: None };
    let mut book = new.create().edits(0).build().object;
    assert_eq!((&*book.isbn, &*book.title, book.year, book.text.get().unwrap().as_str()), ("1", "a", None, "long"));
    let changes = BookChanges { title: "b".into(), year: Some(5).into(), ..Default::default() };
    assert!(changes.text.is_kept() && changes.sequel_of.is_kept());
    changes.apply(&mut book);
    assert_eq!((&*book.isbn, &*book.title, book.year, book.copies.is_left_out()), ("1", "b", Some(5), true));
    BookChanges { year: Edit::Set(None), ..Default::default() }.apply(&mut book);
    assert_eq!(book.year, None);
}
