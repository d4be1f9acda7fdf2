//! Every type goes in and comes out as it was: alone, in a batch, changed, NULL.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_core::prelude::*;
use orm_core::reflect::Inspector;
use orm_core::types::Json;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::harness::both;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) theme: String,
    pub(super) sizes: Vec<u8>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "samples")]
pub(super) struct Sample {
    #[orm(primary_key)]
    pub(super) id: i64,
    pub(super) day: NaiveDate,
    pub(super) clock: NaiveTime,
    pub(super) local: NaiveDateTime,
    pub(super) moment: DateTime<Utc>,
    pub(super) price: Decimal,
    pub(super) token: Uuid,
    pub(super) data: serde_json::Value,
    pub(super) settings: Json<Settings>,
    pub(super) maybe_day: Option<chrono::NaiveDate>,
    pub(super) maybe_clock: Option<NaiveTime>,
    pub(super) maybe_local: Option<NaiveDateTime>,
    pub(super) maybe_moment: Option<chrono::DateTime<chrono::Utc>>,
    pub(super) maybe_price: Option<Decimal>,
    pub(super) maybe_token: Option<Uuid>,
    pub(super) maybe_data: Option<serde_json::Value>,
    pub(super) maybe_settings: Option<Json<Settings>>,
}

pub(super) fn sample(text: &str, price: &str) -> Sample {
    let moment: DateTime<Utc> = text.parse().expect("a moment");
    let settings = Json(Settings {
        theme: "ü' \"\\".into(),
        sizes: vec![0, 255],
    });
    let price: Decimal = price.parse().expect("a number");
    let token = Uuid::from_u128(moment.timestamp_micros() as u128);
    let data = serde_json::json!({"b": [1, -2.5, null, true], "a": {"": "x'y"}, "text": text});
    Sample {
        id: 0,
        day: moment.date_naive(),
        clock: moment.time(),
        local: moment.naive_utc(),
        moment,
        price,
        token,
        data: data.clone(),
        settings: settings.clone(),
        maybe_day: Some(moment.date_naive()),
        maybe_clock: Some(moment.time()),
        maybe_local: Some(moment.naive_utc()),
        maybe_moment: Some(moment),
        maybe_price: Some(price),
        maybe_token: Some(token),
        maybe_data: Some(data),
        maybe_settings: Some(settings),
    }
}

both! {
    async fn every_type_goes_in_and_out(db: Db) {
        let engine = db.engine().await;
        let metadata = Metadata::of::<Sample>()?;
        metadata.create_all(&engine).await?;
        let found = Inspector::new(&engine).table("samples").await?;
        let types = |table: &orm_core::schema::Table| -> Vec<_> {
            table.columns.iter().skip(1).map(|column| (column.name.clone(), column.sql_type, column.nullable)).collect()
        };
        assert_eq!(types(&found), types(metadata.table("samples").expect("declared")));

        let rows = [
            sample("0001-01-01T00:00:00Z", "0.00"),
            sample("9999-12-31T23:59:59.999999Z", "79228162514264337593543950335"),
            sample("1969-12-31T23:59:59.000001Z", "-1.10"),
            sample("2000-02-29T12:00:00Z", "0.0000000000000000000000000001"),
            Sample { data: serde_json::Value::Null, maybe_data: Some(serde_json::Value::Null), ..Sample::default() },
        ];
        let mut session = engine.session();
        let alone = session.add(rows[0].clone());
        session.flush().await?;
        let many = session.add_all(rows[1..].to_vec());
        session.commit().await?;
        let expected: Vec<_> = (1..).zip(&rows).map(|(id, row)| Sample { id, ..row.clone() }).collect();
        assert_eq!(engine.all(Sample::select().order_by(Sample::id)).await?, expected);
        // A decimal keeps the digits it was given.
        let prices: Vec<_> = expected.iter().map(|row| row.price.to_string()).collect();
        let read = engine.all(select(Sample::price).order_by(Sample::id)).await?;
        assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>(), prices);

        // Nothing changed, nothing is written.
        session[alone].data = rows[0].data.clone();
        session[alone].settings.theme = "ü' \"\\".into();
        let log = crate::harness::Log::new(&db, &engine);
        session.flush().await?;
        log.nothing();

        for &row in &many {
            session[row].settings.theme = "light".into();
            session[row].price = Decimal::new(-125, 2);
            session[row].moment = rows[2].moment;
            session[row].day = rows[2].day;
            session[row].local = rows[2].local;
            session[row].clock = rows[2].clock;
            session[row].token = rows[2].token;
            session[row].data["new"] = 1.into();
            session[row].maybe_price = None;
            session[row].maybe_moment = None;
            session[row].maybe_data = None;
        }
        session.flush().await?;
        session[alone].maybe_settings = None;
        session[alone].maybe_day = None;
        session[alone].maybe_token = Some(Uuid::nil());
        session.commit().await?;
        let read = engine.all(Sample::select().order_by(Sample::id)).await?;
        let held: Vec<_> = [alone].iter().chain(&many).map(|&row| session[row].clone()).collect();
        assert_eq!(read, held);
        assert_eq!(read[4].data, serde_json::json!({"new": 1}));
        assert_eq!(engine.all(select(Sample::id).filter(Sample::maybe_data.is_null())).await?.len(), 4);
    }

    /// Comparison, lists, ranges and order, the same on both databases.
    async fn compared_and_ordered(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Sample>()?.create_all(&engine).await?;
        let rows = [
            sample("1970-01-01T00:00:00Z", "1.10"),
            sample("1969-12-31T23:59:59.5Z", "10"),
            sample("0001-01-01T00:00:00Z", "-2"),
            sample("2000-02-29T12:00:00.000001Z", "1.1"),
            sample("9999-12-31T00:00:00Z", "0.5"),
            sample("2000-02-29T12:00:00Z", "-10"),
        ];
        let mut session = engine.session();
        session.add_all(rows.to_vec());
        session.commit().await?;
        let ids = |query: orm_core::mapping::Select<orm_core::mapping::Scalar<i64>>| {
            let engine = engine.clone();
            async move { engine.all(query).await }
        };
        let by_time = [3, 2, 1, 6, 4, 5];
        assert_eq!(ids(select(Sample::id).order_by(Sample::moment)).await?, by_time);
        assert_eq!(ids(select(Sample::id).order_by(Sample::local)).await?, by_time);
        assert_eq!(ids(select(Sample::id).order_by((Sample::day, Sample::moment))).await?, by_time);
        assert_eq!(ids(select(Sample::id).order_by((Sample::price, Sample::id))).await?, [6, 3, 5, 1, 4, 2]);
        let mut tokens: Vec<_> = (1..).zip(&rows).map(|(id, row)| (row.token, id)).collect();
        tokens.sort_unstable();
        let tokens: Vec<i64> = tokens.into_iter().map(|(_, id)| id).collect();
        assert_eq!(ids(select(Sample::id).order_by(Sample::token)).await?, tokens);

        let moment = rows[0].moment;
        assert_eq!(ids(select(Sample::id).filter(Sample::moment.lt(moment)).order_by(Sample::id)).await?, [2, 3]);
        assert_eq!(ids(select(Sample::id).filter(Sample::day.eq(moment.date_naive()))).await?, [1]);
        assert_eq!(ids(select(Sample::id).filter(Sample::maybe_local.ge(rows[3].local)).order_by(Sample::id)).await?, [4, 5]);
        assert_eq!(ids(select(Sample::id).filter(Sample::clock.gt(rows[5].clock)).order_by(Sample::id)).await?, [2, 4]);
        assert_eq!(ids(select(Sample::id).filter(Sample::price.eq(Decimal::new(11, 1))).order_by(Sample::id)).await?, [1, 4]);
        assert_eq!(ids(select(Sample::id).filter(Sample::price.between(Decimal::from(-5), Decimal::from(1))).order_by(Sample::id)).await?, [3, 5]);
        assert_eq!(ids(select(Sample::id).filter(Sample::price.is_in([Decimal::new(1100, 3), Decimal::from(10)])).order_by(Sample::id)).await?, [1, 2, 4]);
        assert_eq!(ids(select(Sample::id).filter(Sample::token.is_in([rows[0].token, rows[4].token])).order_by(Sample::id)).await?, [1, 5]);
        assert_eq!(ids(select(Sample::id).filter(Sample::moment.is_in([rows[0].moment, rows[1].moment])).order_by(Sample::id)).await?, [1, 2]);
        assert_eq!(engine.all(select(Sample::price).distinct()).await?.len(), 5);
        assert_eq!(engine.all(select((Sample::price, func::count_all())).group_by(Sample::price).order_by(Sample::price)).await?[3].1, 2);
    }
}
