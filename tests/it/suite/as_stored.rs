//! What a column holds is what the object has after the write, without reading it.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "moments")]
struct Moment {
    #[orm(primary_key)]
    id: i64,
    at: DateTime<Utc>,
    local: NaiveDateTime,
    clock: NaiveTime,
    there: Option<DateTime<FixedOffset>>,
}

both! {
    /// Finer than microseconds, in another offset, and a leap second: the object has what the row has, with no other statement.
    async fn times_are_as_the_row_has_them(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Moment,)>()?.create_all(&engine).await?;
        let day = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
        let fine = day.and_hms_nano_opt(12, 0, 0, 123_456_789).unwrap();
        let leap = day.and_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        let there = fine.and_local_timezone(FixedOffset::east_opt(7200).unwrap()).unwrap();
        let mut session = engine.session();
        let moment = session.add(Moment { id: 0, at: leap.and_utc(), local: fine, clock: fine.time(), there: Some(there) });
        let log = Log::new(&db, &engine);
        session.commit().await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(session[moment].at.to_string(), "2017-01-01 00:00:00.500 UTC");
        assert_eq!(session[moment].local.to_string(), "2016-12-31 12:00:00.123456");
        assert_eq!(session[moment].there.unwrap().to_string(), "2016-12-31 10:00:00.123456 +00:00");
        assert_eq!(session[moment], engine.one(Moment::select()).await?);

        session[moment].local = leap;
        session[moment].there = None;
        session[moment].at = there.to_utc();
        session.commit().await?;
        let read = engine.one(Moment::select()).await?;
        assert_eq!((&session[moment], read.local.to_string().as_str()), (&read, "2017-01-01 00:00:00.500"));
        // Assigned anew as it was, it is the row's value again, and a time that no column holds is refused.
        session[moment].at = there.to_utc();
        session.commit().await?;
        assert_eq!(session[moment], read);
        session[moment].clock = leap.time();
        assert!(session.commit().await.is_err());
        session.rollback().await?;
        assert_eq!(session[moment], engine.one(Moment::select()).await?);
    }
}
