//! 100,000 parents: no limit on parameters is met, and no statement is sent for each parent but where that was asked for.

use orm_core::engine::Engine;
use orm_core::mapping::Load;
use orm_core::prelude::*;
use orm_core::sql::text_unchecked;

use crate::harness::{Log, both};
use crate::scenarios::tagged::{self, Article, ArticleAccessors as _, Tag};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

const PARENTS: usize = 100_000;
/// Of the strategies that send a statement for each parent, so many parents.
const FEW: usize = 1_000;

async fn data(engine: &Engine) -> orm_core::Result<()> {
    user_address::tables(engine).await?;
    tagged::tables(engine).await?;
    engine
        .execute(text("CREATE INDEX ix_user ON addresses (user_id)"))
        .await?;
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PARENTS})"
    );
    for insert in [
        // Keys with gaps are sent one by one, those of the articles as a range.
        "INSERT INTO users (id, name) SELECT 2 * i, 'u' FROM n",
        "INSERT INTO addresses (id, user_id, email) SELECT 2 * i, 2 * i, 'e' FROM n",
        "INSERT INTO articles (id, title) SELECT i, 'a' FROM n",
        "INSERT INTO tags (id, name) SELECT i, 't' FROM n WHERE i <= 100",
        "INSERT INTO article_tag (article_id, tag_id) SELECT i, 1 + i % 100 FROM n",
    ] {
        engine
            .execute(text_unchecked(format!("{numbers} {insert}")))
            .await?;
    }
    Ok(())
}

/// Reads every parent's collection, of one object each.
async fn users(engine: &Engine, load: Load<User, Address>, count: usize) -> orm_core::Result<()> {
    let mut session = engine.session();
    let query = User::select().filter(User::id.le(2 * count as i64));
    let users = session.all(query.with(load)).await?;
    assert_eq!(users.len(), count);
    for user in users {
        let addresses = user.addresses(&mut session).await?;
        assert_eq!(
            (addresses.len(), session[addresses[0]].id),
            (1, session[user].id)
        );
    }
    Ok(())
}

async fn articles(engine: &Engine, load: Load<Article, Tag>) -> orm_core::Result<()> {
    let mut session = engine.session();
    let articles = session.all(Article::select().with(load)).await?;
    assert_eq!(articles.len(), PARENTS);
    for article in articles {
        let tags = article.tags(&mut session).await?;
        assert_eq!(session[tags[0]].id, 1 + session[article].id % 100);
    }
    Ok(())
}

both! {
    /// Right rows, and how many statements for them.
    async fn a_hundred_thousand_parents(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let of = User::addresses;
        for (name, load, count, expected) in [
            ("lazy", of.lazy(), FEW, FEW + 1),
            ("batch", of.batch(), PARENTS, 2),
            ("select_in", of.select_in(), PARENTS, 2),
            ("joined", of.joined(), PARENTS, 1),
            ("subquery", of.subquery(), PARENTS, 2),
            ("immediate", of.immediate(), FEW, FEW + 1),
            ("select_in with a limit", of.limit(1), PARENTS, 2),
        ] {
            users(&engine, load, count).await?;
            let statements = log.take().len();
            println!("{:?}: {name}, {count} parents: {statements} statements", db.backend());
            assert_eq!(statements, expected, "{name}");
        }
        for (name, load, expected) in [
            ("many-to-many select_in", Article::tags.select_in(), 2),
            ("many-to-many joined", Article::tags.joined(), 1),
            ("many-to-many batch", Article::tags.batch(), 2),
        ] {
            articles(&engine, load).await?;
            let statements = log.take().len();
            println!("{:?}: {name}, {PARENTS} parents: {statements} statements", db.backend());
            assert_eq!(statements, expected, "{name}");
        }
    }
}
