//! What is: the database read without a session, and the relationships as a session tells them.

use std::collections::HashMap;

use orm_core::engine::Engine;
use orm_core::prelude::*;

use super::model::{Kind, Picture};
use crate::scenarios::library::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Held {
    Shelf(Handle<Shelf>),
    Book(Handle<Book>),
    Chapter(Handle<Chapter>),
    Cover(Handle<Cover>),
}

/// A handle whose kind the caller knows.
macro_rules! held {
    ($held:expr, $kind:ident) => {
        match $held {
            $crate::suite::random::world::Held::$kind(handle) => handle,
            other => panic!("{other:?} is no {}", stringify!($kind)),
        }
    };
}
pub(super) use held;

impl Held {
    pub(super) fn id(self, session: &Session) -> i64 {
        match self {
            Self::Shelf(handle) => session[handle].id,
            Self::Book(handle) => session[handle].id,
            Self::Chapter(handle) => session[handle].id,
            Self::Cover(handle) => session[handle].id,
        }
    }

    pub(super) fn name(self, session: &Session) -> String {
        match self {
            Self::Shelf(handle) => session[handle].label.clone(),
            Self::Book(handle) => session[handle].title.clone(),
            Self::Chapter(handle) => session[handle].title.clone(),
            Self::Cover(handle) => session[handle].art.clone(),
        }
    }

    pub(super) async fn get(session: &mut Session, kind: Kind, id: i64) -> orm_core::Result<Self> {
        Ok(match kind {
            Kind::Shelf => Self::Shelf(session.get_one(id).await?),
            Kind::Book => Self::Book(session.get_one(id).await?),
            Kind::Chapter => Self::Chapter(session.get_one(id).await?),
            Kind::Cover => Self::Cover(session.get_one(id).await?),
        })
    }

    pub(super) async fn parent(self, session: &mut Session) -> orm_core::Result<Option<Self>> {
        Ok(match self {
            Self::Shelf(handle) => handle.parent(session).await?.map(Self::Shelf),
            Self::Book(handle) => handle.shelf(session).await?.map(Self::Shelf),
            Self::Chapter(handle) => handle.book(session).await?.map(Self::Book),
            Self::Cover(handle) => handle.book(session).await?.map(Self::Book),
        })
    }

    pub(super) async fn children(
        self,
        session: &mut Session,
        kind: Kind,
    ) -> orm_core::Result<Vec<Self>> {
        Ok(match (self, kind) {
            (Self::Shelf(handle), Kind::Shelf) => handle
                .children(session)
                .await?
                .into_iter()
                .map(Self::Shelf)
                .collect(),
            (Self::Shelf(handle), Kind::Book) => handle
                .books(session)
                .await?
                .into_iter()
                .map(Self::Book)
                .collect(),
            (Self::Book(handle), Kind::Chapter) => handle
                .chapters(session)
                .await?
                .into_iter()
                .map(Self::Chapter)
                .collect(),
            (Self::Book(handle), Kind::Cover) => handle
                .cover(session)
                .await?
                .into_iter()
                .map(Self::Cover)
                .collect(),
            _ => Vec::new(),
        })
    }
}

/// The rows, read without a session.
pub(super) async fn stored(engine: &Engine) -> orm_core::Result<Picture> {
    let shelves = engine.all(Shelf::select()).await?;
    let books = engine.all(Book::select()).await?;
    let on: HashMap<_, _> = shelves
        .iter()
        .map(|shelf| (shelf.id, shelf.label.clone()))
        .collect();
    let of: HashMap<_, _> = books
        .iter()
        .map(|book| (book.id, book.title.clone()))
        .collect();
    let mut picture = Picture::new();
    for shelf in &shelves {
        picture.insert(
            (Kind::Shelf, shelf.label.clone()),
            shelf.parent_id.map(|id| on[&id].clone()),
        );
    }
    for book in &books {
        picture.insert(
            (Kind::Book, book.title.clone()),
            book.shelf_id.map(|id| on[&id].clone()),
        );
    }
    for chapter in engine.all(Chapter::select()).await? {
        picture.insert(
            (Kind::Chapter, chapter.title),
            Some(of[&chapter.book_id].clone()),
        );
    }
    for cover in engine.all(Cover::select()).await? {
        picture.insert(
            (Kind::Cover, cover.art),
            cover.book_id.map(|id| of[&id].clone()),
        );
    }
    Ok(picture)
}

pub(super) async fn empty(engine: &Engine) -> orm_core::Result<()> {
    let mut session = engine.session();
    session.execute(text("DELETE FROM covers")).await?;
    session.execute(text("DELETE FROM chapters")).await?;
    session.execute(text("DELETE FROM books")).await?;
    session
        .execute(text("UPDATE shelves SET parent_id = NULL"))
        .await?;
    session.execute(text("DELETE FROM shelves")).await?;
    session.commit().await
}
