//! Rows that need each other, rows that change their object, and links that are objects.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, User};

/// S5: a person has balls, and a favourite among them.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "person")]
struct Person {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(references = Ball::id)]
    favorite_ball_id: Option<i64>,
    #[orm(cascade = "all, delete-orphan", foreign_key = person_id, order_by = Ball::id)]
    balls: HasMany<Ball>,
    favorite: BelongsTo<Ball>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "ball")]
struct Ball {
    #[orm(primary_key)]
    id: i64,
    data: String,
    #[orm(references = Person::id)]
    person_id: Option<i64>,
}

/// Many-to-many by objects that say more than that there is a link.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "students")]
struct Student {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = student, cascade = "all, delete-orphan")]
    enrollments: HasMany<Enrollment>,
    #[orm(secondary = "enrollments", view_only)]
    courses: HasMany<Course>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "courses")]
struct Course {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(back_populates = course, cascade = "all, delete-orphan")]
    enrollments: HasMany<Enrollment>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "enrollments")]
struct Enrollment {
    #[orm(primary_key, references = Student::id)]
    student_id: i64,
    #[orm(primary_key, references = Course::id)]
    course_id: i64,
    grade: Option<i32>,
    #[orm(back_populates = enrollments)]
    student: BelongsTo<Student>,
    #[orm(back_populates = enrollments)]
    course: BelongsTo<Course>,
}

fn ball(data: &str) -> Ball {
    Ball {
        data: data.into(),
        ..Default::default()
    }
}

both! {
    /// CYC-03: the reference that closes the cycle is NULL at first, set when its row is there, and taken away before a
    /// deletion. Differs from the reference: without being asked for, since the rows leave no other way.
    async fn mutual_references(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Person>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let p = session.add(Person { name: "p".into(), balls: [ball("b1"), ball("b2"), ball("b3")].into(), ..Default::default() });
        let balls = p.balls(&mut session).await?;
        session[p].favorite = balls[1].into();
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent_each(
            &[
                "INSERT INTO person (name, favorite_ball_id) VALUES (?, ?)",
                "INSERT INTO ball (data, person_id) VALUES (?, ?)",
                "UPDATE person SET favorite_ball_id = ? WHERE id = ?",
            ],
            &[
                "INSERT INTO person (name, favorite_ball_id) VALUES (?, ?) RETURNING id",
                "INSERT INTO ball (data, person_id) SELECT u.c0, u.c1 FROM UNNEST(?::TEXT[], ?::BIGINT[]) \
                 WITH ORDINALITY AS u (c0, c1, n) ORDER BY u.n RETURNING id",
                "UPDATE person SET favorite_ball_id = ? WHERE id = ?",
            ],
        );
        assert_eq!(session[p].favorite_ball_id, Some(session[balls[1]].id));
        session.flush().await?;
        log.nothing();
        session.commit().await?;
        session[p].favorite = balls[2].into();
        session.flush().await?;
        log.sent(["UPDATE person SET favorite_ball_id = ? WHERE id = ?"]);
        session.delete(p)?;
        session.flush().await?;
        log.sent_each(
            &["UPDATE person SET favorite_ball_id = ? WHERE id = ?", "DELETE FROM ball WHERE id = ?", "DELETE FROM person WHERE id = ?"],
            &[
                "UPDATE person SET favorite_ball_id = ? WHERE id = ?",
                "DELETE FROM ball WHERE id = ANY(?::BIGINT[])",
                "DELETE FROM person WHERE id = ?",
            ],
        );
        session.rollback().await?;
        assert_eq!(session[p].favorite_ball_id, Some(session[balls[1]].id));
        assert_eq!(p.favorite(&mut session).await?, Some(balls[1]));
        session.delete(p)?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Ball>()).await?, 0);
    }

    /// UOW-12, SES-16: an object deleted and a new one with its key in one flush is one update of what differs.
    async fn a_row_changes_its_object(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let old = session.get_one::<User>(2).await?;
        session.delete(old)?;
        let new = session.add(User { id: 2, ..User::named("new") });
        let log = Log::new(&db, &engine);
        session.flush().await?;
        let sent = log.take();
        let updates: Vec<_> = sent.iter().filter(|sql| sql.starts_with("UPDATE")).collect();
        assert_eq!(updates, ["UPDATE users SET name = ? WHERE id = ?", "UPDATE addresses SET user_id = ? WHERE id = ?"]);
        assert!(!sent.iter().any(|sql| sql.starts_with("DELETE") || sql.starts_with("INSERT")), "{sent:?}");
        assert_eq!((session.life(old)?, session.life(new)?), (Life::Deleted, Life::Persistent));
        assert_eq!(session.get::<User>(2).await?, Some(new));
        session.rollback().await?;
        assert_eq!((session.life(old)?, session.life(new)?), (Life::Persistent, Life::Transient));
        assert_eq!((session[old].name.as_str(), session[new].name.as_str()), ("jack", "new"));
        assert_eq!(session.get::<User>(2).await?, Some(old));
        session.delete(old)?;
        session.add(new);
        session.commit().await?;
        assert_eq!(session.life(old)?, Life::Detached);
        let names = engine.all(select(User::name).order_by(User::id)).await?;
        assert_eq!(names, ["ed", "new"]);
        // The same values are no update at all.
        session.delete(new)?;
        let same = session.add(User { id: 2, ..User::named("new") });
        log.take();
        session.commit().await?;
        assert!(!log.take().iter().any(|sql| sql.starts_with("UPDATE users")));
        assert_eq!(session.life(same)?, Life::Persistent);
    }

    /// Association objects: two one-to-many, with columns of their own; a link that is taken out is deleted, and one that
    /// is made anew in the same flush keeps its row. A view shows the other end.
    async fn links_that_are_objects(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Student>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let course = |title: &str| Course { title: title.into(), ..Default::default() };
        let (rust, sql) = (session.add(course("rust")), session.add(course("sql")));
        let enrolled = |course: Handle<Course>, grade| Enrollment { course: course.into(), grade, ..Default::default() };
        let s = session.add(Student { enrollments: [enrolled(rust, Some(1)), enrolled(sql, None)].into(), ..Default::default() });
        let log = Log::new(&db, &engine);
        session.commit().await?;
        assert_eq!(log.take().len(), 3);
        let titles = |session: &Session, courses: Vec<Handle<Course>>| {
            courses.into_iter().map(|course| session[course].title.clone()).collect::<Vec<_>>()
        };
        let courses = s.courses(&mut session).await?;
        assert_eq!(titles(&session, courses).len(), 2);
        let links = s.enrollments(&mut session).await?;
        let first = links.into_iter().find(|&link| session[link].course_id == session[rust].id).unwrap();
        assert_eq!(rust.enrollments(&mut session).await?, [first]);
        log.take();
        s.enrollments(&mut session).remove(first)?;
        session.flush().await?;
        log.sent(["DELETE FROM enrollments WHERE student_id = ? AND course_id = ?"]);
        assert_eq!(rust.enrollments(&mut session).await?, []);
        session.rollback().await?;

        s.enrollments(&mut session).await?;
        rust.enrollments(&mut session).await?;
        log.take();
        s.enrollments(&mut session).remove(first)?;
        let again = s.enrollments(&mut session).push(enrolled(rust, Some(5)))?;
        session.commit().await?;
        log.sent(["UPDATE enrollments SET grade = ? WHERE student_id = ? AND course_id = ?"]);
        assert_eq!((session.life(first)?, session.life(again)?), (Life::Detached, Life::Persistent));
        assert_eq!(rust.enrollments(&mut session).await?, [again]);
        // A row whose key comes from one that changes its object changes its own too, whichever was added first.
        let link = session.add(enrolled(rust, Some(7)));
        session.delete(s)?;
        let s2 = session.add(Student { id: session[s].id, ..Default::default() });
        session[link].student = s2.into();
        log.take();
        session.commit().await?;
        let sent = log.take();
        assert!(!sent.iter().any(|sql| sql.starts_with("INSERT")), "{sent:?}");
        assert_eq!(engine.all(select(Enrollment::grade)).await?, [Some(7)]);
        session.delete(s2)?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Enrollment>()).await?, 0);
    }
}
