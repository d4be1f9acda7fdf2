//! What the databases can do that no text shows: the flag says what is found.

use orm_core::prelude::*;
use orm_core::sql::{ColumnRef, Expr, FromItem, Item, Select as Untyped, TableRef, Typed};
use orm_core::types::Value;

use super::run::Plain;
use crate::harness::{Backend, both};

both! {
    /// A backslash in a pattern of LIKE takes the meaning of what follows away, or is a character like any other.
    async fn like_backslash(db: Db) {
        let engine = db.engine().await;
        let flag = engine.dialect().capabilities().like_backslash;
        let like = |text: &str| func::value(text.to_owned()).like(r"a\_b");
        let found = engine.one(select((like("a_b"), like(r"a\xb")))).await?;
        assert_eq!(found, (flag, !flag));
        let escaped = func::value("a_b".to_owned()).like_escape(r"a\_b", '\\');
        assert!(engine.one(select(escaped)).await?);
    }

    /// Where languages are known, another form of a word is found.
    async fn search_languages(db: Db) {
        let engine = db.engine().await;
        let flag = engine.dialect().capabilities().search_languages;
        let table = match db.backend() {
            Backend::Sqlite => "CREATE VIRTUAL TABLE notes USING fts5(body)",
            Backend::Postgres => "CREATE TABLE notes (body TEXT)",
        };
        for sql in [table, "INSERT INTO notes VALUES ('she was running')"] {
            engine.execute(text(sql)).await?;
        }
        for (condition, found) in [
            (body().search_in("english", "running"), true),
            (body().search_in("english", "run"), flag),
            (body().search("running"), true),
            (body().search("swimming"), false),
        ] {
            let query = Untyped {
                items: vec![Item::from(body().into_expr())],
                from: vec![FromItem::Table(TableRef::new("notes"))],
                filter: Some(condition.into_expr()),
                ..Untyped::default()
            };
            let query = Plain::compiled(&query.clone().into(), engine.dialect())?;
            let rows = engine.all(query.clone()).await?;
            let expected: &[Vec<Value>] = &[vec![Value::Text("she was running".into())]];
            assert_eq!(rows, if found { expected } else { &[] }, "{}", query.sql());
        }
    }
}

fn body() -> Typed<String> {
    Typed::new(Expr::Column(ColumnRef::new("notes", "body")))
}
