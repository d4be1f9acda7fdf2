//! What cannot be written or read is an error that names the column; never a panic, never another value.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use orm_core::prelude::*;
use orm_core::types::{FromValue, Json};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::all::{Sample, Settings, sample};
use crate::harness::{Backend, both};

async fn unreadable<T: FromValue + orm_core::types::ColumnType>(
    engine: &orm_core::engine::Engine,
    sql: &'static str,
) -> String {
    let error = engine
        .all(text(sql).columns::<T>())
        .await
        .err()
        .unwrap_or_else(|| panic!("{sql} was read"));
    assert_eq!(
        (error.kind(), error.columns()),
        (ErrorKind::Decode, &["x".to_owned()][..]),
        "{sql}: {error}"
    );
    error.message().to_owned()
}

both! {
    async fn dates_that_do_not_sort(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Sample>()?.create_all(&engine).await?;
        let good = sample("2000-01-01T00:00:00Z", "1");
        let leap = NaiveTime::from_hms_micro_opt(23, 59, 59, 1_500_000).expect("a leap second");
        for bad in [
            Sample { day: NaiveDate::MAX, ..good.clone() },
            Sample { local: NaiveDateTime::MIN, ..good.clone() },
            Sample { moment: DateTime::<Utc>::MAX_UTC, ..good.clone() },
            Sample { day: NaiveDate::from_ymd_opt(0, 12, 31).expect("a day"), ..good.clone() },
            Sample { clock: leap, ..good.clone() },
        ] {
            for rows in [vec![bad.clone()], vec![good.clone(), bad.clone(), good.clone()]] {
                let mut session = engine.session();
                session.add_all(rows);
                let error = session.commit().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Encode, "{error}");
                assert!(error.message().contains("outside of what can be stored"), "{error}");
            }
        }
        let error = engine.all(select(Sample::id).filter(Sample::moment.lt(DateTime::<Utc>::MAX_UTC))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encode);
        // A fraction finer than a microsecond is cut off.
        let mut session = engine.session();
        let row = session.add(Sample { moment: good.moment + TimeDelta::nanoseconds(1_999), ..good.clone() });
        session.commit().await?;
        let read = engine.one(select(Sample::moment)).await?;
        assert_eq!(read, good.moment + TimeDelta::microseconds(1));
        assert_eq!(session[row].moment, read);
    }

    async fn values_that_have_no_counterpart(db: Db) {
        let engine = db.engine().await;
        match db.backend() {
            Backend::Sqlite => {
                let said = unreadable::<NaiveDate>(&engine, "SELECT 'secret' AS x").await;
                assert!(said.contains("TEXT does not fit") && said.contains("NaiveDate") && !said.contains("secret"), "{said}");
                unreadable::<NaiveDate>(&engine, "SELECT '2001-02-29' AS x").await;
                unreadable::<NaiveDate>(&engine, "SELECT 5 AS x").await;
                unreadable::<NaiveTime>(&engine, "SELECT '24:00:00' AS x").await;
                unreadable::<NaiveDateTime>(&engine, "SELECT '2001-02-03 04:05:06+01:00' AS x").await;
                unreadable::<DateTime<Utc>>(&engine, "SELECT 'infinity' AS x").await;
                unreadable::<Decimal>(&engine, "SELECT 'NaN' AS x").await;
                let said = unreadable::<Decimal>(&engine, "SELECT 1 / 3.0 AS x").await;
                assert!(said.contains("not exactly a decimal"), "{said}");
                unreadable::<Decimal>(&engine, "SELECT '79228162514264337593543950336' AS x").await;
                unreadable::<Uuid>(&engine, "SELECT 'not-a-uuid' AS x").await;
                unreadable::<Uuid>(&engine, "SELECT x'00' AS x").await;
                unreadable::<serde_json::Value>(&engine, "SELECT '{' AS x").await;
                unreadable::<Vec<String>>(&engine, "SELECT '[]' AS x").await;
            }
            Backend::Postgres => {
                for sql in ["SELECT 'infinity'::DATE AS x", "SELECT '-infinity'::DATE AS x", "SELECT '5874897-12-31'::DATE AS x"] {
                    let said = unreadable::<NaiveDate>(&engine, sql).await;
                    assert!(said.contains("DATE"), "{said}");
                }
                let said = unreadable::<DateTime<Utc>>(&engine, "SELECT 'infinity'::TIMESTAMPTZ AS x").await;
                assert!(said.contains("holds infinity"), "{said}");
                unreadable::<NaiveDateTime>(&engine, "SELECT '-infinity'::TIMESTAMP AS x").await;
                unreadable::<NaiveDateTime>(&engine, "SELECT '294276-12-31'::TIMESTAMP AS x").await;
                unreadable::<NaiveTime>(&engine, "SELECT '24:00:00'::TIME AS x").await;
                for sql in ["SELECT 'NaN'::NUMERIC AS x", "SELECT '-Infinity'::NUMERIC AS x", "SELECT 1e40::NUMERIC AS x", "SELECT 79228162514264337593543950336 AS x", "SELECT 1e-29::NUMERIC AS x"] {
                    let said = unreadable::<Decimal>(&engine, sql).await;
                    assert!(said.contains("NUMERIC"), "{said}");
                }
                unreadable::<Decimal>(&engine, "SELECT 1 / 3::FLOAT8 AS x").await;
                unreadable::<Uuid>(&engine, "SELECT 5 AS x").await;
                unreadable::<NaiveDate>(&engine, "SELECT now() AS x").await;
            }
        }
        unreadable::<Json<Settings>>(&engine, "SELECT '{\"theme\": 5}' AS x").await;
        unreadable::<Uuid>(&engine, "SELECT NULL AS x").await;
    }

    /// A model's column is named too, and so is what a map that JSON cannot hold was to be.
    async fn columns_are_named(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Sample>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(sample("2000-01-01T00:00:00Z", "1"));
        session.commit().await?;
        let (sql, column) = match db.backend() {
            Backend::Sqlite => ("UPDATE samples SET maybe_moment = 'tomorrow'", "maybe_moment"),
            Backend::Postgres => ("UPDATE samples SET maybe_moment = 'infinity'", "maybe_moment"),
        };
        engine.execute(text(sql)).await?;
        let error = engine.all(Sample::select()).await.unwrap_err();
        assert_eq!((error.kind(), error.columns()), (ErrorKind::Decode, &[column.to_owned()][..]));
        let keys: std::collections::BTreeMap<Vec<i32>, i32> = [(vec![1], 2)].into();
        let error = engine.all(text("SELECT :map AS x").bind("map", Json(keys)).columns::<String>()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encode);
        assert!(error.message().contains("cannot be written as JSON"), "{error}");
    }

    /// What the database itself writes, and the decimals of other programs.
    async fn texts_of_the_database(db: Db) {
        let engine = db.engine().await;
        if db.backend() == Backend::Postgres {
            let json: serde_json::Value = engine.one(text("SELECT '{\"a\": [1]}'::JSON").columns::<serde_json::Value>()).await?;
            assert_eq!(json, serde_json::json!({"a": [1]}));
            return Ok(());
        }
        let moment: DateTime<Utc> = "2001-02-03T04:05:06Z".parse().expect("a moment");
        for sql in ["SELECT '2001-02-03 04:05:06'", "SELECT datetime('2001-02-03T04:05:06Z')"] {
            assert_eq!(engine.one(text(sql).columns::<DateTime<Utc>>()).await?, moment);
        }
        engine.one(text("SELECT CURRENT_TIMESTAMP").columns::<DateTime<Utc>>()).await?;
        engine.one(text("SELECT CURRENT_TIMESTAMP").columns::<NaiveDateTime>()).await?;
        engine.one(text("SELECT CURRENT_DATE").columns::<NaiveDate>()).await?;
        engine.one(text("SELECT CURRENT_TIME").columns::<NaiveTime>()).await?;
        assert_eq!(engine.one(text("SELECT 7").columns::<Decimal>()).await?, Decimal::from(7));
        assert_eq!(engine.one(text("SELECT '00000000-0000-0000-0000-000000000001'").columns::<Uuid>()).await?, Uuid::from_u128(1));
        // The functions of decimals name themselves, and say nothing of the value.
        for (sql, part) in [
            ("SELECT decimal_add('secret', '1')", "decimal_add: a value is not a decimal number"),
            ("SELECT decimal_sum(x) FROM (SELECT '1' AS x UNION ALL SELECT 'secret')", "decimal_sum: a value is not a decimal number"),
            ("SELECT decimal_mul(1 / 3.0, 1)", "decimal_mul: a float of more than 15 digits is not exactly a decimal number"),
            ("SELECT decimal_div('1', '0.0')", "decimal_div: division by zero"),
        ] {
            let error = engine.all(text(sql).columns::<Option<String>>()).await.unwrap_err();
            assert!(error.message().contains(part) && !error.message().contains("secret"), "{error}");
        }
        for sql in ["SELECT decimal_add(NULL, '1')", "SELECT decimal_sum(NULL)", "SELECT decimal_avg(x) FROM (SELECT 1 AS x) WHERE 0"] {
            assert_eq!(engine.one(text(sql).columns::<Option<String>>()).await?, None);
        }
    }

    /// Columns that other programs declared.
    async fn types_of_other_tables(db: Db) {
        use orm_core::types::SqlType;
        let engine = db.engine().await;
        let sql = match db.backend() {
            Backend::Sqlite => "CREATE TABLE others (a DATE, b TIMESTAMP, c DECIMAL_TEXT, d UUID, e JSON, f TIMESTAMPTZ_TEXT)",
            Backend::Postgres => {
                "CREATE TABLE others (a DATE, b TIMESTAMP(3), c NUMERIC(10, 2), d UUID, e JSON, f TIMESTAMPTZ(0), \
                 g NUMERIC(10, 2)[], h VARCHAR(3)[], i REAL[], j TIMESTAMPTZ(3)[])"
            }
        };
        engine.execute(text(sql)).await?;
        let found = orm_core::reflect::Inspector::new(&engine).table("others").await?;
        let types: Vec<_> = found.columns.iter().map(|column| column.sql_type).collect();
        let all = [
            SqlType::Date,
            SqlType::Timestamp,
            SqlType::Decimal,
            SqlType::Uuid,
            SqlType::Json,
            SqlType::TimestampTz,
            SqlType::Array(&SqlType::Decimal),
            SqlType::Array(&SqlType::Text),
            SqlType::Array(&SqlType::Real),
            SqlType::Array(&SqlType::TimestampTz),
        ];
        assert_eq!(types, all[..types.len()]);
        if db.backend() == Backend::Sqlite {
            // What is in such a column are floats.
            engine.execute(text("CREATE TABLE floats (a NUMERIC)")).await?;
            let error = orm_core::reflect::Inspector::new(&engine).table("floats").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }
}
