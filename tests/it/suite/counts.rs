//! How many statements there are: one for each table, operation and set of columns, whatever the number of rows.

use orm_core::engine::Engine;
use orm_core::prelude::*;

use crate::harness::{Log, both};

/// Deletes its children itself.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "parents")]
struct Parent {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = parent, cascade = "all, delete-orphan")]
    children: HasMany<Child>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "children")]
struct Child {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(references = Parent::id)]
    parent_id: i64,
    #[orm(back_populates = children)]
    parent: BelongsTo<Parent>,
    #[orm(back_populates = child, cascade = "all, delete-orphan")]
    grandchildren: HasMany<Grandchild>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "grandchildren")]
struct Grandchild {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(references = Child::id)]
    child_id: i64,
    #[orm(back_populates = grandchildren)]
    child: BelongsTo<Child>,
}

/// Leaves its parts to the database, which deletes them.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "wholes")]
struct Whole {
    #[orm(primary_key)]
    id: i64,
    #[orm(cascade = "all, delete-orphan", passive_deletes)]
    parts: HasMany<Part>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "parts")]
struct Part {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Whole::id, on_delete = "cascade")]
    whole_id: i64,
    #[orm(cascade = "all, delete-orphan", passive_deletes)]
    pieces: HasMany<Piece>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "pieces")]
struct Piece {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Part::id, on_delete = "cascade")]
    part_id: i64,
}

fn parent(children: usize, grandchildren: usize) -> Parent {
    let name = || "a name".to_owned();
    let grandchild = |_| Grandchild {
        name: name(),
        ..Default::default()
    };
    let child = |_| Child {
        name: name(),
        grandchildren: (0..grandchildren)
            .map(grandchild)
            .collect::<Vec<_>>()
            .into(),
        ..Default::default()
    };
    Parent {
        name: name(),
        children: (0..children).map(child).collect::<Vec<_>>().into(),
        ..Default::default()
    }
}

async fn tables(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Parent, Child, Grandchild, Whole, Part, Piece)>()?
        .create_all(engine)
        .await
}

/// The verb and the table of each statement.
fn heads(sent: &[String]) -> Vec<String> {
    let words = |sql: &String| {
        sql.split(' ')
            .take(3)
            .filter(|word| !matches!(*word, "INTO" | "FROM"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    sent.iter().map(|sql| words(sql)[..2].join(" ")).collect()
}

const INSERTS: [&str; 3] = ["INSERT parents", "INSERT children", "INSERT grandchildren"];
const DELETES: [&str; 3] = ["DELETE grandchildren", "DELETE children", "DELETE parents"];

/// What was sent but for the reads, of which there is at most one for each level below the parents.
fn written(log: &Log) -> Vec<String> {
    let (reads, written): (Vec<_>, Vec<_>) = log
        .take()
        .into_iter()
        .partition(|sql| sql.starts_with("SELECT"));
    assert!(reads.len() <= 2, "{reads:?}");
    heads(&written)
}

both! {
    /// One parent, three children, two grandchildren each.
    async fn three_levels_are_three_statements(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let new = session.add(parent(3, 2));
        session.commit().await?;
        assert_eq!(heads(&log.take()), INSERTS);
        session.commit().await?;
        session.flush().await?;
        log.nothing();
        session.delete(new)?;
        session.commit().await?;
        assert_eq!(heads(&log.take()), DELETES);

        session.add(parent(3, 2));
        session.commit().await?;
        let mut session = engine.session();
        let stored = session.first(Parent::select()).await?.expect("the parent");
        log.take();
        session.delete(stored)?;
        session.commit().await?;
        assert_eq!(written(&log), DELETES);
    }

    /// Ten thousand rows in three tables are within every limit of one statement.
    async fn ten_thousand_rows_are_few_statements(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        // 100 + 900 + 9,000.
        let parents = session.add_all((0..100).map(|_| parent(9, 10)));
        session.commit().await?;
        assert_eq!(heads(&log.take()), INSERTS);
        for parent in parents {
            session.delete(parent)?;
        }
        session.commit().await?;
        assert_eq!(heads(&log.take()), DELETES);
    }

    /// Where the database deletes what refers to a row, one statement deletes the tree.
    async fn the_database_deletes_a_tree_by_one_statement(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let part = || Part { pieces: [Piece::default(), Piece::default()].into(), ..Default::default() };
        session.add(Whole { parts: [part(), part(), part()].into(), ..Default::default() });
        session.commit().await?;
        let mut session = engine.session();
        let whole = session.get_one::<Whole>(1).await?;
        let log = Log::new(&db, &engine);
        session.delete(whole)?;
        session.commit().await?;
        log.sent(["DELETE FROM wholes WHERE id = ?"]);
        assert_eq!(engine.scalar(select(func::count_all()).from::<Piece>()).await?, 0);
    }

    /// A commit with nothing to do sends nothing, not even a transaction.
    async fn nothing_to_do_is_nothing_sent(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let new = session.add(parent(1, 1));
        session.commit().await?;
        session[new].name = "another".into();
        session[new].name = "a name".into();
        engine.statements().clear();
        session.commit().await?;
        session.commit().await?;
        assert!(engine.statements().take().is_empty());
    }
}
