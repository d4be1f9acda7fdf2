//! Functions, run on both databases with equal results.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_core::ErrorKind;
use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::sql::{DateField, Expression, FrameExclude, Typed};
use orm_core::types::{ColumnType, FromValue};
use serde_json::json;

use crate::harness::{Db, both};
use crate::scenarios::sql_language::{Node, User, data};

/// The value of an expression without a table.
async fn value<T>(engine: &Engine, expression: impl Expression<Type = T>) -> orm_core::Result<T>
where
    T: ColumnType + FromValue,
{
    engine
        .one(select(Typed::<T>::new(expression.into_expr())))
        .await
}

fn text(value: &str) -> Typed<String> {
    func::value(value.to_owned())
}

fn nothing<T: ColumnType>() -> Typed<Option<T>> {
    func::value(None)
}

async fn users(db: &Db) -> orm_core::Result<Engine> {
    let engine = db.engine().await;
    data(&engine).await?;
    Ok(engine)
}

both! {
    async fn functions_of_text(db: Db) {
        let engine = &db.engine().await;
        assert_eq!(value(engine, func::length(text("日本語"))).await?, 3);
        assert_eq!(value(engine, func::lower(text("AbC"))).await?, "abc");
        assert_eq!(value(engine, func::upper(text("AbC"))).await?, "ABC");
        assert_eq!(value(engine, func::trim(text("  a b "))).await?, "a b");
        assert_eq!(value(engine, func::ltrim(text("  a b "))).await?, "a b ");
        assert_eq!(value(engine, func::rtrim(text("  a b "))).await?, "  a b");
        assert_eq!(value(engine, func::substr(text("abcdef"), 2, 3)).await?, "bcd");
        assert_eq!(value(engine, func::substr(text("abc"), 3, 9)).await?, "c");
        assert_eq!(value(engine, func::substr_from(text("abcdef"), 3)).await?, "cdef");
        assert_eq!(value(engine, func::left(text("abcdef"), 2)).await?, "ab");
        assert_eq!(value(engine, func::replace(text("a-b-c"), "-", "+")).await?, "a+b+c");
        assert_eq!(value(engine, func::position(text("日本語"), "語")).await?, 3);
        assert_eq!(value(engine, func::position(text("abc"), "x")).await?, 0);
        assert_eq!(value(engine, func::position(text("abc"), "")).await?, 1);
        assert_eq!(value(engine, func::concat((text("a"), " ", text("b")))).await?, "a b");
        assert_eq!(value(engine, func::concat(("a", Some("b".to_owned()), None::<String>))).await?, None);
        let joined = func::concat_ws(", ", (text("a"), nothing::<String>().cast::<Option<String>>(), text("b")));
        assert_eq!(value(engine, joined).await?, "a, b");
    }

    async fn functions_of_null_are_null(db: Db) {
        let engine = &users(&db).await?;
        let row = engine.one(
            select((func::length(User::nick), func::upper(User::nick), func::left(User::nick, 1), func::position(User::nick, "x"),
                func::abs(User::age), func::sign(User::age)))
            .filter(User::nick.is_null())
            .filter(User::id.eq(1))).await?;
        assert_eq!(row, (None, None, None, None, Some(25), Some(1)));
    }

    async fn functions_of_numbers(db: Db) {
        let engine = &db.engine().await;
        assert_eq!(value(engine, func::abs(func::value(-3))).await?, 3);
        assert_eq!(value(engine, func::abs(func::value(-1.5))).await?, 1.5);
        for (number, sign) in [(-7, -1), (0, 0), (7, 1)] {
            assert_eq!(value(engine, func::sign(func::value(number))).await?, sign);
        }
        assert_eq!(value(engine, func::sign(func::value(-0.5))).await?, -1);
        for number in [-2.5, -2.0, -1.2, -0.5, 0.0, 0.3, 0.5, 1.0, 1.7, 1e300, -1e18] {
            assert_eq!(value(engine, func::floor(func::value(number))).await?, f64::floor(number), "floor {number}");
            assert_eq!(value(engine, func::ceil(func::value(number))).await?, f64::ceil(number), "ceil {number}");
        }
        assert_eq!(value(engine, func::round(func::value(1.4))).await?, 1.0);
        assert_eq!(value(engine, func::round(func::value(-1.6))).await?, -2.0);
        for _ in 0..20 {
            let random = value(engine, func::random()).await?;
            assert!((0.0..1.0).contains(&random), "{random}");
        }
    }

    /// Only PostgreSQL has them; SQLite says so before anything is sent.
    async fn mathematical_functions(db: Db) {
        let engine = &db.engine().await;
        let four = || func::value(4.0);
        let answers = [
            value(engine, func::sqrt(four())).await,
            value(engine, func::power(four(), 2.0)).await,
            value(engine, func::exp(func::ln(four()))).await,
        ];
        for (answer, expected) in answers.into_iter().zip([2.0, 16.0, 4.0]) {
            match answer {
                Ok(number) => assert!((number - expected).abs() < 1e-9 && engine.dialect().name() == "postgres"),
                Err(error) => assert_eq!((error.kind(), engine.dialect().name()), (ErrorKind::Unsupported, "sqlite")),
            }
        }
    }

    async fn choices(db: Db) {
        let engine = &users(&db).await?;
        let shown = func::coalesce_all((User::nick, nothing::<String>(), "none"));
        let rows = engine.all(select((shown, func::null_if(User::nick, "w"))).order_by(User::id)).await?;
        assert_eq!(rows, [("none".into(), None), ("j%".into(), Some("j%".into())), ("w".into(), None)]);
        let (most, least) = (func::greatest((User::age, 30, 20)), func::least((User::age, 30)));
        let rows = engine.all(select((most, least)).order_by(User::id)).await?;
        assert_eq!(rows, [(Some(30), Some(25)), (Some(47), Some(30)), (None, None)]);
        let rows = engine.all(select(func::greatest((User::id, 2))).order_by(User::id)).await?;
        assert_eq!(rows, [2, 2, 3]);
        let kind = func::case::<String>().when(User::age.lt(30), "young").when(User::age.is_not_null(), "old");
        let number = func::case_of::<_, i32>(User::name).when("ed", 1).when("jack", 2);
        let rows = engine.all(select((kind.end(), number.otherwise(0))).order_by(User::id)).await?;
        assert_eq!(rows, [(Some("young".into()), 1), (Some("old".into()), 2), (None, 0)]);
    }

    async fn casts_and_literals(db: Db) {
        let engine = &db.engine().await;
        assert_eq!(value(engine, text("12").cast::<i32>() + 1).await?, 13);
        assert_eq!(value(engine, func::value(12).cast::<String>()).await?, "12");
        assert_eq!(value(engine, func::value(3).cast::<f64>() / 2.0).await?, 1.5);
        assert_eq!(value(engine, func::literal(7_i32) + func::literal(-2_i32)).await?, 5);
        assert_eq!(value(engine, func::literal(7_i32) - func::literal(-2_i32)).await?, 9);
        assert_eq!(value(engine, func::literal("it's")).await?, "it's");
        assert!(value(engine, func::literal(true)).await?);
        assert!(!value(engine, func::literal(false)).await?);
        assert_eq!(value(engine, func::null::<i32>()).await?, None);
        assert_eq!(value(engine, func::null::<String>()).await?, None);
        assert_eq!(value(engine, func::call_named::<String>("upper", [text("a").into_expr()])).await?, "A");
    }

    async fn aggregates(db: Db) {
        let engine = &users(&db).await?;
        let row = engine.one(select((func::count_all(), func::count(User::age), func::sum(User::age), func::sum(User::id),
            func::avg(User::age), func::min(User::name), func::max(User::age))).from::<User>()).await?;
        assert_eq!(row, (3, 2, Some(72), Some(6), Some(36.0), Some("Wendy".into()), Some(47)));
        let row = engine.one(select((func::count(User::active).distinct(), func::bool_and(User::active), func::bool_or(User::active),
            func::bool_and(User::age.gt(1)), func::count_all().filter(User::age.gt(30)),
            func::sum(User::age).filter(User::age.lt(0))))).await?;
        assert_eq!(row, (2, Some(false), Some(true), Some(true), 1, None));
        let names = || func::string_agg(User::name, ", ");
        let row = engine.one(select((names().order_by(User::name.desc()), names().filter(User::id.gt(1)).order_by(User::id),
            names().filter(false)))).await?;
        assert_eq!(row, (Some("jack, ed, Wendy".into()), Some("jack, Wendy".into()), None));
        let row = engine.one(select((func::count_all() * 2 + 1, func::coalesce(func::sum(User::age), 0) + 1)).from::<User>()).await?;
        assert_eq!(row, (7, 73));
    }

    async fn windows(db: Db) {
        let engine = &users(&db).await?;
        let by_id = || window().order_by(User::id);
        let rows = engine.all(select((func::row_number().over(by_id()), func::rank().over(window().order_by(User::age.is_null())),
            func::dense_rank().over(window().order_by(User::age.is_null())), func::ntile(2).over(by_id()),
            func::lag(User::name, 1).over(by_id()), func::lead_or(User::name, 1, "-").over(by_id()))).order_by(User::id)).await?;
        assert_eq!(rows, [
            (1, 1, 1, 1, None, "jack".into()),
            (2, 1, 1, 1, Some("ed".into()), "Wendy".into()),
            (3, 3, 2, 2, Some("jack".into()), "-".into()),
        ]);
        let rows = engine.all(select((func::percent_rank().over(by_id()), func::cume_dist().over(by_id()).gt(0.5),
            func::first_value(User::name).over(by_id()), func::last_value(User::name).over(by_id()),
            func::nth_value(User::name, 2).over(by_id()))).order_by(User::id)).await?;
        assert_eq!(rows[0], (0.0, false, Some("ed".into()), Some("ed".into()), None));
        assert_eq!(rows[2], (1.0, true, Some("ed".into()), Some("Wendy".into()), Some("jack".into())));
    }

    async fn frames(db: Db) {
        let engine = &users(&db).await?;
        let sum = |window: orm_core::sql::FramedWindow| func::sum(User::id).over(window);
        let by_id = || window().order_by(User::id);
        let rows = engine.all(select((
            sum(by_id().rows_between(Bound::preceding(1), Bound::current_row())),
            sum(by_id().range_between(Bound::unbounded_preceding(), Bound::preceding(2))),
            sum(by_id().groups_between(Bound::current_row(), Bound::unbounded_following())),
            sum(by_id().rows_between(Bound::unbounded_preceding(), Bound::unbounded_following()).exclude(FrameExclude::CurrentRow)),
            func::count_all().filter(User::age.is_not_null()).over(window()),
        )).order_by(User::id)).await?;
        assert_eq!(rows, [
            (Some(1), None, Some(6), Some(5), 2),
            (Some(3), None, Some(5), Some(4), 2),
            (Some(5), Some(1), Some(3), Some(3), 2),
        ]);
        let parts = func::row_number().over(window().partition_by(Node::parent_id).order_by(Node::id.desc()));
        let rows = engine.all(select((Node::id, parts)).order_by(Node::id)).await?;
        assert_eq!(rows, [(1, 2), (2, 1), (3, 1), (4, 1)]);
    }

    async fn dates_and_times(db: Db) {
        let engine = &db.engine().await;
        let now: DateTime<Utc> = value(engine, func::now()).await?;
        assert!((Utc::now() - now).num_seconds().abs() < 60, "{now}");
        let today: NaiveDate = value(engine, func::current_date()).await?;
        assert!((Utc::now().date_naive() - today).num_days().abs() <= 1 && today.year() > 2000, "{today}");
        let _: NaiveTime = value(engine, func::current_time()).await?;
        let moment: NaiveDateTime = "2024-12-30T23:58:59.999999".parse().unwrap();
        let part = |field| func::extract(field, func::value(moment));
        for (field, expected) in [
            (DateField::Year, 2024), (DateField::Quarter, 4), (DateField::Month, 12), (DateField::Week, 1), (DateField::Day, 30),
            (DateField::DayOfWeek, 1), (DateField::DayOfYear, 365), (DateField::Hour, 23), (DateField::Minute, 58),
            (DateField::Second, 59), (DateField::Epoch, 1_735_603_139),
        ] {
            assert_eq!(value(engine, part(field)).await?, expected, "{field:?}");
        }
        let cut = |field| func::truncate(field, func::value(moment));
        assert_eq!(value(engine, cut(DateField::Month)).await?, "2024-12-01T00:00:00".parse().unwrap());
        assert_eq!(value(engine, cut(DateField::Hour)).await?, "2024-12-30T23:00:00".parse().unwrap());
        assert_eq!(value(engine, func::extract(DateField::Year, nothing::<NaiveDate>().cast::<Option<NaiveDate>>())).await?, None);
    }

    async fn inside_json(db: Db) {
        let engine = &db.engine().await;
        let data = || func::value(json!({"a": {"b": 1, "c": 1.5}, "t": ["x", true], "n": null, "s": "te\"xt"}));
        assert_eq!(value(engine, data().get("s").text()).await?, Some("te\"xt".into()));
        assert_eq!(value(engine, data().get("a").get("b").int()).await?, Some(1));
        assert_eq!(value(engine, data().path(["a", "b"]).text()).await?, Some("1".into()));
        assert_eq!(value(engine, data().path(["a", "c"]).float()).await?, Some(1.5));
        assert_eq!(value(engine, data().get("t").at(0).text()).await?, Some("x".into()));
        assert_eq!(value(engine, data().get("t").at(1).bool()).await?, Some(true));
        assert_eq!(value(engine, data().get("n").text()).await?, None);
        assert_eq!(value(engine, data().get("missing").text()).await?, None);
        assert_eq!(value(engine, data().get("missing").bool()).await?, None);
        assert_eq!(value(engine, data().get("a").json()).await?, Some(json!({"b": 1, "c": 1.5})));
        assert!(value(engine, data().has_key("n")).await?);
        assert!(!value(engine, data().has_key("missing")).await?);
        assert_eq!(value(engine, func::json_array_length(data().get("t").json())).await?, Some(2));
        let engine = &users(&db).await?;
        let row = engine.one(select((func::json_agg(User::name).order_by(User::id), func::json_object_agg(User::name, User::age)))).await?;
        assert_eq!(row, (Some(json!(["ed", "jack", "Wendy"])), Some(json!({"ed": 25, "jack": 47, "Wendy": null}))));
    }

    async fn lists_and_rows(db: Db) {
        let engine = &users(&db).await?;
        let ids = |condition: Typed<bool>| engine.all(select(User::id).filter(condition).order_by(User::id));
        let pair = || row((User::name, User::age));
        assert_eq!(ids(pair().is_in([("ed", 25), ("jack", 1)])).await?, [1]);
        assert_eq!(ids(pair().not_in([("ed", 25), ("jack", 1)])).await?, [2, 3]);
        assert_eq!(ids(pair().is_in([("ed", 25); 0])).await?, [0; 0]);
        assert_eq!(ids(row((User::id, User::id)).gt((1, 5))).await?, [2, 3]);
        assert_eq!(ids(pair().eq((User::name, 47))).await?, [2]);
        assert_eq!(ids(User::id.is_in([0; 0])).await?, [0; 0]);
        assert_eq!(ids(User::age.not_in([0; 0])).await?, [1, 2, 3]);
        assert_eq!(ids(User::id.eq_any(vec![1, 3, 9])).await?, [1, 3]);
    }

    async fn patterns(db: Db) {
        let engine = &users(&db).await?;
        let ids = |condition: Typed<bool>| engine.all(select(User::id).filter(condition).order_by(User::id));
        assert_eq!(ids(User::nick.ends_with("%")).await?, [2]);
        assert_eq!(ids(User::nick.contains("_")).await?, [0; 0]);
        assert_eq!(ids(User::name.ilike("WEN%")).await?, [3]);
        assert_eq!(ids(User::name.starts_with_ignore_case("WEN")).await?, [3]);
        assert_eq!(ids(User::name.ends_with_ignore_case("CK")).await?, [2]);
        assert_eq!(ids(User::name.contains_ignore_case("D")).await?, [1, 3]);
        assert_eq!(ids(User::name.not_ilike("%E%")).await?, [2]);
        assert_eq!(ids(User::nick.like_escape("j!%", '!')).await?, [2]);
        assert_eq!(ids(User::name.like("e_")).await?, [1]);
    }
}
