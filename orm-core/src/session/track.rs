//! From rows to objects held: what a query's results become in a session.

use crate::error::Result;
use crate::mapping::{
    ByName, Change, Entity, FromRow, Handle, Model, ModelDescriptor, ModelKey as _, NamedEntity,
    ObjectId, Optional, Rows, Scalar, Shape,
};
use crate::state::State;

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

    /// The objects of each row, one after another in the order of [`Shape::entities`]; a row without one has `None`.
    #[doc(hidden)]
    fn objects(_tracked: &Self::Tracked, _found: &mut Vec<Option<ObjectId>>) {}

    /// Whether a row holds an object of the model.
    #[doc(hidden)]
    fn covers(_model: &ModelDescriptor) -> bool {
        false
    }

    /// The rows as objects of one model, if that is what they are.
    /// The plain objects of the rows, a list for each of [`Shape::entities`], and what puts the rows together again.
    #[doc(hidden)]
    fn part(rows: Vec<Self::Owned>) -> (Vec<Part>, Together<Self::Owned>) {
        (Vec::new(), Box::new(|_| rows))
    }
}

/// The objects of one entity of the rows.
#[doc(hidden)]
pub struct Part {
    pub(super) rows: Box<dyn Rows>,
    /// Which rows have one, where some may not.
    pub(super) present: Option<Vec<bool>>,
}

impl Part {
    fn of<M: Model>(rows: Vec<M>, present: Option<Vec<bool>>) -> Self {
        Self {
            rows: Box::new(rows),
            present,
        }
    }
}

/// Puts rows together from their objects.
#[doc(hidden)]
pub type Together<T> = Box<dyn FnOnce(&mut dyn Iterator<Item = Box<dyn Rows>>) -> Vec<T> + Send>;

/// The objects of a list that is known to be of this model.
fn typed<M: Model>(rows: Option<Box<dyn Rows>>) -> Vec<M> {
    let rows = rows.and_then(|rows| rows.into_any().downcast::<Vec<M>>().ok());
    rows.map_or(Vec::new(), |rows| *rows)
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
                new.iter().for_each(|&id| state.note_inserted(id));
                state.inserted_by_hand(&new)?;
            }
            // What those were before is not known: a rollback expires them.
            Some((Change::Upserts | Change::Updates, _)) | None => {}
        }
        Ok(ids.into_iter().map(|id| state.handle(id)).collect())
    }

    fn objects(tracked: &Handle<M>, found: &mut Vec<Option<ObjectId>>) {
        found.push(Some(Handle::raw(*tracked).object));
    }

    fn covers(model: &ModelDescriptor) -> bool {
        *model == *M::descriptor()
    }

    fn part(rows: Vec<M>) -> (Vec<Part>, Together<M>) {
        (
            vec![Part::of(rows, None)],
            Box::new(|parts| typed(parts.next())),
        )
    }
}

impl<M: Model> Track for NamedEntity<M> {
    type Tracked = Handle<M>;

    fn track(rows: Vec<M>, tracker: &mut Tracker<'_>) -> Result<Vec<Handle<M>>> {
        Entity::<M>::track(rows, tracker)
    }

    fn objects(tracked: &Handle<M>, found: &mut Vec<Option<ObjectId>>) {
        Entity::<M>::objects(tracked, found);
    }

    fn covers(model: &ModelDescriptor) -> bool {
        Entity::<M>::covers(model)
    }

    fn part(rows: Vec<M>) -> (Vec<Part>, Together<M>) {
        Entity::<M>::part(rows)
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

    fn objects(tracked: &Self::Tracked, found: &mut Vec<Option<ObjectId>>) {
        found.push(tracked.map(|handle| Handle::raw(handle).object));
    }

    fn part(rows: Vec<Option<M>>) -> (Vec<Part>, Together<Option<M>>) {
        let there: Vec<bool> = rows.iter().map(Option::is_some).collect();
        let present = there.clone();
        let objects: Vec<M> = rows.into_iter().flatten().collect();
        let together: Together<Option<M>> = Box::new(|parts| {
            let mut objects = typed::<M>(parts.next()).into_iter();
            let there = there.into_iter();
            there
                .map(|there| if there { objects.next() } else { None })
                .collect()
        });
        (vec![Part::of(objects, Some(present))], together)
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

            fn objects(tracked: &Self::Tracked, found: &mut Vec<Option<ObjectId>>) {
                $($name::objects(&tracked.$index, found);)+
            }

            fn part(rows: Vec<Self::Owned>) -> (Vec<Part>, Together<Self::Owned>) {
                let mut columns = ($(Vec::<$name::Owned>::with_capacity(rows.len()),)+);
                for row in rows {
                    $(columns.$index.push(row.$index);)+
                }
                let columns = ($($name::part(columns.$index),)+);
                let mut all = Vec::new();
                $(all.extend(columns.$index.0);)+
                let put = ($(columns.$index.1,)+);
                let together: Together<Self::Owned> = Box::new(move |parts| {
                    let mut columns = ($(put.$index(parts).into_iter(),)+);
                    let mut rows = Vec::new();
                    while let ($(Some($name),)+) = ($(columns.$index.next(),)+) {
                        rows.push(($($name,)+));
                    }
                    rows
                });
                (all, together)
            }
        }
    };
}

#[allow(non_snake_case, reason = "the type parameters name the variables too")]
mod tuples {
    use super::*;
    crate::mapping::tuples!(tuple);
}
