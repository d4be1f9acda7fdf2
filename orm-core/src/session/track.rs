//! From rows to objects held: what a query's results become in a session.

use crate::error::Result;
use crate::mapping::{
    ByName, Change, Entity, FromRow, Handle, Model, ModelDescriptor, ModelKey as _, ObjectId,
    Optional, Rows, Scalar, Shape,
};
use crate::state::{State, Undo};

/// The session's objects, as seen by [`Track`].
#[doc(hidden)]
pub struct Tracker<'a> {
    pub(super) state: &'a mut State,
    pub(super) overwrite: bool,
    /// What the statement does to the rows of one model.
    pub(super) change: Option<(Change, &'static ModelDescriptor)>,
}

/// A result shape, and what it becomes in a session: an entity becomes a handle, a value stays a value.
pub trait Track: Shape {
    /// What the session returns for one row.
    type Tracked: Send + 'static;

    /// Takes the rows in.
    #[doc(hidden)]
    fn track(rows: Vec<Self::Owned>, tracker: &mut Tracker<'_>) -> Result<Vec<Self::Tracked>>;

    /// The objects whose relationships the query's options load.
    #[doc(hidden)]
    fn parents(_tracked: &[Self::Tracked]) -> Vec<ObjectId> {
        Vec::new()
    }

    /// Whether a row holds an object of the model.
    #[doc(hidden)]
    fn covers(_model: &ModelDescriptor) -> bool {
        false
    }

    /// The rows as objects of one model, if that is what they are.
    #[doc(hidden)]
    fn as_rows(_rows: &mut Vec<Self::Owned>) -> Option<&mut dyn Rows> {
        None
    }
}

impl<M: Model> Track for Entity<M> {
    type Tracked = Handle<M>;

    fn track(rows: Vec<M>, tracker: &mut Tracker<'_>) -> Result<Vec<Handle<M>>> {
        let (model, state) = (M::descriptor(), &mut *tracker.state);
        let change = tracker.change.filter(|(_, changed)| *changed == model);
        let mut held = Vec::new();
        if let Some((change, _)) = change {
            held.extend(
                rows.iter()
                    .map(|row| state.find(model, &row.key().to_key())),
            );
            if tracker.overwrite && change != Change::Deletes {
                let mut ids = held.iter().flatten();
                ids.try_for_each(|&id| state.rewriting(id))?;
            }
        }
        let arena = state.arena_of(model);
        let slots = state
            .arena_mut(arena)
            .absorb(Box::new(rows), tracker.overwrite)?;
        let slots = slots.into_iter();
        let ids: Vec<_> = slots.map(|slot| ObjectId { arena, slot }).collect();
        match change {
            Some((Change::Deletes, _)) => state.rows_deleted_by_hand(&ids)?,
            Some((Change::Inserts, _)) => {
                let new = ids.iter().zip(held);
                let new = new.filter_map(|(&id, held)| held.is_none().then_some(id));
                let new: Vec<_> = new.collect();
                state.undo.extend(new.iter().copied().map(Undo::Inserted));
                state.inserted_by_hand(&new)?;
            }
            // What those were before is not known: a rollback expires them.
            Some((Change::Upserts | Change::Updates, _)) | None => {}
        }
        Ok(ids.into_iter().map(|id| state.handle(id)).collect())
    }

    fn parents(tracked: &[Handle<M>]) -> Vec<ObjectId> {
        tracked
            .iter()
            .map(|&handle| Handle::raw(handle).object)
            .collect()
    }

    fn covers(model: &ModelDescriptor) -> bool {
        *model == *M::descriptor()
    }

    fn as_rows(rows: &mut Vec<M>) -> Option<&mut dyn Rows> {
        Some(rows)
    }
}

impl<M: Model> Track for Optional<Entity<M>> {
    type Tracked = Option<Handle<M>>;

    fn track(rows: Vec<Option<M>>, tracker: &mut Tracker<'_>) -> Result<Vec<Self::Tracked>> {
        let found: Vec<bool> = rows.iter().map(Option::is_some).collect();
        let objects = rows.into_iter().flatten().collect();
        let mut handles = Entity::<M>::track(objects, tracker)?.into_iter();
        let tracked = found.into_iter();
        Ok(tracked
            .map(|found| if found { handles.next() } else { None })
            .collect())
    }

    fn covers(model: &ModelDescriptor) -> bool {
        Entity::<M>::covers(model)
    }
}

impl<T: FromRow> Track for ByName<T> {
    type Tracked = T;

    fn track(rows: Vec<T>, _: &mut Tracker<'_>) -> Result<Vec<T>> {
        Ok(rows)
    }
}

impl<T> Track for Scalar<T>
where
    Scalar<T>: Shape<Owned = T>,
    T: Send + 'static,
{
    type Tracked = T;

    fn track(rows: Vec<T>, _: &mut Tracker<'_>) -> Result<Vec<T>> {
        Ok(rows)
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Track),+> Track for ($($name,)+) {
            type Tracked = ($($name::Tracked,)+);

            fn track(rows: Vec<Self::Owned>, tracker: &mut Tracker<'_>) -> Result<Vec<Self::Tracked>> {
                // Column by column, so that entities are taken in together.
                let mut columns = ($(Vec::<$name::Owned>::with_capacity(rows.len()),)+);
                for row in rows {
                    $(columns.$index.push(row.$index);)+
                }
                let mut columns = ($($name::track(columns.$index, tracker)?.into_iter(),)+);
                let mut tracked = Vec::new();
                while let ($(Some($name),)+) = ($(columns.$index.next(),)+) {
                    tracked.push(($($name,)+));
                }
                Ok(tracked)
            }

            fn covers(model: &ModelDescriptor) -> bool {
                $($name::covers(model))||+
            }
        }
    };
}

#[allow(non_snake_case, reason = "the type parameters name the variables too")]
mod tuples {
    use super::*;
    crate::mapping::tuples!(tuple);
}
