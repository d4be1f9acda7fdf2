//! Handles of all the models, and what all the models have.

use orm_core::prelude::*;

use super::model::Kind;
use crate::scenarios::press::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Held {
    Shelf(Handle<Shelf>),
    Book(Handle<Book>),
    Chapter(Handle<Chapter>),
    Cover(Handle<Cover>),
    Tag(Handle<Tag>),
    Team(Handle<Team>),
    Person(Handle<Person>),
    Member(Handle<Member>),
}

/// A handle whose kind the caller knows.
macro_rules! held {
    ($held:expr, $kind:ident) => {
        match $held {
            $crate::suite::random::held::Held::$kind(handle) => handle,
            other => panic!("{other:?} is no {}", stringify!($kind)),
        }
    };
}
pub(super) use held;

/// The same for a handle of whatever model.
macro_rules! with {
    ($held:expr, $handle:ident => $body:expr) => {{
        use $crate::suite::random::held::Held;
        match $held {
            Held::Shelf($handle) => $body,
            Held::Book($handle) => $body,
            Held::Chapter($handle) => $body,
            Held::Cover($handle) => $body,
            Held::Tag($handle) => $body,
            Held::Team($handle) => $body,
            Held::Person($handle) => $body,
            Held::Member($handle) => $body,
        }
    }};
}
pub(super) use with;

/// What every model has.
pub(super) trait Thing {
    fn called(&self) -> &String;
    fn call(&mut self, name: String);
    fn number(&self) -> (i64, i64);
    /// A generated key is given up.
    fn without_key(&mut self);
    /// Every column.
    fn columns(&self) -> Vec<Option<i64>>;
}

macro_rules! things {
    ($($model:ident $(.$id:ident)?: $key:expr, $columns:expr;)+) => {$(
        impl Thing for $model {
            fn called(&self) -> &String {
                &self.name
            }

            fn call(&mut self, name: String) {
                self.name = name;
            }

            fn number(&self) -> (i64, i64) {
                let key: fn(&Self) -> (i64, i64) = $key;
                key(self)
            }

            fn without_key(&mut self) {
                $(self.$id = 0;)?
            }

            fn columns(&self) -> Vec<Option<i64>> {
                let columns: fn(&Self) -> Vec<Option<i64>> = $columns;
                columns(self)
            }
        }
    )+};
}

things! {
    Shelf.id: |it| (it.id, 0), |it| vec![Some(it.id), it.parent_id];
    Book.id: |it| (it.id, 0), |it| vec![Some(it.id), it.shelf_id, Some(it.version.into())];
    Chapter.id: |it| (it.id, 0), |it| vec![Some(it.id), Some(it.book_id)];
    Cover.id: |it| (it.id, 0), |it| vec![Some(it.id), it.book_id];
    Tag.id: |it| (it.id, 0), |it| vec![Some(it.id), it.shelf_id];
    Team.id: |it| (it.id, 0), |it| vec![Some(it.id), it.lead_id];
    Person.id: |it| (it.id, 0), |it| vec![Some(it.id), it.team_id];
    Member: |it| (it.team_id, it.person_id), |it| vec![Some(it.team_id), Some(it.person_id)];
}

impl Held {
    pub(super) fn name(self, session: &Session) -> String {
        with!(self, handle => session[handle].called().clone())
    }

    pub(super) fn key(self, session: &Session) -> (i64, i64) {
        with!(self, handle => session[handle].number())
    }

    pub(super) fn columns(self, session: &Session) -> Vec<Option<i64>> {
        with!(self, handle => session[handle].columns())
    }

    pub(super) async fn get(
        session: &mut Session,
        kind: Kind,
        key: (i64, i64),
    ) -> orm_core::Result<Self> {
        Ok(match kind {
            Kind::Shelf => Self::Shelf(session.get_one(key.0).await?),
            Kind::Book => Self::Book(session.get_one(key.0).await?),
            Kind::Chapter => Self::Chapter(session.get_one(key.0).await?),
            Kind::Cover => Self::Cover(session.get_one(key.0).await?),
            Kind::Tag => Self::Tag(session.get_one(key.0).await?),
            Kind::Team => Self::Team(session.get_one(key.0).await?),
            Kind::Person => Self::Person(session.get_one(key.0).await?),
            Kind::Member => Self::Member(session.get_one(key).await?),
        })
    }

    /// The same, of an object that the session may not hold yet: it then shows only some of what it holds.
    pub(super) async fn meet(
        session: &mut Session,
        kind: Kind,
        key: (i64, i64),
        parts: bool,
    ) -> orm_core::Result<Self> {
        if !parts {
            return Self::get(session, kind, key).await;
        }
        macro_rules! meet {
            ($model:ident, $itself:expr) => {{
                let mut query = $model::select().filter($itself);
                query = query.with_criteria::<$model>($model::name.like("%1%").or($itself));
                meet!(query, $model, Shelf Book Chapter Cover Tag Team Person Member);
                Self::$model(session.one(query).await?)
            }};
            ($query:ident, $itself:ident, $($other:ident)+) => {$(
                if Kind::$other != Kind::$itself {
                    $query = $query.with_criteria::<$other>($other::name.like("%1%"));
                }
            )+};
        }
        Ok(match kind {
            Kind::Shelf => meet!(Shelf, Shelf::id.eq(key.0)),
            Kind::Book => meet!(Book, Book::id.eq(key.0)),
            Kind::Chapter => meet!(Chapter, Chapter::id.eq(key.0)),
            Kind::Cover => meet!(Cover, Cover::id.eq(key.0)),
            Kind::Tag => meet!(Tag, Tag::id.eq(key.0)),
            Kind::Team => meet!(Team, Team::id.eq(key.0)),
            Kind::Person => meet!(Person, Person::id.eq(key.0)),
            Kind::Member => {
                meet!(
                    Member,
                    Member::team_id.eq(key.0).and(Member::person_id.eq(key.1))
                )
            }
        })
    }

    /// A new object without any link.
    pub(super) fn add(session: &mut Session, kind: Kind, name: String) -> Self {
        macro_rules! add {
            ($model:ident) => {
                Self::$model(session.add($model {
                    name,
                    ..Default::default()
                }))
            };
        }
        match kind {
            Kind::Shelf => add!(Shelf),
            Kind::Book => add!(Book),
            Kind::Chapter => add!(Chapter),
            Kind::Cover => add!(Cover),
            Kind::Tag => add!(Tag),
            Kind::Team => add!(Team),
            Kind::Person => add!(Person),
            Kind::Member => add!(Member),
        }
    }
}
