//! `delete-orphan` from the side that many could hold: many-to-one and many-to-many with `single_parent`.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "users")]
struct User {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(references = Pref::id)]
    pref_id: Option<i64>,
    #[orm(cascade = "all, delete-orphan", single_parent)]
    pref: BelongsTo<Pref>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "prefs")]
struct Pref {
    #[orm(primary_key)]
    id: i64,
    data: String,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "articles")]
struct Article {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(secondary = "article_tag", back_populates = articles, cascade = "all, delete-orphan", single_parent, order_by = Tag::id)]
    tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "tags")]
struct Tag {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(secondary = "article_tag", back_populates = tags)]
    articles: HasMany<Article>,
}

fn user(name: &str) -> User {
    User {
        name: name.into(),
        ..Default::default()
    }
}

fn pref(data: &str) -> Pref {
    Pref {
        data: data.into(),
        ..Default::default()
    }
}

fn tag(name: &str) -> Tag {
    Tag {
        name: name.into(),
        ..Default::default()
    }
}

async fn prefs(engine: &Engine) -> orm_core::Result<Vec<String>> {
    engine.all(select(Pref::data).order_by(Pref::id)).await
}

/// User 1 `ed` with the pref 1 `p1`.
async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<User>()?.create_all(engine).await?;
    let mut session = engine.session();
    session.add(User {
        pref: pref("p1").into(),
        ..user("ed")
    });
    session.commit().await
}

/// The statements without their columns and conditions.
fn verbs(log: &Log) -> Vec<String> {
    let sent = log.take();
    let short = |sql: &String| {
        sql.split(' ')
            .filter(|word| !["INTO", "FROM"].contains(word))
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    sent.iter()
        .map(|sql| match sql.strip_prefix("SELECT ") {
            Some(rest) => format!("SELECT {}", rest.split('.').next().unwrap_or_default()),
            None => short(sql),
        })
        .collect()
}

both! {
    /// CAS-07, steps 2, 4 and 5. Step 1, without `single_parent`, does not compile.
    async fn many_to_one(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let u = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        session[u].pref = pref("p2").into();
        session.flush().await?;
        assert_eq!(verbs(&log), ["SELECT prefs", "INSERT prefs", "UPDATE users", "DELETE prefs"]);
        session.commit().await?;
        assert_eq!(prefs(&engine).await?, ["p2"]);

        let p2 = u.pref(&mut session).await?.unwrap();
        log.take();
        u.pref(&mut session).clear()?;
        session.flush().await?;
        log.sent(["UPDATE users SET pref_id = ? WHERE id = ?", "DELETE FROM prefs WHERE id = ?"]);
        assert_eq!(session.life(p2)?, Life::Deleted);
        session.rollback().await?;
        assert_eq!((session.life(p2)?, u.pref(&mut session).await?), (Life::Persistent, Some(p2)));
        u.pref(&mut session).clear()?;
        session.commit().await?;

        let p3 = u.pref(&mut session).set(pref("p3"))?;
        session.commit().await?;
        log.take();
        session.delete(u)?;
        session.flush().await?;
        log.sent(["DELETE FROM users WHERE id = ?", "DELETE FROM prefs WHERE id = ?"]);
        session.commit().await?;
        assert_eq!(session.life(p3)?, Life::Detached);
        assert_eq!(prefs(&engine).await?, Vec::<String>::new());
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 0);
    }

    /// Assigned by the hundreds at once, by handles of new objects or of old ones: who holds what already is told.
    async fn many_are_assigned_by_handle(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<User>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let prefs = session.add_all((0..300).map(|n| pref(&format!("p{n}"))));
        let users = session.add_all((0..300).map(|n| user(&format!("u{n}"))));
        for (&user, &pref) in users.iter().zip(&prefs) {
            session[user].pref = pref.into();
        }
        session.commit().await?;

        // A session that knows them by their keys alone.
        let mut session = engine.session();
        let prefs = session.all(Pref::select().order_by(Pref::id)).await?;
        let users = session.all(User::select().order_by(User::id)).await?;
        for (&user, &pref) in users.iter().zip(&prefs) {
            session[user].pref = pref.into();
        }
        session.flush().await?;
        let new = session.add(User { pref: prefs[7].into(), ..user("new") });
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert!(error.message().contains("of User(8) already"), "{error}");
        assert_eq!(session.life(new)?, Life::Transient);

        // Taken out there, it can be put in here, by the same look.
        session[users[7]].pref = pref("p").into();
        session[users[8]].pref = prefs[7].into();
        session.flush().await?;
        assert_eq!(session[users[8]].pref_id, Some(8));
        session[users[9]].pref = prefs[7].into();
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert!(error.message().contains("of User(9) already"), "{error}");
    }

    /// What is not held is loaded, to be deleted with its owner.
    async fn many_to_one_that_is_not_loaded(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let u = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        session.delete(u)?;
        session.commit().await?;
        assert_eq!(verbs(&log), ["SELECT prefs", "DELETE users", "DELETE prefs"]);
        assert_eq!(prefs(&engine).await?, Vec::<String>::new());
    }

    /// CAS-07, step 3: a second owner is refused, by name; what moves from the one to the other is no orphan.
    async fn a_second_owner(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let u = session.get_one::<User>(1).await?;
        let p1 = u.pref(&mut session).await?.unwrap();
        let x = session.add(user("x"));
        let error = x.pref(&mut session).set(p1).unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::InvalidState, Some("Pref(1)")));
        assert_eq!(
            error.message(),
            "Pref(1) is in User.pref of User(1) already, and User.pref is single_parent; take it out there first"
        );
        assert_eq!((u.pref(&mut session).await?, x.pref(&mut session).await?), (Some(p1), None));
        // By a field the next operation that can report it does.
        session[x].pref = p1.into();
        assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await?;
        session.add(x);

        u.pref(&mut session).clear()?;
        x.pref(&mut session).set(p1)?;
        session.commit().await?;
        assert_eq!((session.life(p1)?, session[x].pref_id, session[u].pref_id), (Life::Persistent, Some(1), None));
        // There and back, and a new one that is given up again.
        x.pref(&mut session).clear()?;
        x.pref(&mut session).set(p1)?;
        let new = u.pref(&mut session).set(pref("new"))?;
        u.pref(&mut session).clear()?;
        session.commit().await?;
        assert_eq!((session.life(p1)?, session.life(new)?), (Life::Persistent, Life::Transient));
        assert_eq!(prefs(&engine).await?, ["p1"]);
    }

    /// M2M-05, steps 2 and 3. Step 1, without `single_parent`, does not compile.
    async fn many_to_many(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Article>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(Article { title: "A".into(), tags: [tag("t1"), tag("t2")].into(), ..Default::default() });
        session.commit().await?;
        let mut session = engine.session();
        let a = session.get_one::<Article>(1).await?;
        let t1 = a.tags(&mut session).await?[0];
        let log = Log::new(&db, &engine);
        a.tags(&mut session).remove(t1)?;
        session.flush().await?;
        log.sent(["DELETE FROM article_tag WHERE tag_id = ?", "DELETE FROM tags WHERE id = ?"]);
        session.commit().await?;

        let b = session.add(Article::default());
        let t2 = a.tags(&mut session).await?[0];
        let error = b.tags(&mut session).push(t2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert_eq!(t2.articles(&mut session).push(b).unwrap_err().kind(), ErrorKind::InvalidState);
        assert_eq!((b.tags(&mut session).await?, t2.articles(&mut session).await?), (vec![], vec![a]));
        // From the one to the other, there and back, and a new one that is given up again.
        a.tags(&mut session).remove(t2)?;
        b.tags(&mut session).push(t2)?;
        let new = b.tags(&mut session).push(tag("new"))?;
        b.tags(&mut session).remove(new)?;
        session.commit().await?;
        assert_eq!((session.life(t2)?, session.life(new)?), (Life::Persistent, Life::Transient));
        b.tags(&mut session).remove(t2)?;
        b.tags(&mut session).push(t2)?;
        session.commit().await?;

        let mut session = engine.session();
        let b = session.get_one::<Article>(2).await?;
        log.take();
        session.delete(b)?;
        session.flush().await?;
        let sent = verbs(&log);
        assert_eq!(sent.len(), 5, "{sent:?}");
        session.commit().await?;
        let left = engine.all(text("SELECT count(*) FROM tags UNION ALL SELECT count(*) FROM article_tag").columns::<i64>()).await?;
        assert_eq!(left, [0, 0]);
    }
}
