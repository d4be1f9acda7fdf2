//! S4: articles and tags, many to many; places that lead to places; courses and rooms with keys of two columns.

use orm_core::engine::Engine;
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "articles")]
pub(crate) struct Article {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) title: String,
    #[orm(secondary = "article_tag", back_populates = articles, order_by = Tag::id)]
    pub(crate) tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "tags")]
pub(crate) struct Tag {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(secondary = "article_tag", back_populates = tags, order_by = Article::id)]
    pub(crate) articles: HasMany<Article>,
}

/// A model linked with itself.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "place")]
pub(crate) struct Place {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(
        secondary = "place_place", secondary_local = "p1", secondary_remote = "p2",
        back_populates = from, order_by = Place::id
    )]
    pub(crate) to: HasMany<Place>,
    #[orm(
        secondary = "place_place", secondary_local = "p2", secondary_remote = "p1",
        back_populates = to, order_by = Place::id
    )]
    pub(crate) from: HasMany<Place>,
}

/// A key of two columns, links that the database deletes, and no other side.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "courses")]
pub(crate) struct Course {
    #[orm(primary_key)]
    pub(crate) faculty: String,
    #[orm(primary_key)]
    pub(crate) number: i32,
    #[orm(secondary = "course_rooms", on_delete = "cascade", passive_deletes, order_by = Room::name)]
    pub(crate) rooms: HasMany<Room>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "rooms")]
pub(crate) struct Room {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
}

pub(crate) fn article(title: &str) -> Article {
    Article {
        title: title.into(),
        ..Default::default()
    }
}

pub(crate) fn tag(name: &str) -> Tag {
    Tag {
        name: name.into(),
        ..Default::default()
    }
}

pub(crate) async fn tables(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Article, Tag)>()?.create_all(engine).await
}

/// D4: articles A (t1, t2), B (t2) and C (none); tags t1, t2, t3.
pub(crate) async fn data(engine: &Engine) -> orm_core::Result<()> {
    tables(engine).await?;
    let mut session = engine.session();
    let tags = session.add_all(["t1", "t2", "t3"].map(tag));
    let articles = session.add_all(["A", "B", "C"].map(article));
    articles[0].tags(&mut session).push(tags[0])?;
    articles[0].tags(&mut session).push(tags[1])?;
    articles[1].tags(&mut session).push(tags[1])?;
    session.commit().await
}

/// The rows of the table between articles and tags.
pub(crate) async fn links(engine: &Engine) -> orm_core::Result<Vec<(i64, i64)>> {
    engine
        .all(
            text("SELECT article_id, tag_id FROM article_tag ORDER BY article_id, tag_id")
                .columns::<(i64, i64)>(),
        )
        .await
}
