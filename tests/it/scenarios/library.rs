//! Shelves in a tree, books on shelves, chapters of books, one cover a book: the kinds of link there are.

use orm_core::engine::Engine;
use orm_core::prelude::*;

/// A tree by a foreign key that may be NULL; no cascade beyond save-update.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "shelves")]
pub(crate) struct Shelf {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) label: String,
    #[orm(references = Shelf::id)]
    pub(crate) parent_id: Option<i64>,
    #[orm(back_populates = parent, order_by = Shelf::id)]
    pub(crate) children: HasMany<Shelf>,
    #[orm(back_populates = children)]
    pub(crate) parent: BelongsTo<Shelf>,
    #[orm(back_populates = shelf, order_by = Book::id)]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "books")]
pub(crate) struct Book {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    #[orm(references = Shelf::id)]
    pub(crate) shelf_id: Option<i64>,
    #[orm(back_populates = books)]
    pub(crate) shelf: BelongsTo<Shelf>,
    #[orm(back_populates = book, cascade = "all, delete-orphan", order_by = Chapter::id)]
    pub(crate) chapters: HasMany<Chapter>,
    #[orm(back_populates = book)]
    pub(crate) cover: HasOne<Cover>,
}

/// Cannot be without its book.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "chapters")]
pub(crate) struct Chapter {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    #[orm(references = Book::id)]
    pub(crate) book_id: i64,
    #[orm(back_populates = chapters)]
    pub(crate) book: BelongsTo<Book>,
}

/// At most one for each book.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "covers")]
pub(crate) struct Cover {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) art: String,
    #[orm(references = Book::id, unique)]
    pub(crate) book_id: Option<i64>,
    #[orm(back_populates = cover)]
    pub(crate) book: BelongsTo<Book>,
}

pub(crate) fn shelf(label: &str) -> Shelf {
    Shelf {
        label: label.into(),
        ..Default::default()
    }
}

pub(crate) fn book(title: &str) -> Book {
    Book {
        title: title.into(),
        ..Default::default()
    }
}

pub(crate) fn chapter(title: &str) -> Chapter {
    Chapter {
        title: title.into(),
        ..Default::default()
    }
}

pub(crate) fn cover(art: &str) -> Cover {
    Cover {
        art: art.into(),
        ..Default::default()
    }
}

/// The empty tables.
pub(crate) async fn tables(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Shelf, Book, Chapter, Cover)>()?
        .create_all(engine)
        .await
}

/// Shelves 1 and 2; books 1 and 2 on shelf 1, book 3 on shelf 2; chapters 1 and 2 of book 1; covers 1 and 2 of books 1
/// and 2.
pub(crate) async fn data(engine: &Engine) -> orm_core::Result<()> {
    tables(engine).await?;
    let mut session = engine.session();
    let one = session.add(Shelf {
        books: [
            Book {
                chapters: [chapter("c1"), chapter("c2")].into(),
                cover: cover("k1").into(),
                ..book("b1")
            },
            Book {
                cover: cover("k2").into(),
                ..book("b2")
            },
        ]
        .into(),
        ..shelf("s1")
    });
    let two = session.add(Shelf {
        books: [book("b3")].into(),
        ..shelf("s2")
    });
    session.commit().await?;
    assert_eq!((session[one].id, session[two].id), (1, 2));
    Ok(())
}

/// Each book's shelf, in the order of the books.
pub(crate) async fn shelves_of_books(engine: &Engine) -> orm_core::Result<Vec<Option<i64>>> {
    engine.all(select(Book::shelf_id).order_by(Book::id)).await
}

/// Each cover's book, in the order of the covers.
pub(crate) async fn books_of_covers(engine: &Engine) -> orm_core::Result<Vec<Option<i64>>> {
    engine.all(select(Cover::book_id).order_by(Cover::id)).await
}
