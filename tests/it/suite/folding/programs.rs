//! Programs over such keys: one row is one object, however its key is written.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::{Life, Synchronize};
use orm_core::sql::{text, text_unchecked};

use super::models::{Head, HeadAccessors as _, Line, LineAccessors as _, Tag};
use super::{Way, each_way, ways};
use crate::harness::{Log, both};

async fn column(engine: &Engine, sql: &'static str) -> orm_core::Result<Vec<String>> {
    let mut found = engine.all(text(sql).columns::<String>()).await?;
    found.sort();
    Ok(found)
}

both! {
    /// A key as somebody else writes it leads to the object that has the row, by get, by a foreign key, and by merge.
    async fn one_row_is_one_object(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            let [[a, aa], ..] = way.keys;
            let mut session = engine.session();
            let head = session.get_one::<Head>(aa).await?;
            assert_eq!(session[head].code, a, "{}", way.name);
            assert_eq!(session.get_one::<Head>(a).await?, head);
            assert_eq!(session.get_one::<Head>(aa).await?, head);
            let line = session.get_one::<Line>(2).await?;
            assert_eq!(session[line].head_code.trim_end(), aa.trim_end());
            assert_eq!(line.head(&mut session).await?, Some(head));
            let new = Head { code: aa.into(), name: "merged".into(), ..Default::default() };
            assert_eq!(session.merge(new).await?, head);
            assert_eq!((session[head].code.as_str(), session[head].name.as_str()), (a, "merged"));
            session.commit().await?;
            let names = column(engine, "SELECT name FROM heads").await?;
            assert_eq!(names, ["four", "merged", "three", "two"]);
            Ok(())
        }).await?;
    }

    /// The whole of a collection is deleted with its parent, or taken out of it, however the children write its key.
    async fn children_are_found(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            let [[a, _], [b, _], [c, _], _] = way.keys;
            let mut session = engine.session();
            let head = session.get_one::<Head>(a).await?;
            assert_eq!(head.lines(&mut session).count().await?, 3, "{}", way.name);
            let query = head.lines(&mut session).query()?;
            assert_eq!(session.all(query).await?.len(), 3);
            assert_eq!(head.tags(&mut session).count().await?, 2);
            let below = head.below(&mut session).await?;
            assert_eq!(below.len(), 2);
            for one in &below {
                head.below(&mut session).remove(*one)?;
            }
            session.commit().await?;
            for code in [b, c] {
                let one = session.get_one::<Head>(code).await?;
                assert_eq!(session[one].above, None);
            }
            let mut session = engine.session();
            let head = session.get_one::<Head>(a).await?;
            session.delete(head)?;
            session.commit().await?;
            assert_eq!(session.life(head)?, Life::Detached);
            assert_eq!(column(engine, "SELECT CAST(id AS TEXT) FROM lines").await?, ["3", "5"]);
            Ok(())
        }).await?;
    }

    /// A pair is taken away, however its row writes the keys of its two ends.
    async fn pairs_are_taken_away(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            let [[a, _], [b, _], ..] = way.keys;
            let mut session = engine.session();
            let head = session.get_one::<Head>(a).await?;
            let tags = head.tags(&mut session).await?;
            assert_eq!(tags.len(), 2, "{}", way.name);
            let first = tags.iter().copied().find(|&tag| session[tag].name == a);
            head.tags(&mut session).remove(first.unwrap())?;
            session.commit().await?;
            let mut session = engine.session();
            let head = session.get_one::<Head>(a).await?;
            assert_eq!(head.tags(&mut session).count().await?, 1);
            let other = session.get_one::<Head>(b).await?;
            other.tags(&mut session).replace([]).await?;
            head.tags(&mut session).replace([]).await?;
            session.commit().await?;
            assert_eq!(engine.all(text("SELECT CAST(count(*) AS TEXT) FROM head_tag").columns::<String>()).await?, ["1"]);
            Ok(())
        }).await?;
    }

    /// Another program changes how columns compare after this one has asked: what comes is still matched, not dropped.
    async fn rules_that_changed_elsewhere(db: Db) {
        let (engine, other) = (db.engine().await, db.engine().await);
        let exact = Way {
            before: &[],
            name: "exact",
            key: "TEXT",
            foreign: "TEXT",
            keys: [["a", "a"], ["b", "b"], ["c", "c"], ["d", "d"]],
        };
        exact.create(&other).await?;
        let lines = || Line::select().filter(Line::id.is_in([2, 3])).with(Line::head.select_in());
        assert!(engine.all(lines()).await?.iter().all(|line| line.head.get().is_ok_and(|head| head.is_some())));
        let way = ways(db.backend()).swap_remove(0);
        way.create(&other).await?;
        let mut session = engine.session();
        for line in session.all(lines()).await? {
            assert!(line.head(&mut session).await?.is_some());
        }
        assert!(engine.all(lines()).await?.iter().all(|line| line.head.get().is_ok_and(|head| head.is_some())));
        let heads = session.all(Head::select().filter(Head::code.eq(way.keys[0][0])).with(Head::lines.select_in())).await?;
        assert_eq!(heads[0].lines(&mut session).await?.len(), 3);
    }

    /// The rows of a collection are counted for each parent, not for each way to write its key.
    async fn limits_count_by_parent(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            let two = Head::lines.order_by(Line::id).limit(2);
            let heads = engine.all(Head::select().with(two.clone())).await?;
            let mut found = Vec::new();
            for head in &heads {
                let lines = head.lines.get()?;
                found.push((head.name.as_str(), lines.iter().map(|line| line.id).collect::<Vec<_>>()));
            }
            found.sort();
            let expected = [("four", vec![]), ("one", vec![1, 2]), ("three", vec![]), ("two", vec![3, 5])];
            assert_eq!(found, expected, "{}", way.name);
            let one = Line::select().with(Line::head.filter(Head::name.eq("two")));
            let lines = engine.all(one).await?;
            let mut found: Vec<i64> = Vec::new();
            for line in &lines {
                found.extend(line.head.get()?.map(|_| line.id));
            }
            found.sort_unstable();
            assert_eq!(found, [3, 5]);
            Ok(())
        }).await?;
    }

    /// Another program writes the key of a row in another way: its object takes that over when its row is read.
    async fn keys_written_anew_elsewhere(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            let [.., [d, dd]] = way.keys;
            let respell = |from: &str, to: &str| text_unchecked(format!("UPDATE heads SET code = '{to}' WHERE code = '{from}'"));
            let mut session = engine.session();
            let head = session.get_one::<Head>(d).await?;
            engine.execute(respell(d, dd)).await?;
            session.refresh(head).await?;
            assert_eq!(session[head].code, dd, "{}", way.name);
            engine.execute(respell(dd, d)).await?;
            session.expire(head)?;
            assert_eq!(session.get_one::<Head>(dd).await?, head);
            assert_eq!(session[head].code, d);
            session[head].name = "renamed".into();
            session.commit().await?;
            assert_eq!(session.all(Head::select().filter(Head::name.eq("renamed"))).await?, [head]);
            Ok(())
        }).await?;
    }

    /// Whom a statement concerns is the database's to say, where it compares text otherwise.
    async fn statements_are_not_decided_here(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            let [[a, aa], [b, _], _, [d, dd]] = way.keys;
            let mut session = engine.session();
            let head = session.get_one::<Head>(a).await?;
            let other = session.get_one::<Head>(b).await?;
            let last = session.get_one::<Head>(d).await?;
            let update = || Head::update().set(Head::name.to("changed")).filter(Head::code.eq(aa));
            assert_eq!(session.execute(update()).await?, 1, "{}", way.name);
            assert_eq!(session[head].name, "changed");
            assert_eq!(session[other].name, "two");
            let error = session.execute_with(update(), Synchronize::Evaluate).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidQuery);
            assert_eq!(session.execute(Head::delete().filter(Head::code.is_in([dd]))).await?, 1);
            assert_eq!(session.life(last)?, Life::Deleted);
            let update = Head::update().set(Head::name.to("not that")).filter(Head::code.ne(aa));
            assert_eq!(session.execute(update).await?, 2);
            assert_eq!((session[head].name.as_str(), session[other].name.as_str()), ("changed", "not that"));
            session.rollback().await?;
            Ok(())
        }).await?;
    }

    /// Text that is compared letter by letter, as in tables of this library, is loaded and decided as ever.
    async fn exact_text_costs_nothing(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Head, Line, Tag)>()?.create_all(&engine).await?;
        let heads = ["ab", "AB"].map(|code| Head { code: code.into(), ..Default::default() });
        let lines = [(1, "ab"), (2, "AB")].map(|(id, code)| Line { id, head_code: code.into(), ..Default::default() });
        let mut session = engine.session();
        session.add_all(heads);
        session.flush().await?;
        session.add_all(lines);
        session.commit().await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let heads = session.all(Head::select().order_by(Head::name).with(Head::lines.select_in())).await?;
        assert_eq!(heads.len(), 2);
        log.sent_each(
            &["SELECT heads.code, heads.name, heads.above FROM heads ORDER BY heads.name",
              "SELECT lines.id, lines.head_code FROM lines WHERE lines.head_code IN (SELECT value FROM json_each(?))"],
            &["SELECT heads.code, heads.name, heads.above FROM heads ORDER BY heads.name",
              "SELECT lines.id, lines.head_code FROM lines WHERE lines.head_code = ANY(?)"],
        );
        session.execute(Head::update().set(Head::name.to("x")).filter(Head::code.eq("ab"))).await?;
        log.sent(["UPDATE heads SET name = ? WHERE heads.code = ?"]);
    }
}

/// The same heads, by a view.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "shown_heads")]
struct Shown {
    #[orm(primary_key)]
    code: String,
    #[orm(view_only)]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lines")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Shown::code)]
    head_code: String,
}

both! {
    /// A view does not say how its columns compare, and loads of it find what a join finds.
    async fn views_are_matched_too(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            engine.execute(text("DROP VIEW IF EXISTS shown_heads")).await?;
            engine.execute(text("CREATE VIEW shown_heads AS SELECT code FROM heads")).await?;
            let [[a, _], ..] = way.keys;
            let shown = Shown::select().filter(Shown::code.eq(a)).with(Shown::notes.select_in());
            let shown = engine.one(shown).await?;
            assert_eq!(shown.notes.get()?.len(), 3, "{}", way.name);
            engine.execute(text("DROP VIEW shown_heads")).await?;
            Ok(())
        }).await?;
    }
}
