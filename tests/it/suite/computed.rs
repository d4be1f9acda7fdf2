//! Values that each query works out.

use orm_core::engine::Engine;
use orm_core::mapping::alias;
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    count: i64,
    #[orm(sql = Self::price * Self::count)]
    total: i64,
    #[orm(sql = "price > 100")]
    dear: bool,
    #[orm(sql = Self::price + 1)]
    later: Deferred<i64>,
}

async fn lines(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<Line>()?.create_all(engine).await?;
    let mut session = engine.session();
    for (price, count) in [(10, 2), (200, 1), (30, 3)] {
        session.add(Line {
            price,
            count,
            ..Default::default()
        });
    }
    session.commit().await
}

const ITEMS: &str =
    "lines.id, lines.price, lines.count, lines.price * lines.count AS total, price > 100 AS dear";

both! {
    /// They come with the row, filter and order, and are no columns of the table.
    async fn queries_work_them_out(db: Db) {
        let engine = db.engine().await;
        lines(&engine).await?;
        let log = Log::new(&db, &engine);
        let all = engine.all(Line::select().filter(Line::total.gt(50)).order_by(Line::total.desc())).await?;
        log.sent([&*format!(
            "SELECT {ITEMS} FROM lines WHERE lines.price * lines.count > ? ORDER BY lines.price * lines.count DESC"
        )]);
        assert_eq!(all.iter().map(|line| (line.total, line.dear)).collect::<Vec<_>>(), [(200, true), (90, false)]);
        assert!(all[0].later.is_unloaded());
        let all: Vec<(i64, bool)> = engine.all(select((Line::total, Line::dear)).order_by(Line::id)).await?;
        assert_eq!(all, [(20, false), (200, true), (90, false)]);
        let one = engine.one(Line::select().undefer(Line::later).filter(Line::id.eq(1))).await?;
        assert_eq!(one.later.get()?, &11);

        let other = alias::<Line>("other");
        let pairs = select((Line::id, other.col(Line::total)))
            .join_on(&other, other.col(Line::total).gt(Line::total))
            .filter(Line::id.eq(1))
            .order_by(other.col(Line::id));
        assert_eq!(engine.all(pairs).await?, [(1, 200), (1, 90)]);
    }

    /// Nothing writes them; a flush of the row reads them back.
    async fn flushes_read_them_back(db: Db) {
        let engine = db.engine().await;
        lines(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let new = session.add(Line { price: 5, count: 5, total: 1, ..Default::default() });
        session.flush().await?;
        assert!(log.take()[0].starts_with("INSERT INTO lines (price, count)"));
        assert_eq!(session[new].total, 25);
        let one = session.get_one::<Line>(1).await?;
        session.load(one, Line::later).await?;
        log.take();
        session[one].price = 300;
        session.flush().await?;
        log.sent([
            "UPDATE lines SET price = ? WHERE id = ?",
            "SELECT lines.id, lines.price * lines.count, price > 100 FROM lines WHERE lines.id = ?",
        ]);
        assert_eq!((session[one].total, session[one].dear), (600, true));
        assert!(session[one].later.is_unloaded());
        // What the program puts there is no change.
        session[one].total = 7;
        session.flush().await?;
        log.nothing();
        session.rollback().await?;
        assert_eq!((session[one].price, session[one].total), (10, 20));
    }

    /// Statements that would write one are refused.
    async fn writes_are_refused(db: Db) {
        let engine = db.engine().await;
        lines(&engine).await?;
        let message = "Line.total is computed by each query and stored nowhere, so it cannot be set";
        let error = engine.execute(Line::update().set(Line::total.to(1))).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidQuery, message));
        let error = engine.execute(Line::insert().values(Line::total.to(1))).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidQuery, message));
        engine.execute(Line::insert().objects([&Line { price: 1, count: 1, ..Default::default() }])).await?;
        let mut session = engine.session();
        let one = session.get_one::<Line>(1).await?;
        let error = session.set_sql(one, Line::total, Line::price).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
    }
}
