//! What `author.books(&mut session)` gives: a relationship of one object, to await or to change.

use std::fmt;
use std::future::{Future, IntoFuture, Ready, ready};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::Either;

use super::n_plus_one::Lazy;
use super::{Addable, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::load::{has_text_keys, never_read};
use crate::mapping::{
    Delete, Entity, Handle, Insert, Many, Model, One, Relation, Select, Strategy, Update,
};
use crate::state::{Known, check_writable};

/// A relationship to many objects. Awaited, it gives their handles, loading them first if they are not loaded.
#[must_use = "await it to load, or call push, remove, replace, count or query"]
pub struct ToMany<'s, P, C> {
    session: &'s mut Session,
    parent: Handle<P>,
    relation: Relation<P, C, Many>,
    location: &'static Location<'static>,
}

/// A relationship to at most one object. Awaited, it gives its handle, loading it first if it is not loaded.
#[must_use = "await it to load, or call set or clear"]
pub struct ToOne<'s, P, C> {
    session: &'s mut Session,
    parent: Handle<P>,
    relation: Relation<P, C, One>,
    location: &'static Location<'static>,
}

/// What awaiting a relationship waits for: nothing, where the objects are loaded.
pub struct Loading<'s, T>(Either<Ready<Result<T>>, Load<'s, T>>);

type Load<'s, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 's>>;

impl<T> Future for Loading<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> fmt::Debug for Loading<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loading").finish_non_exhaustive()
    }
}

impl<'s, P: Model, C: Model> IntoFuture for ToMany<'s, P, C> {
    type Output = Result<Vec<Handle<C>>>;
    type IntoFuture = Loading<'s, Vec<Handle<C>>>;

    fn into_future(self) -> Self::IntoFuture {
        let relation = self.relation.descriptor();
        let state = &self.session.state;
        if let Some(held) = self.session.held_related(self.parent, relation) {
            let held = held.iter().map(|&id| state.handle(id)).collect();
            return Loading(Either::Left(ready(Ok(held))));
        }
        Loading(Either::Right(Box::pin(async move {
            let parent = self.session.state.resolve(self.parent);
            let found = self.session.read_related(parent, relation, self.location);
            let found = found.await?.into_iter();
            Ok(found.map(|id| self.session.state.handle(id)).collect())
        })))
    }
}

impl<'s, P: Model, C: Model> IntoFuture for ToOne<'s, P, C> {
    type Output = Result<Option<Handle<C>>>;
    type IntoFuture = Loading<'s, Option<Handle<C>>>;

    fn into_future(self) -> Self::IntoFuture {
        let relation = self.relation.descriptor();
        let state = &self.session.state;
        if let Some(held) = self.session.held_related(self.parent, relation) {
            let held = match held.first() {
                Some(&id) => Ok(Some(state.handle(id))),
                None => self
                    .session
                    .shows_none(self.parent, relation)
                    .map(|()| None),
            };
            return Loading(Either::Left(ready(held)));
        }
        Loading(Either::Right(Box::pin(async move {
            let parent = self.session.state.resolve(self.parent);
            let found = self.session.read_related(parent, relation, self.location);
            let found = found.await?;
            match found.first() {
                Some(&id) => Ok(Some(self.session.state.handle(id))),
                None => self
                    .session
                    .shows_none(self.parent, relation)
                    .map(|()| None),
            }
        })))
    }
}

// Without bounds, so that a relationship with what is no model is one error, at its field.
impl<'s, P, C> ToMany<'s, P, C> {
    /// Written by the derive.
    #[doc(hidden)]
    #[track_caller]
    pub fn new(
        session: &'s mut Session,
        parent: Handle<P>,
        relation: Relation<P, C, Many>,
    ) -> Self {
        Self {
            session,
            parent,
            relation,
            location: Location::caller(),
        }
    }
}

impl<'s, P: Model, C: Model> ToMany<'s, P, C> {
    /// Puts an object in, new or held; sends nothing, and needs nothing loaded. It leaves the parent it had, unless the
    /// relationship is many-to-many. What is in already stays in once.
    ///
    /// # Errors
    /// `UnknownHandle` when a handle is not of this session.
    pub fn push<A: Addable<Model = C>>(self, child: A) -> Result<Handle<C>> {
        self.session.recover();
        check_writable(self.relation.descriptor())?;
        let parent = self.session.state.resolve(self.parent)?;
        let child = self.session.put(child, self.relation.descriptor())?;
        let (state, relation) = (&mut self.session.state, self.relation.descriptor());
        if relation.is_many_to_many() {
            state.link(parent, relation, child)?;
        } else {
            state.change_parent(child, state.slot_of(relation)?, Some(parent))?;
        }
        Ok(self.session.state.handle(child))
    }

    /// Puts objects in, new or held, as [`ToMany::push`] does.
    ///
    /// # Errors
    /// As [`ToMany::push`].
    pub fn push_all<A: Addable<Model = C>>(
        self,
        children: impl IntoIterator<Item = A>,
    ) -> Result<Vec<Handle<C>>> {
        let Self {
            session,
            parent,
            relation,
            location,
        } = self;
        let push = |child| {
            let this = ToMany {
                session: &mut *session,
                parent,
                relation,
                location,
            };
            this.push(child)
        };
        children.into_iter().map(push).collect()
    }

    /// Takes an object out; sends nothing. The flush sets its foreign key to NULL, or deletes it (`delete-orphan`); of a
    /// many-to-many relationship it deletes the pair, and is `StaleData` when there is none.
    ///
    /// # Errors
    /// `InvalidState` when the object is not in the relationship; `UnknownHandle` when a handle is not of this session.
    pub fn remove(self, child: Handle<C>) -> Result<()> {
        self.session.recover();
        check_writable(self.relation.descriptor())?;
        self.session.state.reconcile();
        let state = &mut self.session.state;
        let (parent, child) = (state.resolve(self.parent)?, state.resolve(child)?);
        let relation = self.relation.descriptor();
        if relation.is_many_to_many() {
            return state.unlink(parent, relation, child);
        }
        let slot = state.slot_of(relation)?;
        if state.known_parent(child, slot)? != Known::Parent(Some(parent)) {
            return Err(state.not_in(parent, relation, child));
        }
        state.change_parent(child, slot, None)
    }

    /// Makes these objects the whole relationship, loading it first if it is not loaded.
    ///
    /// # Errors
    /// `UnknownHandle` when a handle is not of this session; errors of the load.
    pub async fn replace(self, children: impl IntoIterator<Item = Handle<C>>) -> Result<()> {
        let relation = self.relation.descriptor();
        check_writable(relation)?;
        if relation.options.lazy == Strategy::WriteOnly {
            return Err(never_read(relation));
        }
        let state = &self.session.state;
        let wanted = children
            .into_iter()
            .map(|child| state.resolve(child))
            .collect::<Result<Vec<_>>>()?;
        let parent = self.session.state.resolve(self.parent)?;
        let current = self.session.read_whole(parent, relation).await?;
        self.session
            .state
            .replace(parent, relation, &current, wanted)
    }

    /// How many objects there are: counted in memory when they are loaded, by the database when not.
    ///
    /// # Errors
    /// `UnknownHandle` when the handle is not of this session; errors of the query.
    pub async fn count(self) -> Result<i64> {
        let relation = self.relation.descriptor();
        self.session.before_query().await?;
        let parent = self.session.state.resolve(self.parent)?;
        if let Some(members) = self.session.state.members(parent, relation) {
            return Ok(members.len() as i64);
        }
        self.session
            .note_lazy_load(Lazy::Count(relation), parent, self.location)?;
        if has_text_keys(relation)? {
            Box::pin(self.session.text_rules()).await?;
        }
        let query = self.session.related_query::<C>(parent, relation)?;
        self.session.count(query).await
    }

    /// The objects of the relationship as a query, in its order, to filter and limit.
    ///
    /// # Errors
    /// `UnknownHandle` when the handle is not of this session; `InvalidState` when the parent is new and has no rows.
    pub fn query(self) -> Result<Select<Entity<C>>> {
        let parent = self.session.state.resolve(self.parent)?;
        self.session
            .related_query(parent, self.relation.descriptor())
    }

    /// An INSERT of rows of the relationship, to be given rows: their foreign key is this object's key.
    ///
    /// # Errors
    /// As [`ToMany::query`]; `InvalidQuery` when the relationship is many-to-many, whose rows are not all that is written.
    pub fn insert(self) -> Result<Insert<C>> {
        let (state, relation) = (&self.session.state, self.relation.descriptor());
        let parent = state.resolve(self.parent)?;
        check_writable(relation)?;
        self.session.has_rows(parent, relation)?;
        let link = relation.link()?;
        if let Some(table) = &link.table {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "{relation:?} goes over the table {}, which an INSERT into {} does not write; add objects by .push(..)",
                    table.table,
                    (relation.target)().table
                ),
            )
            .with_table(table.table));
        }
        let parent = state.any(parent)?;
        let pairs = link.remote.iter().zip(&link.local);
        let key = pairs.map(|(&remote, &local)| (remote, parent.value(local)));
        Ok(C::insert().always(key.collect()))
    }

    /// An UPDATE of the rows of the relationship, to be given values and filters.
    ///
    /// # Errors
    /// As [`ToMany::query`].
    pub fn update(self) -> Result<Update<C>> {
        let parent = self.session.state.resolve(self.parent)?;
        let rows = self
            .session
            .related_rows(parent, self.relation.descriptor())?;
        let carried = self.session.state.carried(parent);
        Ok(C::update().filter_untyped(rows).carrying(carried))
    }

    /// A DELETE of the rows of the relationship, to be given filters.
    ///
    /// # Errors
    /// As [`ToMany::query`].
    pub fn delete(self) -> Result<Delete<C>> {
        let parent = self.session.state.resolve(self.parent)?;
        let rows = self
            .session
            .related_rows(parent, self.relation.descriptor())?;
        let carried = self.session.state.carried(parent);
        Ok(C::delete().filter_untyped(rows).carrying(carried))
    }
}

// Without bounds, so that a relationship with what is no model is one error, at its field.
impl<'s, P, C> ToOne<'s, P, C> {
    /// Written by the derive.
    #[doc(hidden)]
    #[track_caller]
    pub fn new(session: &'s mut Session, parent: Handle<P>, relation: Relation<P, C, One>) -> Self {
        Self {
            session,
            parent,
            relation,
            location: Location::caller(),
        }
    }
}

impl<'s, P: Model, C: Model> ToOne<'s, P, C> {
    /// Sets the related object, new or held; sends nothing.
    ///
    /// # Errors
    /// `UnknownHandle` when a handle is not of this session.
    pub fn set<A: Addable<Model = C>>(self, related: A) -> Result<Handle<C>> {
        self.session.recover();
        check_writable(self.relation.descriptor())?;
        let this = self.session.state.resolve(self.parent)?;
        let related = self.session.put(related, self.relation.descriptor())?;
        self.session.state.reconcile();
        self.session
            .state
            .assign(this, self.relation.descriptor(), vec![related])?;
        Ok(self.session.state.handle(related))
    }

    /// Leaves the relationship empty; sends nothing.
    ///
    /// # Errors
    /// `UnknownHandle` when the handle is not of this session.
    pub fn clear(self) -> Result<()> {
        self.session.recover();
        self.session.state.reconcile();
        let this = self.session.state.resolve(self.parent)?;
        self.session
            .state
            .assign(this, self.relation.descriptor(), Vec::new())
    }
}
