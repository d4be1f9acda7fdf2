//! Batches of many rows, with nobody looking at what is sent: then SQLite gets them in parts, and no difference is seen.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::both;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "marks")]
struct Mark {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    place: i32,
    #[orm(version)]
    version: i32,
}

fn marks(places: impl IntoIterator<Item = i32>) -> Vec<Mark> {
    let mark = |place| Mark {
        place,
        ..Default::default()
    };
    places.into_iter().map(mark).collect()
}

both! {
    async fn each_object_has_its_row(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Mark>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let mut handles = session.add_all(marks((0..1_500).rev()));
        handles.push(session.add(Mark { place: 9_999, ..Default::default() }));
        session.commit().await?;
        for &handle in &handles {
            session[handle].place += 1;
        }
        session.commit().await?;
        let stored = engine.all(select((Mark::id, Mark::place, Mark::version)).order_by(Mark::id)).await?;
        let held: Vec<_> = handles.iter().map(|&it| (session[it].id, session[it].place, session[it].version)).collect();
        assert_eq!(stored, held);
        assert_eq!(held.last(), Some(&(1_501, 10_000, 2)));
        for &handle in &handles[..1_400] {
            session.delete(handle)?;
        }
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Mark>()).await?, 101);
    }

    /// What was written before is taken back, in the database and in memory; the session goes on.
    async fn a_row_far_behind_is_refused(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Mark>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let first = session.add(Mark { place: -1, ..Default::default() });
        session.flush().await?;
        let inside = session.savepoint().await?;
        let handles = session.add_all(marks((0..1_500).map(|n| if n == 1_300 { -1 } else { n })));
        let error = session.flush().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::UniqueViolation, Some("Mark#1301 (new)")), "{error}");
        for &handle in &handles {
            assert_eq!((session.life(handle)?, session[handle].id), (Life::Transient, 0));
        }
        assert_eq!(session.life(first)?, Life::Persistent);
        session.rollback_to(inside).await?;
        session[handles[1_300]].place = 1_300;
        for &handle in &handles {
            session.add(handle);
        }
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Mark>()).await?, 1_501);
        assert_eq!(session[handles[1_499]].place, 1_499);
    }

    async fn a_row_far_behind_is_stale(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Mark>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let handles = session.add_all(marks(0..1_500));
        session.commit().await?;
        engine.execute(Mark::delete().filter(Mark::place.eq(1_300))).await?;
        for &handle in &handles {
            session[handle].place += 10_000;
        }
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Mark(1301)")), "{error}");
        assert_eq!((session[handles[0]].place, session[handles[0]].version), (0, 1));
        let moved = select(func::count_all()).from::<Mark>().filter(Mark::place.ge(10_000));
        assert_eq!(engine.scalar(moved).await?, 0);
    }
}
