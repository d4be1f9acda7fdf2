//! Statements and rows in bulk are done wholly or not at all, and with what the database does because of them.

use orm_core::prelude::*;
use orm_core::session::Life;

use super::bulk::{Person, start, younger};
use crate::harness::both;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "firms")]
struct Firm {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "desks")]
struct Desk {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Firm::id, on_delete = "cascade")]
    firm_id: i64,
    #[orm(references = Firm::id, on_delete = "set null")]
    owner_id: Option<i64>,
}

both! {
    /// What the database's own cascades do to other rows is read anew.
    async fn cascades_of_the_database(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Firm, Desk)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let firms = session.bulk_insert_returning([Firm::default(), Firm::default()]).await?;
        let desk = |firm_id, owner_id| Desk { firm_id, owner_id, ..Default::default() };
        let desks = session.bulk_insert_returning([desk(1, None), desk(2, Some(1)), desk(2, None)]).await?;
        session.commit().await?;
        session.execute(Firm::delete().filter(Firm::id.eq(1))).await?;
        assert_eq!(session.life(firms[0])?, Life::Deleted);
        assert_eq!(session.get::<Desk>(1).await?, None);
        session.get_one::<Desk>(2).await?;
        assert_eq!(session[desks[1]].owner_id, None);
        session.rollback().await?;
        session.all(Desk::select()).await?;
        assert_eq!((session.life(desks[0])?, session[desks[1]].owner_id), (Life::Persistent, Some(1)));
        assert_eq!(session.get::<Desk>(1).await?, Some(desks[0]));
    }

    /// A statement too long for one is done wholly or not at all.
    async fn long_statements_are_whole(db: Db) {
        let (engine, mut session, [a, ..], log) = start(&db).await?;
        session[a].age = Some(1);
        session.flush().await?;
        let rows = |last: &str| {
            let names = (0..40_000).map(|n| format!("n{n}")).chain([last.to_owned()]);
            Person::insert().rows(names.map(|name| (Person::name.to(name), Person::age.to(1))).collect::<Vec<_>>())
        };
        let point = session.savepoint().await?;
        assert_eq!(session.execute(rows("a")).await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        session.rollback_to(point).await?;
        let point = session.savepoint().await?;
        assert_eq!(session.all(rows("b").returning(Person::id)).await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        session.rollback_to(point).await?;
        session.commit().await?;
        assert_eq!(engine.all(select(Person::age).order_by(Person::id)).await?, [Some(1), Some(47), Some(29)]);
        log.take();
        assert_eq!(session.execute(rows("new")).await?, 40_001);
        assert!(log.take().len() > 1);
    }

    /// A future that is dropped has done all or nothing, in memory as in the database.
    async fn dropped_futures(db: Db) {
        let (engine, _, _, _) = start(&db).await?;
        let person = |n: i32| Person { name: format!("new {n}"), age: Some(n), ..Default::default() };
        for polls in 0..40 {
            let mut session = engine.session();
            let held = session.all(Person::select().order_by(Person::id)).await?;
            match polls % 4 {
                0 => drop(poll(session.bulk_insert([person(polls), person(-polls - 1)]), polls / 4).await),
                1 => drop(poll(session.bulk_insert_returning([person(polls)]), polls / 4).await),
                2 => drop(poll(session.execute(younger()), polls / 4).await),
                _ => {
                    let rows = held.iter().map(|&it| (Person::id.to(session[it].id), Person::age.to(polls)));
                    let rows: Vec<_> = rows.collect();
                    drop(poll(session.bulk_update::<Person>(rows), polls / 4).await);
                }
            }
            if session.needs_rollback() {
                assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::PendingRollback);
                session.rollback().await?;
            }
            session.commit().await?;
            let stored = engine.all(Person::select().order_by(Person::id)).await?;
            for &it in &held {
                assert!(stored.contains(&session[it]), "after {polls}: {:?}", session[it]);
            }
            let others = session.all(Person::select().order_by(Person::id)).await?;
            assert_eq!(others.len(), stored.len());
        }
    }
}

/// Polls a future so many times, then drops it.
async fn poll<F: Future + Send>(future: F, polls: i32) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return std::task::Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
            std::task::Poll::Pending if left == 0 => std::task::Poll::Ready(None),
            std::task::Poll::Pending => std::task::Poll::Pending,
        }
    })
    .await
}
