//! Decimals in queries: arithmetic, aggregates, comparison and order agree between the databases to the last digit.

use orm_core::prelude::*;
use rust_decimal::Decimal;

use crate::harness::{Backend, Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: Decimal,
    #[orm(unique)]
    weight: Option<Decimal>,
    #[orm(server_default = "1.50")]
    tax: Server<Decimal>,
}

/// What a price is called, by the price itself.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "labels")]
struct Label {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    price: Decimal,
    #[orm(back_populates = label, order_by = Good::id)]
    goods: HasMany<Good>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "goods")]
struct Good {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Label::price)]
    price: Option<Decimal>,
    #[orm(back_populates = goods)]
    label: BelongsTo<Label>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "places")]
struct Place {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    height: f64,
    marks: HasMany<Mark>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "marks")]
struct Mark {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Place::height)]
    height: Option<f64>,
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn texts(numbers: Vec<Decimal>) -> Vec<String> {
    numbers.iter().map(ToString::to_string).collect()
}

async fn lines(
    db: &crate::harness::Db,
    prices: &[&str],
) -> orm_core::Result<orm_core::engine::Engine> {
    let engine = db.engine().await;
    Metadata::of::<Line>()?.create_all(&engine).await?;
    let mut session = engine.session();
    session.add_all(
        prices
            .iter()
            .map(|price| Line::create().price(number(price)).build()),
    );
    session.commit().await?;
    Ok(engine)
}

both! {
    async fn arithmetic_and_aggregates(db: Db) {
        let engine = lines(&db, &["1.10", "10", "-2.5", "1.1", "9"]).await?;
        assert_eq!(texts(engine.all(select(Line::tax).distinct()).await?), ["1.50"]);
        let log = Log::new(&db, &engine);
        let computed = |expression| {
            let engine = engine.clone();
            async move { engine.all(select(expression).order_by(Line::id)).await.map(texts) }
        };
        assert_eq!(computed(Line::price + number("0.1")).await?, ["1.20", "10.1", "-2.4", "1.2", "9.1"]);
        log.sent_each(
            &["SELECT decimal_add(lines.price, ?) COLLATE decimal FROM lines ORDER BY lines.id"],
            &["SELECT lines.price + ? FROM lines ORDER BY lines.id"],
        );
        assert_eq!(computed(Line::price * Line::price).await?, ["1.2100", "100", "6.25", "1.21", "81"]);
        assert_eq!(computed(-Line::price).await?, ["-1.10", "-10", "2.5", "-1.1", "-9"]);
        let thirds = ["0.36666666666666666667", "3.3333333333333333", "-0.83333333333333333333", "0.36666666666666666667", "3.0000000000000000"];
        assert_eq!(computed(Line::price / number("3")).await?, thirds);
        assert_eq!(computed(func::abs(Line::price) - Line::tax * number("2")).await?, ["-1.90", "7.00", "-0.50", "-1.90", "6.00"]);
        log.take();
        let totals = engine.one(select((func::sum(Line::price), func::avg(Line::price), func::min(Line::price), func::max(Line::price)))).await?;
        log.sent_each(
            &["SELECT decimal_sum(lines.price) COLLATE decimal, decimal_avg(lines.price) COLLATE decimal, min(lines.price) COLLATE decimal, max(lines.price) COLLATE decimal FROM lines"],
            &["SELECT sum(lines.price), avg(lines.price), min(lines.price), max(lines.price) FROM lines"],
        );
        let (sum, average, least, most) = totals;
        assert_eq!([sum, average, least, most].map(|number| number.expect("rows").to_string()), ["18.70", "3.7400000000000000", "-2.5", "10"]);
        let nothing = engine.one(select((func::sum(Line::weight), func::avg(Line::weight), func::max(Line::weight)))).await?;
        assert_eq!(nothing, (None, None, None));
        assert_eq!(engine.one(select(func::count_distinct(Line::price))).await?, 4);
    }

    /// What is computed compares, sorts and groups as a number too.
    async fn computed_numbers_compare(db: Db) {
        let engine = lines(&db, &["1.10", "10", "-2", "1.1", "9"]).await?;
        let doubled = || Line::price + Line::price;
        let ids = engine.all(select(Line::id).filter(doubled().gt(number("9.5"))).order_by(Line::id)).await?;
        assert_eq!(ids, [2, 5]);
        assert_eq!(engine.all(select(Line::id).filter(doubled().eq(number("2.2"))).order_by(Line::id)).await?, [1, 4]);
        assert_eq!(engine.all(select(Line::id).filter(doubled().is_in([number("20.000"), number("-4.0")])).order_by(Line::id)).await?, [2, 3]);
        assert_eq!(engine.all(select(Line::id).order_by((doubled().desc(), Line::id))).await?, [2, 5, 1, 4, 3]);
        assert_eq!(engine.all(select(doubled()).distinct()).await?.len(), 4);
        let groups = engine
            .all(select((doubled(), func::count_all())).group_by(doubled()).having(func::sum(Line::price).gt(number("2"))).order_by(func::sum(Line::price)))
            .await?;
        assert_eq!(groups.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 1, 1]);
        let least = func::coalesce(Line::weight, number("5")).le(number("10"));
        assert_eq!(engine.all(select(Line::id).filter(least)).await?.len(), 5);
        assert_eq!(engine.all(select(Line::id).filter(func::value(number("10")).gt(Line::price))).await?.len(), 4);
    }

    /// 1.0 and 1.00 are one value to a unique constraint.
    async fn unique_by_value(db: Db) {
        let engine = lines(&db, &[]).await?;
        let mut session = engine.session();
        let line = |weight| Line { weight: Some(number(weight)), ..Default::default() };
        session.add_all([line("1.0"), line("10"), line("-1")]);
        session.commit().await?;
        session.add(line("1.00"));
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        session.rollback().await?;
        let sorted = engine.all(select(Line::weight).order_by(Line::weight)).await?;
        assert_eq!(texts(sorted.into_iter().flatten().collect()), ["-1", "1.0", "10"]);
    }

    /// A foreign key of another scale refers to the same row, by every strategy and in memory.
    async fn related_by_decimals(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Label>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let label = session.add(Label { price: number("1.10"), goods: [Good::default()].into(), ..Default::default() });
        session.commit().await?;
        engine.execute(text("INSERT INTO goods (price) VALUES (:price)").bind("price", number("1.100"))).await?;
        assert_eq!(label.goods(&mut session).await?.len(), 1);
        let other = session.add(Good { price: Some(number("1.1")), ..Default::default() });
        session.commit().await?;
        assert_eq!(label.goods(&mut session).await?.len(), 3);
        assert_eq!(other.label(&mut session).await?, Some(label));
        for load in [Label::goods.select_in(), Label::goods.joined(), Label::goods.subquery(), Label::goods.lazy()] {
            let mut session = engine.session();
            let label = session.one(Label::select().with(load)).await?;
            let goods = label.goods(&mut session).await?;
            assert_eq!(goods.len(), 3);
            assert_eq!(goods[1].label(&mut session).await?, Some(label));
        }
        let plain = engine.all(Good::select().with(Good::label)).await?;
        assert!(plain.iter().all(|good| matches!(good.label.get(), Ok(Some(_)))));
    }

    /// The window slides: numbers leave the sum again.
    async fn running_sums(db: Db) {
        let engine = lines(&db, &["1.10", "10", "-2", "0.05"]).await?;
        let sql = match db.backend() {
            Backend::Sqlite => "SELECT decimal_sum(price) OVER (ORDER BY id ROWS 1 PRECEDING) FROM lines ORDER BY id",
            Backend::Postgres => "SELECT sum(price) OVER (ORDER BY id ROWS 1 PRECEDING) FROM lines ORDER BY id",
        };
        assert_eq!(engine.all(text(sql).columns::<Decimal>()).await?, ["1.10", "11.10", "8", "-1.95"].map(number));
    }
}

/// Whether two floats are equal nobody can say for certain, so that no relationship goes by them.
#[test]
fn floats_relate_nothing() {
    let error = Metadata::of::<Place>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidMapping);
    assert_eq!(
        error.message(),
        "Place.marks goes by marks.height, a column of floats, JSON or lists, of which nobody can say for certain whether \
         two are equal; reference a column of another type"
    );
}
