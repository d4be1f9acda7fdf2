//! scratch
use crate::harness::{Log, both};
use orm_core::engine::Engine;
use orm_core::mapping::{alias, entity};
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "orders")]
struct Order {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = order, order_by(desc(Line::total), Line::id), cascade = "all, delete-orphan")]
    lines: HasMany<Line>,
}
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    count: i64,
    hidden: bool,
    #[orm(sql = Self::price * Self::count)]
    total: i64,
    #[orm(sql = Self::price + 1)]
    later: Deferred<i64>,
    note: Deferred<Option<String>>,
    #[orm(references = Order::id)]
    order_id: Option<i64>,
    #[orm(back_populates = lines)]
    order: BelongsTo<Order>,
}
async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Order, Line)>()?.create_all(engine).await?;
    let mut session = engine.session();
    for lines in [
        vec![(1, 2, false), (5, 5, false), (3, 3, true)],
        vec![(7, 1, true)],
    ] {
        session.add(Order {
            name: "o".into(),
            lines: lines
                .into_iter()
                .map(|(price, count, hidden)| Line {
                    price,
                    count,
                    hidden,
                    note: Some("n".to_owned()).into(),
                    ..Default::default()
                })
                .collect::<Vec<_>>()
                .into(),
            ..Default::default()
        });
        session.flush().await?;
    }
    session.commit().await
}
both! {
    async fn a_order_by_computed(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let orders = engine.all(Order::select().order_by(Order::id).with(Order::lines)).await?;
        assert_eq!(orders[0].lines.get()?.iter().map(|l| l.total).collect::<Vec<_>>(), [25, 9, 2]);
        for load in [Order::lines.joined(), Order::lines.subquery(), Order::lines.limit(3), Order::lines.limit(3).joined(), Order::lines.filter(Line::id.gt(0)).joined()] {
            let orders = engine.all(Order::select().order_by(Order::id).with(load)).await?;
            assert_eq!(orders[0].lines.get()?.iter().map(|l| l.total).collect::<Vec<_>>(), [25, 9, 2]);
        }
        let mut session = engine.session();
        let o = session.get_one::<Order>(1).await?;
        assert_eq!(o.lines(&mut session).await?.len(), 3);
        let q = o.lines(&mut session).query()?;
        assert_eq!(session.all(q).await?.len(), 3);
    }
    async fn b_criteria_then_delete(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().criteria::<Line>(Line::hidden.eq(false)));
        let o = session.get_one::<Order>(1).await?;
        assert_eq!(o.lines(&mut session).await?.len(), 2);
        session.delete(o)?;
        session.commit().await?;
        let orders = session.all(Order::select().with(Order::lines)).await?;
        session.delete(orders[0])?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count(Line::id))).await?, 0);
    }
    async fn b2_criteria_then_replace(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().criteria::<Line>(Line::hidden.eq(false)));
        let o = session.get_one::<Order>(1).await?;
        let lines = o.lines(&mut session).await?;
        o.lines(&mut session).replace([lines[0]]).await?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count(Line::id)).filter(Line::order_id.eq(1))).await?, 2);
    }
    async fn c_merge_filtered_tree(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let tree = engine.one(Order::select().filter(Order::id.eq(1)).with(Order::lines.filter(Line::hidden.eq(false)))).await?;
        let mut session = engine.session();
        session.merge(tree).await?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count(Line::id))).await?, 4);
    }
    async fn d_bulk_computed(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let lines = session.all(Line::select().order_by(Line::id).undefer(Line::later)).await?;
        let log = Log::new(&db, &engine);
        session.execute(Line::update().set(Line::price.to(Line::price + 1)).filter(Line::id.le(2))).await?;
        eprintln!("{:#?}", log.take());
        assert_eq!((session[lines[0]].price, session[lines[0]].total), (2, 4));
        assert!(session[lines[0]].later.is_unloaded());
        assert!(!session[lines[2]].later.is_unloaded());
        session.rollback().await?;
        assert_eq!((session[lines[0]].price, session[lines[0]].total), (1, 2));
        assert_eq!(session[lines[0]].later.get()?, &2);
        let got = session.all(Line::update().set(Line::price.to(100)).filter(Line::id.eq(1)).returning(entity::<Line>())).await?;
        assert_eq!(session[got[0]].total, 200);
        session.rollback().await?;
        assert_eq!(session[lines[0]].total, 2);
        let n = session.bulk_insert_returning([Line { price: 4, count: 4, ..Default::default() }]).await?;
        assert_eq!(session[n[0]].total, 16);
    }
    async fn e_subqueries(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let sub = Line::select().filter(Line::id.gt(1)).subquery("x");
        let all = engine.all(select(sub.entity::<Line>()).order_by(sub.col(Line::total).desc())).await?;
        assert_eq!(all.iter().map(|l| l.total).collect::<Vec<_>>(), [25, 9, 7]);
        assert!(all[0].note.is_unloaded());
        let un = Line::select().filter(Line::id.eq(1)).union(Line::select().filter(Line::id.eq(2)));
        let all = engine.all(un.order_by(Line::id)).await?;
        assert_eq!(all.iter().map(|l| l.total).collect::<Vec<_>>(), [2, 25]);
        let d = engine.all(Line::select().distinct().order_by(Line::total).limit(2)).await?;
        assert_eq!(d.iter().map(|l| l.total).collect::<Vec<_>>(), [2, 7]);
        let a = alias::<Line>("a");
        let got = engine.all(select(a.entity()).order_by(a.col(Line::total))).await?;
        assert_eq!(got[3].total, 25);
        let c = Line::select().cte("c");
        let got = engine.all(select(c.entity::<Line>()).order_by(c.col(Line::total))).await?;
        assert_eq!(got[3].total, 25);
        let p = engine.page(Line::select().order_by(Line::total), orm_core::mapping::PageRequest::size(2)).await?;
        let p2 = engine.page(Line::select().order_by(Line::total), orm_core::mapping::PageRequest::size(2).at(p.next.as_deref())).await?;
        assert_eq!(p2.rows[0].total, 9);
    }
    async fn f_expression(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let lines = session.all(Line::select().order_by(Line::id).with_expression(Line::later, Line::price * 10)).await?;
        assert_eq!(session[lines[0]].later.get()?, &10);
        let again = session.all(Line::select().order_by(Line::id).with_expression(Line::total, Line::price * 11).populate_existing()).await?;
        assert_eq!(session[again[0]].total, 11);
        let error = session.all(Line::select().with_expression(Line::price, Line::price * 11)).await.unwrap_err();
        assert_eq!(error.message(), "");
    }
}
