//! Children of two parents, each of which deletes its orphans.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::both;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "folders")]
struct Folder {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = folder, cascade = "all, delete-orphan", order_by = Paper::id)]
    papers: HasMany<Paper>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = owner, cascade = "all, delete-orphan", order_by = Paper::id)]
    papers: HasMany<Paper>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "papers")]
struct Paper {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(references = Folder::id)]
    folder_id: Option<i64>,
    #[orm(references = Owner::id)]
    owner_id: Option<i64>,
    #[orm(back_populates = papers)]
    folder: BelongsTo<Folder>,
    #[orm(back_populates = papers)]
    owner: BelongsTo<Owner>,
}

fn paper(title: &str) -> Paper {
    Paper {
        title: title.into(),
        ..Default::default()
    }
}

async fn papers(engine: &Engine) -> orm_core::Result<Vec<(String, Option<i64>, Option<i64>)>> {
    engine
        .all(select((Paper::title, Paper::folder_id, Paper::owner_id)).order_by(Paper::id))
        .await
}

both! {
    /// Moved it stays, by whichever side and in whatever order; without one of its parents it is deleted.
    async fn an_orphan_of_one_is_an_orphan(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Paper>()?.create_all(&engine).await?;
        Metadata::of::<(Folder, Owner)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let folders = session.add_all([Folder::default(), Folder::default()]);
        let owners = session.add_all([Owner::default(), Owner::default()]);
        let a = folders[0].papers(&mut session).push(paper("a"))?;
        owners[0].papers(&mut session).push(a)?;
        // A new one that never had the other parent is none.
        let b = folders[0].papers(&mut session).push(paper("b"))?;
        session.commit().await?;
        assert_eq!(papers(&engine).await?, [("a".to_owned(), Some(1), Some(1)), ("b".to_owned(), Some(1), None)]);

        folders[1].papers(&mut session).push(a)?;
        session.commit().await?;
        folders[1].papers(&mut session).remove(a)?;
        folders[0].papers(&mut session).push(a)?;
        session.commit().await?;
        session[a].folder = folders[1].into();
        session.commit().await?;
        // Its owner is deleted in the flush in which it gets another.
        owners[1].papers(&mut session).push(a)?;
        session.delete(owners[0])?;
        session.commit().await?;
        assert_eq!(session.life(a)?, Life::Persistent);
        assert_eq!(papers(&engine).await?[0], ("a".to_owned(), Some(2), Some(2)));

        session[a].owner = BelongsTo::none();
        session.commit().await?;
        assert_eq!(session.life(a)?, Life::Detached);
        // A foreign key that is set by hand makes no orphan; a new one that loses one of its parents is not inserted.
        session[b].folder_id = None;
        let new = folders[0].papers(&mut session).push(paper("new"))?;
        owners[1].papers(&mut session).push(new)?;
        folders[0].papers(&mut session).remove(new)?;
        session.commit().await?;
        assert_eq!((session.life(b)?, session.life(new)?), (Life::Persistent, Life::Transient));
        assert_eq!(papers(&engine).await?, [("b".to_owned(), None, None)]);
    }
}
