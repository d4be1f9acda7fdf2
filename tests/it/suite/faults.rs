//! A flush or commit of 3 tables with 50 rows each that is dropped at every poll, or loses its connection at every message
//! of the protocol: all or nothing in the database, before or after in memory, never between.

pub(super) mod proxy;

use std::time::{Duration, Instant};

use orm_core::engine::{Engine, Offload};
use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Backend, Db, both, run};
use crate::scenarios::press::*;
use crate::suite::cancel::cancel_after;
use proxy::Fuse;

const ROWS: usize = 50;

/// How many futures are dropped, at the least.
const DROPS: usize = 100;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Work {
    /// Shelves, each with a book, each with a chapter.
    Insert,
    /// Shelves are renamed, chapters deleted, tags new.
    Change,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Verb {
    Flush,
    Commit,
}

/// What happens in the middle of it.
enum Strike<'a> {
    /// The future is dropped after so many polls.
    Polls(usize),
    /// The connection is cut after so many messages.
    Messages(usize, &'a Fuse),
}

/// How many rows there are: shelves by their old name and by their new one, books, chapters, tags.
type Rows = (i64, i64, i64, i64, i64);

const FEW: Rows = (0, 0, 0, 0, 0);
const MANY: i64 = ROWS as i64;

impl Work {
    fn before(self) -> Rows {
        match self {
            Self::Insert => FEW,
            Self::Change => (MANY, 0, MANY, MANY, 0),
        }
    }

    fn after(self) -> Rows {
        match self {
            Self::Insert => (MANY, 0, MANY, MANY, 0),
            Self::Change => (0, MANY, MANY, 0, MANY),
        }
    }
}

/// What a session holds of it.
struct Graph {
    work: Work,
    name: String,
    shelves: Vec<Handle<Shelf>>,
    books: Vec<Handle<Book>>,
    chapters: Vec<Handle<Chapter>>,
    tags: Vec<Handle<Tag>>,
}

fn old(name: &str) -> String {
    format!("{name}-old")
}

fn new(name: &str) -> String {
    format!("{name}-new")
}

impl Graph {
    async fn add(session: &mut Session, name: &str) -> orm_core::Result<Self> {
        let chapter = || Chapter {
            name: old(name),
            ..Default::default()
        };
        let book = || Book {
            name: old(name),
            chapters: [chapter()].into(),
            ..Default::default()
        };
        let shelf = || Shelf {
            name: old(name),
            books: [book()].into(),
            ..Default::default()
        };
        let mut graph = Self {
            work: Work::Insert,
            name: name.to_owned(),
            shelves: session.add_all((0..ROWS).map(|_| shelf())),
            books: Vec::new(),
            chapters: Vec::new(),
            tags: Vec::new(),
        };
        for &shelf in &graph.shelves {
            graph.books.extend(shelf.books(session).await?);
        }
        for &book in &graph.books {
            graph.chapters.extend(book.chapters(session).await?);
        }
        Ok(graph)
    }

    /// A graph with unflushed work.
    async fn prepare(session: &mut Session, work: Work, name: &str) -> orm_core::Result<Self> {
        let mut graph = Self::add(session, name).await?;
        if work == Work::Change {
            session.commit().await?;
            graph.work = work;
            let tag = || Tag {
                name: old(name),
                ..Default::default()
            };
            graph.tags = session.add_all((0..ROWS).map(|_| tag()));
            graph.change(session)?;
        }
        Ok(graph)
    }

    fn change(&self, session: &mut Session) -> orm_core::Result<()> {
        for &shelf in &self.shelves {
            session[shelf].name = new(&self.name);
        }
        self.chapters
            .iter()
            .try_for_each(|&chapter| session.delete(chapter))
    }

    /// Does the work of a session that is as before once more.
    fn again(&self, session: &mut Session) -> orm_core::Result<()> {
        match self.work {
            Work::Insert => _ = session.add_all(self.shelves.iter().copied()),
            Work::Change => {
                session.add_all(self.tags.iter().copied());
                self.change(session)?;
            }
        }
        Ok(())
    }

    /// Whether memory is after the work, or before it; between is a violation.
    #[track_caller]
    fn is_after(&self, session: &Session, what: &str) -> bool {
        let mut written = Vec::new();
        let life = |life: orm_core::Result<Life>| life.expect("held");
        let there = |it: Life| it == Life::Persistent;
        match self.work {
            Work::Insert => {
                written.extend(self.shelves.iter().map(|&it| there(life(session.life(it)))));
                written.extend(self.books.iter().map(|&it| there(life(session.life(it)))));
                written.extend(
                    self.chapters
                        .iter()
                        .map(|&it| there(life(session.life(it)))),
                );
            }
            Work::Change => {
                let new = new(&self.name);
                written.extend(self.shelves.iter().map(|&it| session[it].name == new));
                written.extend(
                    self.chapters
                        .iter()
                        .map(|&it| !there(life(session.life(it)))),
                );
                written.extend(self.tags.iter().map(|&it| there(life(session.life(it)))));
            }
        }
        assert!(
            written.iter().all(|&it| it == written[0]),
            "{what}: between in memory"
        );
        written[0]
    }
}

/// One consistent look, by a connection of its own.
async fn rows(engine: &Engine, name: &str) -> orm_core::Result<Rows> {
    let count = text(
        "SELECT (SELECT count(*) FROM shelves WHERE name = :old), (SELECT count(*) FROM shelves WHERE name = :new), \
         (SELECT count(*) FROM books WHERE name = :old), (SELECT count(*) FROM chapters WHERE name = :old), \
         (SELECT count(*) FROM tags WHERE name = :old)",
    );
    let count = count.bind("old", old(name)).bind("new", new(name));
    engine.one(count.columns::<Rows>()).await
}

/// Strikes one flush or commit; whether it was struck rather than done.
async fn attempt(
    engine: &Engine,
    direct: &Engine,
    (work, verb): (Work, Verb),
    strike: Strike<'_>,
    name: &str,
) -> orm_core::Result<bool> {
    let mut session = engine.session();
    let graph = Graph::prepare(&mut session, work, name).await?;
    let doing = async {
        match verb {
            Verb::Flush => session.flush().await,
            Verb::Commit => session.commit().await,
        }
    };
    let outcome = match strike {
        Strike::Polls(polls) => cancel_after(doing, polls).await,
        Strike::Messages(messages, fuse) => {
            fuse.set(messages);
            let outcome = doing.await;
            if !fuse.remove() {
                outcome?;
                return Ok(false);
            }
            // What the program could not do without is done again, such as taking a connection from the pool.
            if outcome.is_ok() {
                return Ok(true);
            }
            Some(outcome)
        }
    };
    // A COMMIT that was under way may have come to its end, or may yet.
    let unknown = match &outcome {
        Some(Ok(())) => return Ok(false),
        Some(Err(error)) => error.kind() == ErrorKind::CommitUnknown,
        None => verb == Verb::Commit,
    };
    assert!(!unknown || verb == Verb::Commit, "{name}: {outcome:?}");
    if unknown {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let stored = rows(direct, name).await?;
    if unknown {
        assert!(
            stored == work.before() || stored == work.after(),
            "{name} left {stored:?}"
        );
    } else {
        assert_eq!(stored, work.before(), "{name} was not committed");
    }
    // After an error memory is in one piece at once; after a dropped future the next operation finds it so.
    if outcome.is_some() {
        assert!(
            !graph.is_after(&session, name),
            "{name}: an error, and memory as after"
        );
    }
    assert!(session.needs_rollback(), "{name}: {outcome:?}");
    assert_eq!(
        session.commit().await.unwrap_err().kind(),
        ErrorKind::PendingRollback
    );
    session.rollback().await?;
    let shelves = Shelf::select().filter(Shelf::name.is_in([old(name), new(name)]));
    let read = session.no_autoflush().all(shelves).await?;
    if unknown {
        let names = read.iter().map(|&shelf| session[shelf].name == new(name));
        let names: Vec<_> = names.collect();
        assert!(
            names.iter().all(|&it| it == names[0]),
            "{name}: read by half"
        );
        return Ok(true);
    }
    assert!(!graph.is_after(&session, name), "{name}: not given up");
    graph.again(&mut session)?;
    session.commit().await?;
    assert_eq!(rows(direct, name).await?, work.after(), "{name} done again");
    assert!(graph.is_after(&session, name), "{name}: done again");
    Ok(true)
}

const ALL: [(Work, Verb); 4] = [
    (Work::Insert, Verb::Flush),
    (Work::Insert, Verb::Commit),
    (Work::Change, Verb::Flush),
    (Work::Change, Verb::Commit),
];

both! {
    /// Every poll of the flush and of the commit can be the last.
    async fn a_large_flush_can_be_dropped_at_every_poll(db: Db) {
        // Every statement on a thread of its own, so that SQLite can be dropped half-way too.
        let engine = Engine::builder(db.url()).offload(Offload::Always).connect().await?;
        tables(&engine).await?;
        let (mut struck, mut round) = (0, 0);
        let began = Instant::now();
        // SQLite is often done before a poll returns, so that one round is struck a few times only.
        while struck < DROPS && began.elapsed() < Duration::from_secs(60) {
            round += 1;
            for which in ALL {
                let mut polls = 1;
                let name = |polls| format!("{which:?}{round}p{polls}");
                while attempt(&engine, &engine, which, Strike::Polls(polls), &name(polls)).await? {
                    struck += 1;
                    polls += 1;
                }
            }
        }
        println!("dropped {struck} times on {:?}, 0 violations", db.backend());
        assert!(struck >= DROPS, "dropped only {struck} times");
    }
}

/// Every message between client and server can be the last of its connection. SQLite has no wire; its statements are
/// interrupted by the test above.
mod a_large_flush_can_lose_its_connection_at_every_message {
    use super::*;

    #[test]
    fn postgres() {
        run(Backend::Postgres, "at_every_message", at_every_message);
    }

    async fn at_every_message(db: Db) -> orm_core::Result<()> {
        let direct = db.engine().await;
        tables(&direct).await?;
        let (url, fuse) = proxy::wire(db.url()).await.expect("a wire");
        let engine = Engine::connect(&url).await?;
        let mut struck = 0;
        for which in ALL {
            let mut messages = 0;
            loop {
                let name = format!("{which:?}m{messages}");
                let strike = Strike::Messages(messages, &fuse);
                if !attempt(&engine, &direct, which, strike, &name).await? {
                    break;
                }
                struck += 1;
                messages += 1;
            }
        }
        println!("cut {struck} times, 0 violations");
        assert!(struck >= 60, "cut only {struck} times");
        Ok(())
    }
}
