//! What does not fit its column, and columns that become others while the program runs.

use orm_core::prelude::*;

use super::{Head, Line, PEOPLE, Person, head, set_up};
use crate::harness::{Backend, both};

both! {
    /// What is of another type than its place is an error that says so, and not one of syntax or of a name.
    async fn mismatches(db: Db) {
        let engine = db.engine().await;
        if db.backend() == Backend::Sqlite {
            engine.execute(text("CREATE TABLE strict (id INTEGER PRIMARY KEY, n INTEGER) STRICT")).await?;
            for sql in ["INSERT INTO strict (n) VALUES ('x')", "INSERT INTO strict (id) VALUES ('x')"] {
                let error = engine.execute(text(sql)).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::TypeMismatch, "{sql}: {error}");
            }
            return Ok(());
        }
        set_up(&engine, &db, PEOPLE).await?;
        // Four letters are never read as a number, although the table has a column of a type that texts take.
        for sql in [
            "SELECT id FROM people WHERE n = :x", "UPDATE people SET n = :x", "INSERT INTO people (n) VALUES (:x)",
            "SELECT id FROM people WHERE n IN (:x)",
        ] {
            let error = engine.execute(text(sql).bind("x", "abcd")).await.unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::TypeMismatch, "E605"), "{sql}: {error}");
        }
        let error = engine.execute(text("SELECT nothing(1)")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndefinedObject);
        // What cannot be inferred is text, and what stands beside it is still of its column's type.
        let sql = "SELECT count(*) FROM people WHERE word = :word OR :a || :b = 'ab' AND concat(:a, 1) = 'a1'";
        let sql = text(sql).bind("word", "glad").bind("a", "a").bind("b", "b").columns::<i64>();
        assert_eq!(engine.one(sql).await?, 0);
        // In a transaction too, which goes on.
        let mut transaction = engine.begin().await?;
        let sql = "SELECT count(*) FROM people WHERE word = :word OR :a || :b = 'ac' AND concat(:a, 1) = 'a1'";
        let sql = text(sql).bind("word", "glad").bind("a", "a").bind("b", "b").columns::<i64>();
        assert_eq!(transaction.one(sql).await?, 0);
        transaction.commit().await?;
        // A label that the enum does not have.
        let error = engine.all(Person::select().filter(Person::word.eq("no"))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    /// A column that becomes another while the program runs.
    async fn altered_columns(db: Db) {
        if db.backend() == Backend::Sqlite {
            return Ok(());
        }
        let engine = db.engine().await;
        Metadata::of::<(Head, Line)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add_all([head("ab", 0), head("cd", 0)]);
        session.commit().await?;
        let named = |code: &'static str| select(Head::name).filter(Head::code.eq(code));
        assert_eq!(engine.all(named("AB")).await?.len(), 0);
        for sql in ["DROP TABLE lines", "CREATE EXTENSION citext", "ALTER TABLE heads ALTER code TYPE citext"] {
            engine.execute(text(sql)).await?;
        }
        assert_eq!(engine.all(named("AB")).await?.len(), 1);
        let mut transaction = engine.begin().await?;
        transaction.execute(text("ALTER TABLE heads ALTER code TYPE TEXT")).await?;
        assert_eq!(transaction.all(named("AB")).await?.len(), 0);
        transaction.rollback().await?;
        assert_eq!(engine.all(named("AB")).await?.len(), 1);
    }
}
