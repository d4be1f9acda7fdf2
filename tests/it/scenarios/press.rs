//! Eight tables with every kind of link: a tree, parts that cannot be without their whole, one-to-one, many-to-many, a
//! link that only the parent declares, two tables that refer to each other, an association object whose key is its two
//! references, a version column.

use orm_core::engine::Engine;
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "shelves")]
pub(crate) struct Shelf {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(references = Shelf::id)]
    pub(crate) parent_id: Option<i64>,
    #[orm(back_populates = parent)]
    pub(crate) children: HasMany<Shelf>,
    #[orm(back_populates = children)]
    pub(crate) parent: BelongsTo<Shelf>,
    #[orm(back_populates = shelf)]
    pub(crate) books: HasMany<Book>,
    /// The other side does not know.
    pub(crate) tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "books")]
pub(crate) struct Book {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(version)]
    pub(crate) version: i32,
    #[orm(references = Shelf::id)]
    pub(crate) shelf_id: Option<i64>,
    #[orm(back_populates = books)]
    pub(crate) shelf: BelongsTo<Shelf>,
    #[orm(back_populates = book, cascade = "all, delete-orphan")]
    pub(crate) chapters: HasMany<Chapter>,
    #[orm(back_populates = book)]
    pub(crate) cover: HasOne<Cover>,
    #[orm(secondary = "book_tags", back_populates = books)]
    pub(crate) tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "chapters")]
pub(crate) struct Chapter {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(references = Book::id)]
    pub(crate) book_id: i64,
    #[orm(back_populates = chapters)]
    pub(crate) book: BelongsTo<Book>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "covers")]
pub(crate) struct Cover {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(references = Book::id, unique)]
    pub(crate) book_id: Option<i64>,
    #[orm(back_populates = cover)]
    pub(crate) book: BelongsTo<Book>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "tags")]
pub(crate) struct Tag {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(references = Shelf::id)]
    pub(crate) shelf_id: Option<i64>,
    #[orm(secondary = "book_tags", back_populates = tags)]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "teams")]
pub(crate) struct Team {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(references = Person::id)]
    pub(crate) lead_id: Option<i64>,
    #[orm(back_populates = leads)]
    pub(crate) lead: BelongsTo<Person>,
    #[orm(back_populates = team)]
    pub(crate) people: HasMany<Person>,
    #[orm(back_populates = team, cascade = "all, delete-orphan")]
    pub(crate) members: HasMany<Member>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "people")]
pub(crate) struct Person {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(references = Team::id)]
    pub(crate) team_id: Option<i64>,
    #[orm(back_populates = people)]
    pub(crate) team: BelongsTo<Team>,
    #[orm(back_populates = lead)]
    pub(crate) leads: HasMany<Team>,
    #[orm(back_populates = person, cascade = "all, delete-orphan")]
    pub(crate) members: HasMany<Member>,
}

/// A person in a team, with a column of its own.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "members")]
pub(crate) struct Member {
    #[orm(primary_key, references = Team::id)]
    pub(crate) team_id: i64,
    #[orm(primary_key, references = Person::id)]
    pub(crate) person_id: i64,
    pub(crate) name: String,
    #[orm(back_populates = members)]
    pub(crate) team: BelongsTo<Team>,
    #[orm(back_populates = members)]
    pub(crate) person: BelongsTo<Person>,
}

/// The empty tables.
pub(crate) async fn tables(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Shelf, Book, Chapter, Cover, Tag, Team, Person, Member)>()?
        .create_all(engine)
        .await
}

/// Empties the tables again.
pub(crate) async fn empty(engine: &Engine) -> orm_core::Result<()> {
    let mut session = engine.session();
    for statement in [
        "DELETE FROM members",
        "DELETE FROM covers",
        "DELETE FROM chapters",
        "DELETE FROM book_tags",
        "DELETE FROM tags",
        "DELETE FROM books",
        "UPDATE shelves SET parent_id = NULL",
        "DELETE FROM shelves",
        "UPDATE teams SET lead_id = NULL",
        "DELETE FROM people",
        "DELETE FROM teams",
    ] {
        session.execute(text(statement)).await?;
    }
    session.commit().await
}
