//! A bookstore: authors with books, from the models to committed rows, on SQLite or PostgreSQL.
//!
//! `cargo run -p orm-examples --bin bookstore` runs on SQLite in memory; give a URL to run on another database:
//! `-- postgres://user@localhost/bookstore`. The tables `authors` and `books` are dropped and created anew.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    #[orm(back_populates = author, cascade = "all, delete-orphan", order_by = Book::id)]
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books", check("year_is_sane", "year > 0"))]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: i32,
    #[orm(references = Author::id, on_delete = "cascade")]
    author_id: i64,
    #[orm(back_populates = books)]
    author: BelongsTo<Author>,
}

fn book(title: &str, year: i32) -> Book {
    Book {
        title: title.into(),
        year,
        ..Default::default()
    }
}

#[tokio::main]
async fn main() -> orm_core::Result<()> {
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "sqlite::memory:".to_owned());
    let engine = Engine::connect(&url).await?;

    println!("--- Creating tables ---");
    let metadata = Metadata::of::<(Author, Book)>()?;
    metadata.drop_all(&engine).await?;
    metadata.create_all(&engine).await?;
    println!("Tables created: {}", metadata.table_names().join(", "));

    println!("\n--- Inserting authors and books ---");
    let mut session = engine.session();
    // A whole graph goes in at once: the books follow their author.
    let mut authors = vec![
        session.add(Author {
            name: "David Thomas".into(),
            books: [
                book("The Pragmatic Programmer", 1999),
                book("Programming Pearls", 2000),
            ]
            .into(),
            ..Default::default()
        }),
    ];
    // Or a book says whose it is: both sides agree at once.
    let martin = session.add(Author {
        name: "Robert C. Martin".into(),
        ..Default::default()
    });
    for (title, year) in [
        ("Clean Code", 2008),
        ("Clean Architecture", 2017),
        ("The Clean Coder", 2011),
    ] {
        session.add(Book {
            author: martin.into(),
            ..book(title, year)
        });
    }
    authors.push(martin);
    // Or it is put into the author's collection.
    let luciano = session.add(Author {
        name: "Luciano Ramalho".into(),
        ..Default::default()
    });
    luciano
        .books(&mut session)
        .push(book("Fluent Python", 2015))?;
    luciano
        .books(&mut session)
        .push(book("Fluent Python 2nd Ed", 2022))?;
    authors.push(luciano);
    session.commit().await?;
    let mut books = 0;
    for author in &authors {
        books += author.books(&mut session).count().await?;
    }
    println!("Added {} authors with {books} books total.", authors.len());

    println!("\n--- All authors ---");
    // A new session knows nothing yet: two statements load the authors and all their books.
    let mut session = engine.session();
    for author in session
        .all(Author::select().order_by(Author::id).with(Author::books))
        .await?
    {
        println!("  Author: {}", session[author].name);
        for book in author.books(&mut session).await? {
            println!("    - {} ({})", session[book].title, session[book].year);
        }
    }

    println!("\n--- Query: books after 2010 ---");
    let recent = Book::select()
        .filter(Book::year.gt(2010))
        .order_by(Book::id);
    for book in engine.all(recent.with(Book::author)).await? {
        let author = book.author.get()?.map_or("nobody", |author| &author.name);
        println!("  {} ({}) by {author}", book.title, book.year);
    }

    println!("\n--- Query: authors with more than 2 books ---");
    let busy = select((Author::name, func::count(Book::id)))
        .join(Author::books)
        .group_by(Author::name)
        .having(func::count(Book::id).gt(2));
    for (name, count) in engine.all(busy).await? {
        println!("  {name} ({count} books)");
    }

    println!("\n--- ORM vs raw SQL comparison ---");
    let orm = engine
        .all(
            select((Author::name, Book::title, Book::year))
                .join(Author::books)
                .filter(Book::year.gt(2000))
                .order_by((Author::name, Book::year)),
        )
        .await?;
    let raw = text(
        "SELECT a.name, b.title, b.year FROM authors a JOIN books b ON b.author_id = a.id \
         WHERE b.year > :year ORDER BY a.name, b.year",
    );
    let raw = engine
        .all(raw.bind("year", 2000).columns::<(String, String, i32)>())
        .await?;
    if orm == raw && !raw.is_empty() {
        println!("ORM query returned the same results as raw SQL.");
    } else {
        println!("ORM query and raw SQL differ:\n  ORM: {orm:?}\n  raw: {raw:?}");
        std::process::exit(1);
    }
    Ok(())
}
