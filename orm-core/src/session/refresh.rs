//! Expiring objects, and reading their rows anew.

use super::Session;
use super::events::Moment;
use super::load::ModelRows;
use crate::error::Result;
use crate::mapping::{AttributeList, Attributes, Handle, Key, Model, ObjectId, Rows};
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
