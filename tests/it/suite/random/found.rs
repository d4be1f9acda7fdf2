//! What random programs have found, each as a small test.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::both;
use crate::scenarios::press::*;

both! {
    /// A new object that a cascade keeps from being inserted leaves the collections of its other parents and partners.
    async fn a_new_object_that_is_not_inserted_leaves_its_collections(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let person = session.add(Person::default());
        let stored = session.add(Team::default());
        session.commit().await?;
        stored.members(&mut session).await?;
        let new = session.add(Team::default());
        let member = |team: Handle<Team>| Member {
            team: team.into(),
            person: person.into(),
            ..Default::default()
        };
        let members = session.add_all([member(stored), member(new)]);
        session.delete(person)?;
        session.flush().await?;
        for (team, member) in [stored, new].into_iter().zip(members) {
            assert_eq!(session.life(member)?, Life::Transient);
            assert_eq!(team.members(&mut session).await?, []);
        }
        session.commit().await?;
    }

    /// A collection that was loaded after a deletion has what was deleted when that is rolled back.
    async fn a_rollback_brings_pairs_back_that_were_read_as_gone(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let tag = session.add(Tag::default());
        let book = session.add(Book { tags: [tag].into(), ..Default::default() });
        session.commit().await?;
        session.expire(tag)?;
        session.delete(book)?;
        session.flush().await?;
        assert_eq!(tag.books(&mut session).await?, []);
        session.rollback().await?;
        assert_eq!(tag.books(&mut session).await?, [book]);
    }
}
