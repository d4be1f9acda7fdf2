//! A tour of the unit of work: what a session does with changed objects, rule by rule, each with the SQL it sent.
//!
//! `cargo run -p orm-examples --bin unit_of_work` runs on SQLite in a file of its own, which is removed again; give a URL
//! to run on another database: `-- postgres://user@localhost/bookstore`. The tables `authors` and `books` are dropped and
//! created anew.

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
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: i32,
    #[orm(version)]
    version: i32,
    #[orm(references = Author::id)]
    author_id: i64,
    #[orm(back_populates = books)]
    author: BelongsTo<Author>,
}

fn author(name: &str) -> Author {
    Author {
        name: name.into(),
        ..Default::default()
    }
}

fn book(title: &str, year: i32) -> Book {
    Book {
        title: title.into(),
        year,
        ..Default::default()
    }
}

/// Begins a rule: what was sent before does not concern it.
fn rule(engine: &Engine, rule: &str) {
    engine.statements().clear();
    println!("\n## {rule}");
}

/// Prints what was sent since the last time.
fn sent(engine: &Engine) {
    let sent = engine.statements().take();
    for statement in &sent {
        match statement.rows {
            1 => println!("  {}", statement.sql),
            rows => println!("  {}  -- {rows} rows", statement.sql),
        }
    }
    if sent.is_empty() {
        println!("  (nothing is sent)");
    }
}

/// Prints what an error says besides its text, which is the database's own.
fn failed(error: &orm_core::Error) {
    println!(
        "-> {}: {:?} {:?}",
        error.kind(),
        error.table().unwrap_or("?"),
        error.columns()
    );
}

/// Counts authors on another connection.
async fn seen_by_others(engine: &Engine) -> orm_core::Result<i64> {
    let count = engine
        .scalar(select(func::count_all()).from::<Author>())
        .await?;
    engine.statements().clear();
    Ok(count)
}

#[tokio::main]
async fn main() -> orm_core::Result<()> {
    let Some(url) = std::env::args().nth(1) else {
        // A database in memory has one connection, and this tour needs two.
        let file = std::env::temp_dir().join(format!("unit_of_work_{}.db", std::process::id()));
        let engine = Engine::connect(&format!("sqlite://{}?mode=rwc", file.display())).await?;
        let outcome = tour(&engine).await;
        drop(engine);
        for end in ["", "-wal", "-shm"] {
            // Not every mode of SQLite leaves each of these.
            let _gone = std::fs::remove_file(format!("{}{end}", file.display()));
        }
        return outcome;
    };
    tour(&Engine::connect(&url).await?).await
}

async fn tour(engine: &Engine) -> orm_core::Result<()> {
    let metadata = Metadata::of::<(Author, Book)>()?;
    metadata.drop_all(engine).await?;
    metadata.create_all(engine).await?;
    let mut session = engine.session();
    writes(engine, &mut session).await?;
    failures(engine, &mut session).await?;
    functions(engine).await?;
    many_rows(engine).await
}

async fn writes(engine: &Engine, session: &mut Session) -> orm_core::Result<()> {
    rule(
        engine,
        "Adding sends nothing; a flush writes, and shows the new keys before the commit",
    );
    let ann = session.add(Author {
        books: [book("Ants", 2001), book("Bees", 2002), book("Crabs", 2003)].into(),
        ..author("Ann")
    });
    sent(engine);
    session.flush().await?;
    sent(engine);
    println!(
        "-> Ann has id {}, which nobody else sees yet",
        session[ann].id
    );

    rule(
        engine,
        "What is not committed is invisible to another connection",
    );
    println!(
        "-> before the commit others see {} authors",
        seen_by_others(engine).await?
    );
    session.commit().await?;
    sent(engine);
    println!("-> after it {}", seen_by_others(engine).await?);

    rule(
        engine,
        "Only columns that differ are written, and nothing when there is no difference",
    );
    let books = ann.books(session).await?;
    session[books[0]].year = 1999;
    session[books[1]].year = 1;
    session[books[1]].year = 2002;
    session.commit().await?;
    sent(engine);
    session.commit().await?;
    sent(engine);

    rule(
        engine,
        "Both sides of a relationship change at once, and the foreign key at the flush",
    );
    let bob = session.add(author("Bob"));
    session[books[0]].author = bob.into();
    println!(
        "-> Ann has {} books, Bob has {}",
        ann.books(session).count().await?,
        bob.books(session).count().await?
    );
    sent(engine);

    rule(
        engine,
        "What is taken out of a delete-orphan relationship is deleted",
    );
    ann.books(session).remove(books[1])?;
    session.commit().await?;
    sent(engine);

    rule(
        engine,
        "A deletion takes its parts along, children before parents, in one statement for each table",
    );
    let cat = session.add(Author {
        books: [book("Dogs", 2004), book("Elks", 2005)].into(),
        ..author("Cat")
    });
    session.commit().await?;
    engine.statements().clear();
    session.delete(cat)?;
    session.commit().await?;
    sent(engine);

    rule(engine, "A rollback takes objects back too");
    session[ann].name = "Anna".into();
    session.flush().await?;
    session.rollback().await?;
    sent(engine);
    println!("-> she is {} again", session[ann].name);
    Ok(())
}

async fn failures(engine: &Engine, session: &mut Session) -> orm_core::Result<()> {
    rule(
        engine,
        "A flush that fails inside a savepoint loses what was done since, and nothing else",
    );
    session.add(author("Dan"));
    let point = session.savepoint().await?;
    session.add(author("Ann"));
    match session.flush().await {
        Err(error) => failed(&error),
        Ok(()) => println!("-> two authors are called Ann"),
    }
    session.rollback_to(point).await?;
    session.commit().await?;
    sent(engine);
    println!("-> others see {} authors", seen_by_others(engine).await?);

    rule(
        engine,
        "A row that another transaction changed meanwhile is stale, not overwritten",
    );
    let ants = session.first(Book::select().order_by(Book::id)).await?;
    let ants = ants.ok_or_else(|| {
        orm_core::Error::new(ErrorKind::NotFound, "the tour has lost its first book")
    })?;
    let mut other = engine.session();
    let theirs = other.get_one::<Book>(session[ants].id).await?;
    other[theirs].title = "Ants, second edition".into();
    other.commit().await?;
    engine.statements().clear();
    session[ants].title = "Ants!".into();
    match session.commit().await {
        Err(error) => failed(&error),
        Ok(()) => println!("-> their change is lost"),
    }
    session.rollback().await?;
    sent(engine);
    session.refresh(ants).await?;
    println!(
        "-> it is {:?}, version {}",
        session[ants].title, session[ants].version
    );
    session[ants].title.push_str(", revised");
    session.commit().await?;
    sent(engine);

    rule(
        engine,
        "A commit that fails writes nothing, names what is wrong, and the session goes on after rollback",
    );
    let gus = session.add(author("Gus"));
    session.add(Book {
        author_id: 99,
        ..book("Nobody's", 2006)
    });
    match session.commit().await {
        Err(error) => failed(&error),
        Ok(()) => println!("-> a book is by nobody"),
    }
    session.rollback().await?;
    sent(engine);
    println!("-> Gus is {}", session.life(gus)?);
    session.add(gus);
    session.commit().await?;
    sent(engine);
    println!(
        "-> Gus is {}, and others see {} authors",
        session.life(gus)?,
        seen_by_others(engine).await?
    );
    Ok(())
}

async fn functions(engine: &Engine) -> orm_core::Result<()> {
    rule(
        engine,
        "Functions of the program are called in the flush: before a row is written, and with what has changed",
    );
    let options = SessionOptions::default()
        .before_insert::<Book>(|_, book| {
            book.title = book.title.trim().to_owned();
            Ok(())
        })
        .on_change::<Book>(|_, changes| {
            for change in changes {
                println!("-> {} has changed", change.field());
            }
            Ok(())
        });
    let mut session = engine.session_with(options);
    let gus = session
        .one(Author::select().filter(Author::name.eq("Gus")))
        .await?;
    let flies = session.add(Book {
        author: gus.into(),
        ..book("  Flies ", 2007)
    });
    session.commit().await?;
    session[flies].year = 2008;
    session.commit().await?;
    sent(engine);
    println!("-> it is called {:?}", session[flies].title);
    Ok(())
}

async fn many_rows(engine: &Engine) -> orm_core::Result<()> {
    rule(
        engine,
        "Many rows go without an object for each; objects that are held follow a statement",
    );
    let mut session = engine.session();
    let gus = session
        .one(Author::select().filter(Author::name.eq("Gus")))
        .await?;
    let id = session[gus].id;
    let books = (0..1000).map(|n| Book {
        author_id: id,
        ..book("Gnats", n)
    });
    session.bulk_insert(books).await?;
    let flies = session
        .one(Book::select().filter(Book::title.eq("Flies")))
        .await?;
    session
        .execute(
            Book::update()
                .set(Book::year.to(Book::year + 1))
                .filter(Book::author_id.eq(id)),
        )
        .await?;
    session.commit().await?;
    sent(engine);
    println!("-> Flies is of {}", session[flies].year);

    rule(
        engine,
        "Work that lost a race is done again on a fresh session, after a pause",
    );
    let title = engine
        .retry(|mut session| async move {
            let ants = session.get_one::<Book>(1).await?;
            session[ants].title = session[ants].title.to_uppercase();
            session.commit().await?;
            Ok(session[ants].title.clone())
        })
        .await?;
    sent(engine);
    println!("-> {title}");
    Ok(())
}
