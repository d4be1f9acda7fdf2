//! The workloads, on SQLite in memory.

use std::hint::black_box;

use orm_core::Result;
use orm_core::dialect::POSTGRES;
use orm_core::dialect::StatementCache;
use orm_core::engine::Offload;
use orm_core::mapping::{Entity, Query as _, Select};
use orm_core::prelude::*;

use crate::models::{
    Author, AuthorAccessors as _, Book, BookAccessors as _, Item, Review, graph, item,
};

/// Each workload, and how many times it is counted in a row: small ones often enough that a stray thousand is nothing.
pub const WORKLOADS: [(&str, i64); 25] = [
    ("load_1_plain", 200),
    ("load_1_tracked", 200),
    ("load_100_plain", 20),
    ("load_100_tracked", 20),
    ("load_10000_plain", 1),
    ("load_10000_tracked", 1),
    ("stream_10000", 1),
    ("get_100_by_key", 10),
    ("get_100_held", 50),
    ("insert_1", 100),
    ("insert_100", 10),
    ("insert_10000", 1),
    ("bulk_insert_10000", 1),
    ("load_1000_and_save", 2),
    ("get_change_commit", 100),
    ("graph_eager_plain", 2),
    ("graph_eager_tracked", 2),
    ("graph_lazy", 1),
    ("graph_insert_1", 20),
    ("graph_insert_20", 1),
    ("graph_delete_1", 20),
    ("graph_delete_20", 1),
    ("build_select", 500),
    ("build_and_compile_select", 500),
    ("build_and_find_select", 500),
];

const ITEMS: i64 = 10_000;
/// Authors that are loaded, and as many are there to be deleted.
const AUTHORS: i64 = 20;
/// Graphs of one author to be deleted, one each time.
const DOOMED: i64 = 40;

pub struct Bench {
    engine: Engine,
    /// A session that keeps what it once loaded.
    held: Session,
    texts: StatementCache,
}

fn query() -> Select<Entity<Book>> {
    Book::select()
        .filter(Book::year.gt(2010))
        .filter(Book::title.ne("Untitled"))
        .order_by(Book::title)
        .limit(20)
}

impl Bench {
    /// The same for all workloads, so that none is counted that does more before it begins.
    pub async fn prepare() -> Result<Self> {
        let engine = Engine::builder("sqlite::memory:")
            .offload(Offload::Never)
            .connect()
            .await?;
        Metadata::of::<(Item, Author, Book, Review)>()?
            .create_all(&engine)
            .await?;
        let mut session = engine.session();
        session
            .bulk_insert((1..=ITEMS).map(item).collect::<Vec<_>>())
            .await?;
        session.commit().await?;
        for authors in [AUTHORS, AUTHORS, DOOMED] {
            session.add_all(graph(authors));
            session.commit().await?;
        }
        Ok(Self {
            held: engine.session(),
            engine,
            texts: StatementCache::new(&POSTGRES),
        })
    }

    /// Does it once; `n` counts from 1.
    pub async fn run(&mut self, workload: &str, n: i64) -> Result<()> {
        let engine = &self.engine;
        match workload {
            "load_1_plain" => self.plain(1).await,
            "load_1_tracked" => self.tracked(1).await,
            "load_100_plain" => self.plain(100).await,
            "load_100_tracked" => self.tracked(100).await,
            "load_10000_plain" => self.plain(10_000).await,
            "load_10000_tracked" => self.tracked(10_000).await,
            "stream_10000" => {
                let mut stream = engine.stream(Item::select().order_by(Item::id));
                while let Some(item) = stream.next().await? {
                    black_box(item);
                }
                Ok(())
            }
            "get_100_by_key" => {
                let mut session = engine.session();
                for id in 1..=100_i64 {
                    black_box(session.get_one::<Item>(id).await?);
                }
                Ok(())
            }
            "get_100_held" => {
                // The first time loads it.
                for _ in 0..100 {
                    black_box(self.held.get_one::<Item>(1).await?);
                }
                Ok(())
            }
            "insert_1" => self.insert(1).await,
            "insert_100" => self.insert(100).await,
            "insert_10000" => self.insert(10_000).await,
            "bulk_insert_10000" => {
                let mut session = engine.session();
                session.bulk_insert((1..=10_000).map(item)).await?;
                session.commit().await
            }
            "load_1000_and_save" => {
                let mut session = engine.session();
                for item in session.all(items(1_000)).await? {
                    session[item].price += 1.0;
                }
                session.commit().await
            }
            "get_change_commit" => {
                let mut session = engine.session();
                let item = session.get_one::<Item>(n).await?;
                session[item].price += 1.0;
                session.commit().await
            }
            "graph_eager_plain" => {
                let books = Author::books.then(Book::reviews);
                black_box(engine.all(authors(1, AUTHORS).with(books)).await?);
                Ok(())
            }
            "graph_eager_tracked" => {
                let mut session = engine.session();
                let books = Author::books.then(Book::reviews);
                black_box(session.all(authors(1, AUTHORS).with(books)).await?);
                Ok(())
            }
            "graph_lazy" => {
                let mut session = engine.session();
                for author in session.all(authors(1, AUTHORS)).await? {
                    for book in author.books(&mut session).await? {
                        black_box(book.reviews(&mut session).await?);
                    }
                }
                Ok(())
            }
            "graph_insert_1" => self.insert_graph(1).await,
            "graph_insert_20" => self.insert_graph(AUTHORS).await,
            "graph_delete_1" => self.delete(2 * AUTHORS + n, 2 * AUTHORS + n).await,
            // The first time deletes the ones that the second leaves.
            "graph_delete_20" => self.delete((n - 1) * AUTHORS + 1, n * AUTHORS).await,
            "build_select" => {
                black_box(query());
                Ok(())
            }
            "build_and_compile_select" => {
                black_box(query().to_sql(&POSTGRES)?);
                Ok(())
            }
            "build_and_find_select" => {
                black_box(query().compile(&self.texts)?);
                Ok(())
            }
            _ => panic!("no such workload: {workload}"),
        }
    }

    async fn plain(&self, count: u64) -> Result<()> {
        black_box(self.engine.all(items(count)).await?);
        Ok(())
    }

    async fn tracked(&self, count: u64) -> Result<()> {
        let mut session = self.engine.session();
        black_box(session.all(items(count)).await?);
        Ok(())
    }

    async fn insert(&self, count: i64) -> Result<()> {
        let mut session = self.engine.session();
        black_box(session.add_all((1..=count).map(item)));
        session.commit().await
    }

    async fn insert_graph(&self, authors: i64) -> Result<()> {
        let mut session = self.engine.session();
        black_box(session.add_all(graph(authors)));
        session.commit().await
    }

    async fn delete(&self, first: i64, last: i64) -> Result<()> {
        let mut session = self.engine.session();
        for author in session.all(authors(first, last)).await? {
            session.delete(author)?;
        }
        session.commit().await
    }
}

fn items(count: u64) -> Select<Entity<Item>> {
    Item::select().order_by(Item::id).limit(count)
}

fn authors(first: i64, last: i64) -> Select<Entity<Author>> {
    Author::select()
        .filter(Author::id.ge(first))
        .filter(Author::id.le(last))
        .order_by(Author::id)
}
