//! Every column type goes in and comes out as it was, alone and in a batch.

use orm_core::prelude::*;

use crate::harness::both;
use crate::scenarios::ring::Mood;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "everything")]
struct Everything {
    #[orm(primary_key)]
    id: i64,
    truth: bool,
    small: i16,
    medium: i32,
    large: i64,
    single: f32,
    double: f64,
    text: String,
    bytes: Vec<u8>,
    maybe_truth: Option<bool>,
    maybe_small: Option<i16>,
    maybe_medium: Option<i32>,
    maybe_large: Option<i64>,
    maybe_single: Option<f32>,
    maybe_double: Option<f64>,
    maybe_text: Option<String>,
    maybe_bytes: Option<Vec<u8>>,
}

fn extremes(high: bool) -> Everything {
    let pick = |low: i64, top: i64| if high { top } else { low };
    let text = if high {
        "ü' \"\\ -- ; \u{1F980}\n%_"
    } else {
        ""
    };
    Everything {
        id: 0,
        truth: high,
        small: pick(i16::MIN.into(), i16::MAX.into()) as i16,
        medium: pick(i32::MIN.into(), i32::MAX.into()) as i32,
        large: pick(i64::MIN, i64::MAX),
        single: if high { f32::MAX } else { f32::MIN_POSITIVE },
        double: if high { f64::MAX } else { -f64::MIN_POSITIVE },
        text: text.into(),
        bytes: if high {
            (0..=255).collect()
        } else {
            Vec::new()
        },
        maybe_truth: Some(high),
        maybe_small: high.then_some(-7),
        maybe_medium: high.then_some(-8),
        maybe_large: high.then_some(-9),
        maybe_single: high.then_some(0.1),
        maybe_double: high.then_some(0.1),
        maybe_text: high.then(|| text.into()),
        maybe_bytes: high.then(|| vec![0]),
    }
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "feelings")]
struct Feeling {
    #[orm(primary_key)]
    id: i64,
    now: Mood,
    before: Option<Mood>,
    warmth: Option<f32>,
    depth: Option<f64>,
}

both! {
    /// Enums and infinities, alone and in a batch, NULL among them.
    async fn enums_and_infinities(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Feeling>()?.create_all(&engine).await?;
        let rows = [
            Feeling { now: Mood::VerySad, before: Some(Mood::Happy), warmth: Some(f32::NEG_INFINITY), depth: None, ..Default::default() },
            Feeling { now: Mood::Happy, before: None, warmth: None, depth: Some(f64::INFINITY), ..Default::default() },
            Feeling { now: Mood::VerySad, before: Some(Mood::VerySad), warmth: Some(f32::INFINITY), depth: Some(f64::NEG_INFINITY), ..Default::default() },
        ];
        let mut session = engine.session();
        session.add(rows[0].clone());
        session.flush().await?;
        let batch = session.add_all([rows[1].clone(), rows[2].clone()]);
        session.commit().await?;
        let expected: Vec<_> = (1..).zip(&rows).map(|(id, row)| Feeling { id, ..row.clone() }).collect();
        assert_eq!(engine.all(Feeling::select().order_by(Feeling::id)).await?, expected);
        assert_eq!(engine.all(select(Feeling::id).filter(Feeling::before.is_null())).await?, [2]);
        for &row in &batch {
            session[row].before = Some(Mood::Happy);
            session[row].depth = None;
        }
        session.commit().await?;
        let found = engine.all(select(Feeling::id).filter(Feeling::before.eq(Mood::Happy)).order_by(Feeling::id)).await?;
        assert_eq!(found, [1, 2, 3]);
    }

    async fn every_type_goes_in_and_out(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Everything>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let alone = session.add(extremes(true));
        session.flush().await?;
        let many = session.add_all([extremes(false), extremes(true), Everything::default()]);
        session.commit().await?;
        let read = engine.all(Everything::select().order_by(Everything::id)).await?;
        assert_eq!(read[0], session[alone]);
        assert_eq!(read[0], Everything { id: 1, ..extremes(true) });
        assert_eq!(read[1..], many.iter().map(|&row| session[row].clone()).collect::<Vec<_>>());
        assert_eq!(read[1], Everything { id: 2, ..extremes(false) });

        // Changed together, and alone.
        for &row in &many {
            session[row].text = "same\0other".replace('\0', " ");
            session[row].maybe_large = None;
            session[row].bytes = vec![1, 2, 3];
        }
        session.flush().await?;
        session[alone].maybe_text = None;
        session[alone].double = -0.0;
        session.commit().await?;
        let read = engine.all(Everything::select().order_by(Everything::id)).await?;
        assert_eq!(read, [alone, many[0], many[1], many[2]].map(|row| session[row].clone()));
        let found = engine.all(Everything::select().filter(Everything::bytes.eq(vec![1, 2, 3]))).await?;
        assert_eq!(found.len(), 3);
    }
    /// The floats that SQLite cannot hold, and what becomes of them.
    async fn floats_at_the_edge(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Everything>()?.create_all(&engine).await?;
        let all = engine.dialect().capabilities().all_floats;
        let mut session = engine.session();
        session.add(Everything { double: -0.0, single: f32::INFINITY, ..Default::default() });
        session.commit().await?;
        let read = engine.one(Everything::select()).await?;
        assert_eq!((read.double.is_sign_negative(), read.single), (all, f32::INFINITY));
        session.add(Everything { double: f64::NAN, ..Default::default() });
        match session.commit().await {
            Ok(()) if all => assert!(engine.all(select(Everything::double)).await?[1].is_nan()),
            Err(error) if !all => assert_eq!(error.kind(), ErrorKind::Encode),
            outcome => panic!("{outcome:?} where all floats: {all}"),
        }
    }
}
