//! Relationships of a model with itself, followed again and again.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::sql::text_unchecked;

use crate::harness::{Log, both};
use crate::scenarios::library::{Shelf, ShelfAccessors as _};

/// 1 → 2 → 3 → 4 and 1 → 5.
async fn shelves(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Shelf,)>()?.create_all(engine).await?;
    for (id, parent) in [(1, "NULL"), (2, "1"), (3, "2"), (4, "3"), (5, "1")] {
        engine
            .execute(text_unchecked(format!(
                "INSERT INTO shelves (id, label, parent_id) VALUES ({id}, 's{id}', {parent})"
            )))
            .await?;
    }
    Ok(())
}

/// `1(2(3(4)) 5)`, with `?` for what is not loaded.
fn written(shelf: &Shelf) -> String {
    let Ok(children) = shelf.children.get() else {
        return format!("{}?", shelf.id);
    };
    let children: Vec<String> = children.iter().map(written).collect();
    format!("{}({})", shelf.id, children.join(" "))
}

both! {
    /// To a depth, and to the end, as plain values and in a session.
    async fn to_a_depth_or_to_the_end(db: Db) {
        let engine = db.engine().await;
        shelves(&engine).await?;
        let log = Log::new(&db, &engine);
        let root = || Shelf::select().filter(Shelf::id.eq(1));
        for (load, expected, statements) in [
            (Shelf::children.recursive(1), "1(2? 5?)", 2),
            (Shelf::children.recursive(2), "1(2(3?) 5())", 3),
            (Shelf::children.recursive(2).joined(), "1(2(3?) 5())", 1),
            (Shelf::children.recursive(3).joined(), "1(2(3(4?)) 5())", 1),
            (Shelf::children.recursive(3).subquery(), "1(2(3(4?)) 5())", 4),
            (Shelf::children.recursive_to_end(), "1(2(3(4())) 5())", 5),
            (Shelf::children.recursive_to_end().subquery(), "1(2(3(4())) 5())", 5),
        ] {
            let shelf = engine.one(root().with(load.clone())).await?;
            assert_eq!(written(&shelf), expected);
            assert_eq!(log.take().len(), statements);
            let mut session = engine.session();
            let shelf = session.one(root().with(load)).await?;
            assert_eq!(log.take().len(), statements);
            let shelf = session.detach(shelf)?;
            assert_eq!(written(&shelf), expected);
        }
        let mut session = engine.session();
        let leaf = session.one(Shelf::select().filter(Shelf::id.eq(4)).with(Shelf::parent.recursive_to_end())).await?;
        log.take();
        let mut way = Vec::new();
        let mut at = Some(leaf);
        while let Some(shelf) = at {
            way.push(session[shelf].id);
            at = shelf.parent(&mut session).await?;
        }
        assert_eq!(way, [4, 3, 2, 1]);
        log.nothing();
        let error = engine.one(root().with(Shelf::children.recursive_to_end().joined())).await.unwrap_err();
        assert!(error.message().starts_with("Shelf.children is to be joined again and again without end"));
    }

    /// Rows that lead round in a circle: a session knows each object once; a plain value would have no end.
    async fn circles(db: Db) {
        let engine = db.engine().await;
        shelves(&engine).await?;
        engine.execute(text("UPDATE shelves SET parent_id = 4 WHERE id = 1")).await?;
        let query = Shelf::select().filter(Shelf::id.eq(2)).with(Shelf::children.recursive_to_end());
        let error = engine.one(query.clone()).await.unwrap_err();
        assert_eq!(
            error.message(),
            "Shelf(2) cannot become a plain value: it is reached from itself by Shelf.children, Shelf.children, \
             Shelf.children, Shelf.children; say how often with .recursive(..), or load it in a session"
        );
        let mut session = engine.session();
        session.one(query).await?;
        let log = Log::new(&db, &engine);
        let mut at = session.get_one::<Shelf>(2).await?;
        for _ in 0..8 {
            at = at.children(&mut session).await?[0];
        }
        assert_eq!(session[at].id, 2);
        log.nothing();
        let shelf = engine.one(Shelf::select().filter(Shelf::id.eq(2)).with(Shelf::children.recursive(5))).await?;
        assert_eq!(written(&shelf), "2(3(4(1(2(3?) 5()))))");
    }
}
