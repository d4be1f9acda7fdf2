//! Large collections: the work grows with the number of objects, not with its square.

use std::time::{Duration, Instant};

use orm_core::prelude::*;

use crate::harness::both;
use crate::scenarios::library::*;

const MANY: usize = 10_000;

/// So long that only quadratic work exceeds it, also on a busy machine and without optimization.
const LIMIT: Duration = Duration::from_secs(5);

fn within(what: &str, start: &mut Instant) {
    let took = start.elapsed();
    eprintln!("{what}: {took:?}");
    assert!(took < LIMIT, "{what} took {took:?}");
    *start = Instant::now();
}

both! {
    /// Ten thousand children: pushed one by one, moved, assigned, deleted, rolled back.
    async fn ten_thousand_children(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (s1, s2) = (session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?);
        s1.books(&mut session).await?;
        let mut start = Instant::now();
        let books = (0..MANY)
            .map(|n| s1.books(&mut session).push(book(&format!("{n}"))))
            .collect::<orm_core::Result<Vec<_>>>()?;
        within("push", &mut start);
        session.commit().await?;
        within("insert", &mut start);
        for &book in &books {
            session[book].shelf = s2.into();
        }
        session.flush().await?;
        within("move", &mut start);
        session.rollback().await?;
        within("roll a move back", &mut start);
        assert_eq!(s1.books(&mut session).await?.len(), MANY + 2);
        assert_eq!(s2.books(&mut session).await?.len(), 1);
        within("load", &mut start);
        session[s2].books = books.clone().into();
        session.flush().await?;
        within("assign", &mut start);
        session[s2].books = Vec::<Handle<Book>>::new().into();
        session.flush().await?;
        within("assign nothing", &mut start);
        session[s2].books = books.clone().into();
        session.commit().await?;
        within("assign again", &mut start);
        for &book in &books {
            session.delete(book)?;
        }
        session.flush().await?;
        within("delete", &mut start);
        session.rollback().await?;
        within("roll a deletion back", &mut start);
        session.delete(s2)?;
        session.commit().await?;
        within("delete the parent", &mut start);
        let new = session.add(Shelf { books: (0..MANY).map(|_| book("x")).collect::<Vec<_>>().into(), ..shelf("n") });
        within("add a graph", &mut start);
        session.rollback().await?;
        session.add(new);
        within("add a graph again", &mut start);
        session.rollback().await?;
        for &book in &books[..1000] {
            session.expunge(book)?;
        }
        within("expunge", &mut start);
    }
}
