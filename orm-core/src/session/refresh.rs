//! Expiring objects, and reading their rows anew.

use super::events::Moment;
use super::load::ModelRows;
use super::{Session, Track, Tracker};
use crate::error::Result;
use crate::load::Entities;
use crate::mapping::{AttributeList, Attributes, Handle, Key, Model, ObjectId, Query, Rows, Shape};
use crate::state::Operation;
use crate::types::Value;

impl Session {
    /// Gives up unflushed changes of an object; its last known values stay readable, and the next load of its row
    /// replaces them. What is known of its relationships is forgotten; the objects that its relationships with the
    /// cascade `refresh-expire` hold are expired as well.
    ///
    /// # Errors
    /// `InvalidState` when the object is not in the database; `UnknownHandle` as [`Session::try_get`].
    pub fn expire<T: Model>(&mut self, handle: Handle<T>) -> Result<()> {
        self.recover();
        let id = self.state.resolve(handle)?;
        let watch = self.watch();
        self.state.expire(id)?;
        self.notice(watch);
        Ok(())
    }

    /// As [`Session::expire`], of some columns and relationships only: `session.expire_only(book, (Book::title,
    /// Book::author))`. The primary key is never expired.
    ///
    /// # Errors
    /// As [`Session::expire`].
    pub fn expire_only<T: Model>(
        &mut self,
        handle: Handle<T>,
        attributes: impl Attributes<T>,
    ) -> Result<()> {
        self.recover();
        let id = self.state.resolve(handle)?;
        let watch = self.watch();
        self.state.expire_only(id, &listed(&attributes))?;
        self.notice(watch);
        Ok(())
    }

    /// Expires every persistent object; see [`Session::expire`].
    ///
    /// # Errors
    /// `Decode` when a remembered value no longer fits its field.
    pub fn expire_all(&mut self) -> Result<()> {
        self.recover();
        let watch = self.watch();
        self.state.expire_all()?;
        self.notice(watch);
        Ok(())
    }

    /// Reads the row of an object anew, now, and forgets what is known of its relationships; the objects that
    /// its relationships with the cascade `refresh-expire` hold are expired. Pending changes are flushed first; without autoflush those of the object
    /// are given up.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "counters")]
    /// # struct Counter { #[orm(primary_key)] id: i64, n: i64 }
    /// # async fn example(session: &mut Session, counter: Handle<Counter>) -> orm_core::Result<()> {
    /// session.execute(text("UPDATE counters SET n = n + 1")).await?;
    /// session.refresh(counter).await?;
    /// println!("{}", session[counter].n);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound`, naming the object, when its row is gone; `InvalidState` when the object is not in the database;
    /// `UnknownHandle` as [`Session::try_get`]; errors of the flush and of the query.
    pub async fn refresh<T: Model>(&mut self, handle: Handle<T>) -> Result<()> {
        // Few models are loaded with joins, and the futures of the others stay small.
        if self.may_join(T::descriptor()) && Box::pin(self.refresh_joined(handle)).await? {
            return Ok(());
        }
        let (id, rows) = self.read_row(handle).await?;
        self.state.expire(id)?;
        self.state.reread(id, |state| {
            let slots = state.arena_mut(id.arena).absorb(rows, true);
            slots.map(drop)
        })?;
        self.tell_one(id, Moment::Refreshed);
        Ok(())
    }

    /// Reads some columns and relationships of an object anew, now: `session.refresh_only(book, (Book::title,
    /// Book::author))`. Unflushed changes of others are kept.
    ///
    /// # Errors
    /// As [`Session::refresh`].
    pub async fn refresh_only<T: Model>(
        &mut self,
        handle: Handle<T>,
        attributes: impl Attributes<T>,
    ) -> Result<()> {
        let list = listed(&attributes);
        drop(attributes);
        let id = if list.columns.is_empty() {
            self.before_query().await?;
            let id = self.state.resolve(handle)?;
            self.state.permit(Operation::Refresh, id)?;
            id
        } else {
            let (id, rows) = self.read_row(handle).await?;
            if let Some(row) = rows.get(0) {
                self.state.renew(id, &list.columns, row)?;
                self.tell_one(id, Moment::Refreshed);
            }
            id
        };
        for &relation in &list.relations {
            let one = AttributeList {
                relations: vec![relation],
                ..Default::default()
            };
            self.state.expire_only(id, &one)?;
            self.load_carried(&T::descriptor().relations[relation], id)
                .await?;
        }
        Ok(())
    }

    /// Reads the row anew with what is joined to it wherever the model is read; whether anything is.
    async fn refresh_joined<T: Model>(&mut self, handle: Handle<T>) -> Result<bool> {
        let model = T::descriptor();
        self.before_query().await?;
        let id = self.state.resolve(handle)?;
        self.state.permit(Operation::Refresh, id)?;
        // The row itself is read whatever the session hides, and may spell its key otherwise.
        if self.criteria_on(model).is_some() || model.has_text_key() {
            return Ok(false);
        }
        let key = self.state.stored_key(id)?;
        let query = super::get::by_key::<T>(Vec::new(), key).populate_existing();
        let Some(entities) = Entities::of(&query, Some(self.defaults_for(id)))? else {
            return Ok(false);
        };
        if entities.join(&query, &self.options.criteria)?.is_none() {
            return Ok(false);
        }
        self.with_loads_of(&query, &entities, Some(id)).await?;
        self.tell_one(id, Moment::Refreshed);
        Ok(true)
    }

    /// Takes the only row of a query over as that of an object, which is expired first.
    pub(super) fn track_anew<Q: Query>(
        &mut self,
        query: &Q,
        rows: Vec<<Q::Shape as Shape>::Owned>,
        id: ObjectId,
    ) -> Result<Vec<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        if rows.is_empty() {
            return Err(self.row_is_gone(id));
        }
        self.state.expire(id)?;
        let mut tracked = Vec::new();
        self.state.reread(id, |state| {
            let mut tracker = Tracker {
                state,
                overwrite: query.overwrite(),
                change: None,
            };
            tracked = <Q::Shape as Track>::track(rows, &mut tracker)?;
            Ok(())
        })?;
        Ok(tracked)
    }

    /// The row of a persistent object, which must be there.
    async fn read_row<T: Model>(&mut self, handle: Handle<T>) -> Result<(ObjectId, Box<dyn Rows>)> {
        self.before_query().await?;
        let id = self.state.resolve(handle)?;
        self.state.permit(Operation::Refresh, id)?;
        let descriptor = T::descriptor();
        let key = self.state.stored_key(id)?;
        let asked = descriptor.has_text_key().then(|| key.clone());
        let statement = super::text::get(&self.engine, descriptor, false, key, None)?;
        let rows = self.fetch(statement, ModelRows::new(descriptor)).await?.0;
        if rows.count() == 0 {
            return Err(self.row_is_gone(id));
        }
        if let (Some(row), Some(asked)) = (rows.get(0), asked)
            && let Some(asked) = Key::from_values(asked.iter().map(Value::as_ref))
        {
            self.state.found_by(descriptor, &asked, row)?;
        }
        Ok((id, rows))
    }
}

fn listed<M>(attributes: &impl Attributes<M>) -> AttributeList {
    let mut list = AttributeList::default();
    attributes.list(&mut list);
    list
}
