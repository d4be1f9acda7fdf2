//! Many rows at once, without an object for each.

use super::Session;
use super::flush::Room;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Assigned, Change, Handle, IntoNew, Model, ModelDescriptor, New, ObjectId};
use crate::state::State;
use crate::unit_of_work::{Plan, Step};

/// What is to be known of the rows afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Keys,
}

impl Session {
    /// Inserts plain values, any number of them: one statement for each set of columns, cut where the flush would cut it.
    /// Gives their number. Pending changes are flushed first.
    ///
    /// No object is made of them, so this takes less memory than [`Session::add_all`]. A generated key that is 0 and what a
    /// builder left to the database are left out; a version column begins where it always does. Relationships are not
    /// written: a value that holds objects in one is refused.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, name: String }
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// let users = (0..100_000).map(|n| User { name: format!("user {n}"), ..Default::default() });
    /// session.bulk_insert(users).await?;
    /// session.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidQuery` when a relationship holds objects. As [`Session::flush`], and after an error everything is as after a
    /// failed flush.
    #[doc(alias = "bulk_save_objects")]
    #[doc(alias = "bulk_insert_mappings")]
    pub async fn bulk_insert<N: IntoNew>(
        &mut self,
        rows: impl IntoIterator<Item = N>,
    ) -> Result<u64> {
        let rows = values(rows)?;
        let count = rows.len() as u64;
        self.insert_apart(rows, Wanted::Nothing).await?;
        Ok(count)
    }

    /// As [`Session::bulk_insert`]; gives the primary keys, in the order of the values.
    ///
    /// # Errors
    /// As [`Session::bulk_insert`].
    pub async fn bulk_insert_keys<N: IntoNew>(
        &mut self,
        rows: impl IntoIterator<Item = N>,
    ) -> Result<Vec<<N::Model as Model>::Key>> {
        let rows = values(rows)?;
        let (apart, ids) = self.insert_apart(rows, Wanted::Keys).await?;
        let objects = ids.into_iter().map(|id| apart.handle::<N::Model>(id));
        objects
            .map(|handle| Ok(apart.object(handle)?.key()))
            .collect()
    }

    /// As [`Session::bulk_insert`], but the values become persistent objects; gives their handles, in the order of the
    /// values.
    ///
    /// # Errors
    /// As [`Session::bulk_insert`].
    pub async fn bulk_insert_returning<N: IntoNew>(
        &mut self,
        rows: impl IntoIterator<Item = N>,
    ) -> Result<Vec<Handle<N::Model>>> {
        let rows = values(rows)?;
        self.before_query().await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.refuse_rolled_back()?;
        let ids = self.state.take_new(rows)?;
        self.begin_writing()?;
        match self.insert_objects(&ids).await {
            Ok(()) => {
                self.end_writing();
                Ok(ids.into_iter().map(|id| self.state.handle(id)).collect())
            }
            Err(error) => {
                let error = self.fall_back(error).await;
                self.state.discard(&ids);
                Err(error)
            }
        }
    }

    async fn insert_objects(&mut self, ids: &[ObjectId]) -> Result<()> {
        let mut plan = Plan::inserts(&self.state, ids, true);
        self.open_transaction().await?;
        let mut room = Room::default();
        while let Some(Step::Rows(write)) = plan.next() {
            let (told, rows) = (self.tell_batch(&write)?, write.objects.len() as u64);
            self.write(write, &mut room).await?;
            self.tell_executed(told, rows);
        }
        let computed = |&id: &ObjectId| self.state.descriptor(id).computes();
        if ids.first().is_some_and(computed) {
            Box::pin(self.read_back(ids.to_vec())).await?;
        }
        Ok(())
    }

    /// Inserts rows that the session does not keep; gives them by themselves.
    async fn insert_apart<M: Model>(
        &mut self,
        rows: Vec<New<M>>,
        wanted: Wanted,
    ) -> Result<(State, Vec<ObjectId>)> {
        self.before_query().await?;
        let mut apart = State::new();
        let ids = apart.take_new(rows)?;
        if ids.is_empty() {
            return Ok((apart, ids));
        }
        self.begin_writing()?;
        let outcome = match self.send_apart(&mut apart, &ids, wanted).await {
            Ok(()) => self.state.inserted_apart(M::descriptor(), &apart, &ids),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            return Err(self.fall_back(error).await);
        }
        self.end_writing();
        Ok((apart, ids))
    }

    async fn send_apart(
        &mut self,
        apart: &mut State,
        ids: &[ObjectId],
        wanted: Wanted,
    ) -> Result<()> {
        let mut plan = Plan::inserts(apart, ids, wanted == Wanted::Keys);
        self.open_transaction().await?;
        while let Some(Step::Rows(write)) = plan.next() {
            self.state
                .model_written(write.descriptor, Change::Inserts, false);
            let told = self.tell_batch(&write)?;
            let rows = write.values(apart)?;
            let (reply, in_order) = self
                .send_values(&write, rows)
                .await
                .map_err(|error| with_table(error, write.descriptor))?;
            self.tell_executed(told, write.objects.len() as u64);
            if wanted == Wanted::Keys {
                write.apply(
                    apart,
                    reply.affected,
                    reply.missed,
                    &reply.returned,
                    in_order,
                )?;
            }
        }
        Ok(())
    }
}

pub(super) fn with_table(error: Error, model: &ModelDescriptor) -> Error {
    match error.table() {
        None => error.with_table(model.table),
        Some(_) => error,
    }
}

/// The values; one that holds objects in a relationship, which would be lost, is refused.
fn values<N: IntoNew>(rows: impl IntoIterator<Item = N>) -> Result<Vec<New<N::Model>>> {
    let mut values: Vec<New<N::Model>> = rows.into_iter().map(IntoNew::into_new).collect();
    let model = N::Model::descriptor();
    for (index, new) in values.iter_mut().enumerate() {
        for relation in model.relations {
            let held = match relation.field.take(&mut new.object) {
                Assigned::Nothing => 0,
                Assigned::Handles(handles) => handles.len(),
                Assigned::Owned(rows) | Assigned::Part(rows) => rows.count(),
            };
            if held > 0 {
                let number = index + 1;
                let message = format!(
                    "value {number} holds objects in {relation:?}, and rows are inserted in bulk without their relationships; \
                     set the foreign key instead, or add the objects to the session"
                );
                return Err(Error::new(ErrorKind::InvalidQuery, message).with_table(model.table));
            }
        }
    }
    Ok(values)
}
