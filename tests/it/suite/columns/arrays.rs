//! Lists in one column: where the database has arrays, and what is said where it has none.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use orm_core::prelude::*;
use orm_core::reflect::Inspector;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::harness::both;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lists")]
struct Lists {
    #[orm(primary_key)]
    id: i64,
    words: Vec<String>,
    truths: Vec<bool>,
    small: Vec<i16>,
    medium: Vec<i32>,
    large: Vec<i64>,
    single: Vec<f32>,
    double: Vec<f64>,
    days: Vec<NaiveDate>,
    clocks: Vec<NaiveTime>,
    moments: Vec<DateTime<Utc>>,
    prices: Vec<Decimal>,
    tokens: Vec<Uuid>,
    maybe: Option<Vec<String>>,
    bytes: Vec<u8>,
}

fn lists() -> Lists {
    let moment: DateTime<Utc> = "1969-12-31T23:59:59.000001Z".parse().expect("a moment");
    Lists {
        id: 0,
        words: [
            "",
            "a,b",
            "{\"x\"}",
            "back\\slash 'and' \"quotes\"",
            "NULL",
            "ü\n",
        ]
        .map(Into::into)
        .into(),
        truths: vec![true, false],
        small: vec![i16::MIN, i16::MAX],
        medium: vec![i32::MIN, 0],
        large: vec![i64::MIN, i64::MAX],
        single: vec![f32::MAX, -0.5, f32::INFINITY],
        double: vec![f64::MIN_POSITIVE, f64::NEG_INFINITY],
        days: vec![moment.date_naive(), NaiveDate::default()],
        clocks: vec![moment.time()],
        moments: vec![moment],
        prices: vec!["-1.10".parse().expect("a number"), Decimal::MAX],
        tokens: vec![Uuid::nil(), Uuid::max()],
        maybe: None,
        bytes: vec![1],
    }
}

both! {
    async fn lists_in_columns(db: Db) {
        let engine = db.engine().await;
        let metadata = Metadata::of::<Lists>()?;
        if !engine.dialect().capabilities().arrays {
            let error = metadata.create_all(&engine).await.unwrap_err();
            assert_eq!((error.kind(), error.table()), (ErrorKind::Unsupported, Some("lists")));
            assert_eq!(error.columns(), ["words"]);
            assert!(error.message().contains("lists.words is an array"), "{error}");
            let mut session = engine.session();
            session.add(lists());
            let error = session.commit().await.unwrap_err();
            assert_eq!((error.kind(), error.columns()), (ErrorKind::Unsupported, &["words".to_owned()][..]));
            let error = engine.all(select(Lists::id).filter(Lists::words.eq(vec!["a".to_owned()]))).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            return Ok(());
        }
        metadata.create_all(&engine).await?;
        let found = Inspector::new(&engine).table("lists").await?;
        let declared = metadata.table("lists").expect("declared");
        let types = |table: &orm_core::schema::Table| table.columns.iter().map(|column| column.sql_type).collect::<Vec<_>>();
        assert_eq!(types(&found), types(declared));

        let mut session = engine.session();
        let alone = session.add(lists());
        session.flush().await?;
        let many = session.add_all([Lists::default(), Lists { maybe: Some(vec![]), ..lists() }, lists()]);
        session.commit().await?;
        let read = engine.all(Lists::select().order_by(Lists::id)).await?;
        let held: Vec<_> = [alone].iter().chain(&many).map(|&row| session[row].clone()).collect();
        assert_eq!(read, held);
        assert_eq!(read[0], Lists { id: 1, ..lists() });
        for &row in &many {
            session[row].words.push("more, \"and\" \\ more".into());
            session[row].maybe = Some(vec!["x".into()]);
            session[row].prices.clear();
        }
        session.flush().await?;
        session[alone].tokens.pop();
        session.commit().await?;
        let read = engine.all(Lists::select().order_by(Lists::id)).await?;
        let held: Vec<_> = [alone].iter().chain(&many).map(|&row| session[row].clone()).collect();
        assert_eq!(read, held);
        let ids = engine.all(select(Lists::id).filter(Lists::maybe.eq(vec!["x".to_owned()])).order_by(Lists::id)).await?;
        assert_eq!(ids, [2, 3, 4]);

        let error = engine.one(text("SELECT ARRAY[[1, 2], [3, 4]] AS matrix").columns::<Vec<i32>>()).await.unwrap_err();
        assert_eq!((error.kind(), error.columns()), (ErrorKind::Decode, &["matrix".to_owned()][..]));
        let error = engine.one(text("SELECT ARRAY[1, NULL] AS holes").columns::<Vec<i32>>()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
}
