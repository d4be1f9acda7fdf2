//! Keys that the database is to make up, in tables of others where it makes up none: an error that says what the column
//! lacks, and nothing written.

use orm_core::prelude::*;

use crate::harness::{Backend, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "posts")]
struct Post {
    #[orm(primary_key)]
    id: i64,
    title: String,
    comments: HasMany<Comment>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "comments")]
struct Comment {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Post::id)]
    post_id: i64,
    post: BelongsTo<Post>,
}

fn post() -> Post {
    let comments = [Comment::default()].into();
    Post {
        title: "first".into(),
        comments,
        ..Post::default()
    }
}

both! {
    async fn columns_that_are_not_numbered(db: Db) {
        if db.backend() == Backend::Postgres {
            // There a column without a default is NOT NULL, and says so by itself.
            let engine = db.engine().await;
            engine.execute(text("CREATE TABLE posts (id BIGINT PRIMARY KEY, title TEXT NOT NULL)")).await?;
            let mut session = engine.session();
            session.add(Post { title: "first".into(), ..Post::default() });
            assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::NotNullViolation);
            return Ok(());
        }
        for (key, lacks) in [
            ("id BIGINT PRIMARY KEY", "declared BIGINT PRIMARY KEY"),
            ("id INT PRIMARY KEY", "declared INT PRIMARY KEY"),
            ("id PRIMARY KEY", "declared  PRIMARY KEY"),
            ("id INTEGER PRIMARY KEY DESC", "another index is its key"),
            ("id INTEGER UNIQUE", "no primary key"),
            ("id INTEGER, other INTEGER PRIMARY KEY", "no primary key"),
            ("id INTEGER, other INTEGER DEFAULT 1, title TEXT NOT NULL, PRIMARY KEY (id, other)); --", "one of several columns"),
            ("id INTEGER PRIMARY KEY, title TEXT NOT NULL) WITHOUT ROWID; --", "another index is its key"),
        ] {
            let engine = db.engine().await;
            engine.execute(text("DROP TABLE IF EXISTS comments")).await?;
            engine.execute(text("DROP TABLE IF EXISTS posts")).await?;
            let sql = format!("CREATE TABLE posts ({key}, title TEXT NOT NULL)");
            engine.execute(orm_core::sql::text_unchecked(sql.split("; --").next().unwrap_or_default())).await?;
            engine.execute(text("CREATE TABLE comments (id INTEGER PRIMARY KEY, post_id BIGINT NOT NULL)")).await?;
            for many in [false, true] {
                let mut session = engine.session();
                session.add(post());
                if many {
                    session.add_all([post(), post()]);
                }
                let error = session.commit().await.unwrap_err();
                assert_eq!((error.kind(), error.columns()), (ErrorKind::InvalidMapping, &["id".to_owned()][..]), "{key}: {error}");
                assert!(error.message().contains(lacks.trim()) || lacks.contains("  "), "{key}: {error}");
                session.rollback().await?;
            }
            let mut session = engine.session();
            let added = session.add(Post { title: "alone".into(), ..Post::default() });
            assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidMapping);
            session.rollback().await?;
            assert_eq!(session[added].id, 0);
            let counted = "SELECT (SELECT count(*) FROM posts) + (SELECT count(*) FROM comments)";
            assert_eq!(engine.one(text(counted).columns::<i64>()).await?, 0, "{key}");
            // With a key of its own a row is a row like any other.
            let mut session = engine.session();
            let given = session.add(Post { id: 7, ..post() });
            session.commit().await?;
            let mut fresh = engine.session();
            let found = fresh.get_one::<Post>(session[given].id).await?;
            assert_eq!(found.comments(&mut fresh).await?.len(), 1);
        }
    }

    /// The row id by whatever name it is declared, in whatever case.
    async fn columns_that_are_numbered(db: Db) {
        if db.backend() == Backend::Postgres {
            return Ok(());
        }
        for key in ["id integer primary key", "ID INTEGER PRIMARY KEY AUTOINCREMENT", "\"id\" Integer NOT NULL PRIMARY KEY ASC"] {
            let engine = db.engine().await;
            engine.execute(text("DROP TABLE IF EXISTS posts")).await?;
            engine.execute(text("DROP TABLE IF EXISTS comments")).await?;
            engine.execute(orm_core::sql::text_unchecked(format!("CREATE TABLE posts ({key}, title TEXT NOT NULL)"))).await?;
            engine.execute(text("CREATE TABLE comments (id INTEGER PRIMARY KEY, post_id BIGINT NOT NULL)")).await?;
            let mut session = engine.session();
            session.add_all([post(), post()]);
            session.commit().await?;
            let pairs = engine.all(text("SELECT id, post_id FROM comments ORDER BY id").columns::<(i64, i64)>()).await?;
            assert_eq!(pairs, [(1, 1), (2, 2)]);
        }
    }
}
