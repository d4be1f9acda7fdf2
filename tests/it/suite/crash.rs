//! A process that dies in the middle of a flush or commit on SQLite: whoever opens the file next finds all of it or nothing.
//!
//! The child is this very test binary, told by its environment what to do and where to die.

use std::future::poll_fn;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use orm_core::engine::Engine;
use orm_core::prelude::*;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata as Callsite, Subscriber};

use crate::harness::{Backend, Db, run};
use crate::scenarios::press::*;

/// What the child is to do: the database, the work, where it dies, its number.
const TASK: &str = "ORM_TEST_CRASH";

/// What it says when `commit` has returned.
const COMMITTED: &str = "the child has committed";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Work {
    /// Shelves, each with a book, each with a chapter.
    Insert,
    /// Shelves are renamed, chapters deleted, tags new and given to books: with a savepoint that stays and one that goes.
    Change,
}

/// Where the child dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// Before the statement of this number, BEGIN and COMMIT counted.
    Statement(usize),
    /// After this many polls: within a statement too, since long ones yield.
    Poll(usize),
}

/// Rows of a table by the old name and by the new one: shelves, chapters, tags, pairs of tags and books.
type Rows = ((i64, i64), i64, i64, i64);

const FEW: usize = 3;
/// Enough for a statement to yield between its rows.
const MANY: usize = 1500;

impl Work {
    fn before(self, count: usize) -> Rows {
        match self {
            Self::Insert => ((0, 0), 0, 0, 0),
            Self::Change => ((count as i64, 0), count as i64, 0, 0),
        }
    }

    fn after(self, count: usize) -> Rows {
        let count = count as i64;
        match self {
            Self::Insert => ((count, 0), count, 0, 0),
            Self::Change => ((0, count), 0, count, count),
        }
    }
}

fn named<T>(name: &str, count: usize, make: impl Fn(String) -> T) -> Vec<T> {
    (0..count).map(|_| make(name.to_owned())).collect()
}

fn shelves(name: &str, count: usize) -> Vec<Shelf> {
    let shelf = |name: String| {
        let chapter = Chapter {
            name: name.clone(),
            ..Default::default()
        };
        let book = Book {
            name: name.clone(),
            chapters: [chapter].into(),
            ..Default::default()
        };
        Shelf {
            name,
            books: [book].into(),
            ..Default::default()
        }
    };
    named(name, count, shelf)
}

async fn write(
    session: &mut Session,
    work: Work,
    name: &str,
    count: usize,
) -> orm_core::Result<()> {
    if work == Work::Insert {
        session.add_all(shelves(name, count));
        return session.commit().await;
    }
    let books = session
        .all(
            Book::select()
                .filter(Book::name.eq(name))
                .order_by(Book::id),
        )
        .await?;
    for shelf in session
        .all(Shelf::select().filter(Shelf::name.eq(name)))
        .await?
    {
        session[shelf].name.push_str("-new");
    }
    let kept = session.savepoint().await?;
    for chapter in session
        .all(Chapter::select().filter(Chapter::name.eq(name)))
        .await?
    {
        session.delete(chapter)?;
    }
    session.release(kept).await?;
    let lost = session.savepoint().await?;
    session.add_all(named(name, 2, |name| Tag {
        name,
        ..Default::default()
    }));
    session.flush().await?;
    session.rollback_to(lost).await?;
    for &book in &books {
        let tag = session.add(Tag {
            name: name.to_owned(),
            ..Default::default()
        });
        tag.books(session).push(book)?;
    }
    session.commit().await
}

async fn rows(engine: &Engine, name: &str) -> orm_core::Result<Rows> {
    let count = text(
        "SELECT (SELECT count(*) FROM shelves WHERE name = :name), (SELECT count(*) FROM shelves WHERE name = :new), \
         (SELECT count(*) FROM chapters WHERE name = :name), (SELECT count(*) FROM tags WHERE name = :name), \
         (SELECT count(*) FROM book_tags JOIN tags ON tags.id = book_tags.tag_id WHERE tags.name = :name)",
    );
    let count = count.bind("name", name).bind("new", format!("{name}-new"));
    let (old, new, chapters, tags, pairs) = engine
        .one(count.columns::<(i64, i64, i64, i64, i64)>())
        .await?;
    Ok(((old, new), chapters, tags, pairs))
}

/// Counts the statements of the child, and ends it before one of them.
struct Fuse {
    left: AtomicUsize,
}

impl Subscriber for Fuse {
    fn enabled(&self, callsite: &Callsite<'_>) -> bool {
        callsite.target() == "orm::sql"
    }
    fn register_callsite(&self, _: &'static Callsite<'static>) -> Interest {
        Interest::sometimes()
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 0 {
            std::process::abort();
        }
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The child; nothing where nobody asked for it.
#[test]
fn child() {
    let Ok(task) = std::env::var(TASK) else {
        return;
    };
    let parts: Vec<&str> = task.split('|').collect();
    let [url, work, death, at, name, count] = parts[..] else {
        panic!("{task}");
    };
    let work = if work == "Insert" {
        Work::Insert
    } else {
        Work::Change
    };
    let number = |text: &str| text.parse::<usize>().expect("a number");
    let (at, count) = (number(at), number(count));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let engine = Engine::connect(url).await.expect("the database");
        let mut session = engine.session();
        let mut polls = usize::MAX;
        if death == "statement" {
            let left = AtomicUsize::new(at);
            tracing::subscriber::set_global_default(Fuse { left }).expect("the only one");
        } else {
            polls = at;
        }
        let mut writing = Box::pin(write(&mut session, work, name, count));
        let done = poll_fn(|context| {
            if polls == 0 {
                std::process::abort();
            }
            polls -= 1;
            match writing.as_mut().poll(context) {
                Poll::Ready(done) => Poll::Ready(done),
                Poll::Pending => Poll::Pending,
            }
        });
        done.await.expect("the work");
        println!("{COMMITTED}");
        std::process::abort();
    });
}

/// One child; whether it came to the end of its commit.
async fn dies(
    db: &Db,
    work: Work,
    death: Death,
    name: &str,
    count: usize,
) -> orm_core::Result<bool> {
    if work == Work::Change {
        let engine = db.engine().await;
        let mut session = engine.session();
        session.add_all(shelves(name, count));
        session.commit().await?;
    }
    let (how, at) = match death {
        Death::Statement(at) => ("statement", at),
        Death::Poll(at) => ("poll", at),
    };
    let program = std::env::current_exe().expect("this binary");
    let output = Command::new(program)
        .args([
            "suite::crash::child",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(
            TASK,
            format!("{}|{work:?}|{how}|{at}|{name}|{count}", db.url()),
        )
        .output()
        .expect("a child");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "{name}: {said}");
    let committed = said.contains(COMMITTED);
    let panicked = String::from_utf8_lossy(&output.stderr).contains("panicked");
    assert!(
        !panicked,
        "{name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );

    let engine = db.engine().await;
    let whole = engine
        .one(text("PRAGMA integrity_check").columns::<String>())
        .await?;
    assert_eq!(whole, "ok", "{name}");
    let left = rows(&engine, name).await?;
    match (committed, death) {
        (true, _) => assert_eq!(left, work.after(count), "{name} was committed"),
        (false, Death::Statement(_)) => {
            assert_eq!(left, work.before(count), "{name} was not committed")
        }
        (false, Death::Poll(_)) => {
            assert!(
                left == work.before(count) || left == work.after(count),
                "{name} left {left:?}"
            );
        }
    }
    // What it left open locks nobody out.
    if left == work.before(count) {
        write(&mut engine.session(), work, name, count).await?;
        assert_eq!(
            rows(&engine, name).await?,
            work.after(count),
            "{name} done again"
        );
    }
    Ok(committed)
}

#[test]
fn a_process_can_die_before_every_statement() {
    run(Backend::Sqlite, "dies_before_statements", |db| async move {
        tables(&db.engine().await).await?;
        for (work, least) in [(Work::Insert, 5), (Work::Change, 10)] {
            let mut at = 0;
            while !dies(
                &db,
                work,
                Death::Statement(at),
                &format!("{work:?}s{at}"),
                FEW,
            )
            .await?
            {
                at += 1;
            }
            assert!(at >= least, "{work:?} has only {at} statements");
        }
        Ok(())
    });
}

#[test]
fn a_process_can_die_within_a_statement() {
    run(Backend::Sqlite, "dies_within_statements", |db| async move {
        tables(&db.engine().await).await?;
        // Two by two, then further and further apart: where it is within its statements does not matter, that it is does.
        let mut at = 1;
        while !dies(&db, Work::Insert, Death::Poll(at), &format!("p{at}"), MANY).await? {
            at += 1 + at / 6;
        }
        assert!(at > 1, "a statement of {MANY} rows never yielded");
        Ok(())
    });
}
