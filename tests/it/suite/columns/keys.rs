//! Keys of UUIDs, dates and times: held by the identity map, loaded by list, flushed in batches.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_core::prelude::*;
use uuid::Uuid;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, PartialEq)]
#[orm(table = "projects")]
pub(crate) struct Project {
    #[orm(primary_key, default = Uuid::now_v7)]
    id: Uuid,
    name: String,
    #[orm(server_default = "CURRENT_TIMESTAMP")]
    created: Server<DateTime<Utc>>,
    #[orm(back_populates = project, order_by = Task::name)]
    tasks: HasMany<Task>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[orm(table = "project_tasks")]
pub(crate) struct Task {
    #[orm(primary_key, default = Uuid::now_v7())]
    id: Uuid,
    name: String,
    #[orm(references = Project::id)]
    project_id: Option<Uuid>,
    #[orm(back_populates = tasks)]
    project: BelongsTo<Project>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "slots")]
struct Slot {
    #[orm(primary_key)]
    day: NaiveDate,
    #[orm(primary_key)]
    clock: NaiveTime,
    #[orm(primary_key)]
    local: NaiveDateTime,
    #[orm(primary_key)]
    moment: DateTime<Utc>,
    room: i32,
}

fn task(name: &str) -> Task {
    Task {
        id: Uuid::now_v7(),
        name: name.into(),
        ..Default::default()
    }
}

both! {
    async fn related_by_uuid(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Project>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let before = Utc::now();
        let a = session.add(Project::create().name("a").tasks([task("1"), task("2")]).build());
        session.flush().await?;
        let others = session.add_all((0..5).map(|n| Project::create().name(format!("p{n}")).tasks(vec![task("x"); 1]).build()));
        // One value each, though they were cloned from one.
        session.commit().await?;
        assert_ne!(session[others[0]].id, session[others[1]].id);
        let created = session[a].created;
        assert!((*created.get()? - before).num_seconds().abs() < 60, "{created:?}");

        // Plain values, by select-in.
        let log = Log::new(&db, &engine);
        let mut read = engine.all(Project::select().with(Project::tasks).order_by(Project::name)).await?;
        assert_eq!(log.take().len(), 2);
        assert_eq!(read.len(), 6);
        assert_eq!(read[0].tasks.get()?.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(read.pop().expect("one").tasks.get()?.len(), 1);

        // Handles, by select-in and one by one.
        let mut fresh = engine.session();
        let found = fresh.all(Project::select().with(Project::tasks).order_by(Project::name)).await?;
        log.take();
        assert_eq!(found[0].tasks(&mut fresh).await?.len(), 2);
        assert_eq!(fresh.get::<Project>(read[0].id).await?, Some(found[0]));
        log.nothing();
        let task = found[0].tasks(&mut fresh).await?[0];
        assert_eq!(task.project(&mut fresh).await?, Some(found[0]));

        // A batch of changes and deletions by key.
        for &project in &found {
            fresh[project].name.push('!');
        }
        fresh.commit().await?;
        assert_eq!(engine.all(select(Project::id).filter(Project::name.like("%!"))).await?.len(), 6);
        let tasks: Vec<_> = fresh.all(Task::select()).await?;
        for &task in &tasks {
            fresh.delete(task)?;
        }
        fresh.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Task>()).await?, 0);
        let error = fresh.get_one::<Project>(Uuid::nil()).await.unwrap_err();
        assert!(error.message().contains("Project(00000000-0000-0000-0000-000000000000)"), "{error}");
    }

    async fn keys_of_dates_and_times(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Slot>()?.create_all(&engine).await?;
        let moment: DateTime<Utc> = "1969-12-31T23:59:59.999999Z".parse().expect("a moment");
        let slot = |days: i64| {
            let moment = moment + chrono::TimeDelta::days(days);
            Slot { day: moment.date_naive(), clock: moment.time(), local: moment.naive_utc(), moment, room: 1 }
        };
        let mut session = engine.session();
        let slots = session.add_all((0..4).map(slot));
        session.commit().await?;
        for &slot in &slots {
            session[slot].room += 1;
        }
        session.commit().await?;
        let first = slot(0);
        let mut fresh = engine.session();
        let key = (first.day, first.clock, first.local, first.moment);
        let found = fresh.get_one::<Slot>(key).await?;
        assert_eq!(fresh[found].room, 2);
        let all = fresh.all(Slot::select().order_by(Slot::day)).await?;
        assert_eq!((all.len(), all[0]), (4, found));
        session.delete(slots[1])?;
        session.delete(slots[2])?;
        session.commit().await?;
        assert_eq!(engine.all(select(Slot::day).order_by(Slot::day)).await?, [slot(0).day, slot(3).day]);
    }
}
