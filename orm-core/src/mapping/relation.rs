//! Relationships as static data, and the door to the field that holds one.

use std::any::Any;

use super::related::{BelongsTo, HasMany, HasOne};
use super::{
    AnyModel, Cascade, Handle, LinkCell, Model, ModelDescriptor, Order, RawHandle, Rows, Secondary,
    Strategy,
};
use crate::error::Result;
use crate::sql::{Expr, Name};
use crate::types::Value;

/// A relationship of a model.
pub struct RelationDescriptor {
    /// The model that has the field.
    pub model: fn() -> &'static ModelDescriptor,
    /// The field's name.
    pub name: &'static str,
    /// Which side of the foreign key this is.
    pub kind: RelationKind,
    /// The related model.
    pub target: fn() -> &'static ModelDescriptor,
    /// The foreign key's columns, on whichever side has them; empty when they follow from the references.
    pub foreign_key: &'static [&'static str],
    /// The relationship of the target that is this one seen from the other side.
    pub back_populates: Option<&'static str>,
    /// What operations on the parent do to the related objects.
    pub cascade: Cascade,
    /// The order in which the related objects are loaded.
    pub order_by: &'static [Order],
    /// What few relationships say.
    pub options: RelationOptions,
    /// The door to the field.
    pub field: &'static dyn RelationField,
    /// Where the resolved link is kept.
    pub link: LinkCell,
}

/// What few relationships say; the derive writes what differs.
#[derive(Debug, Clone, Copy)]
pub struct RelationOptions {
    /// The table between the two models, where the relationship is many-to-many.
    pub secondary: Option<Secondary>,
    /// What a deletion leaves to the database.
    pub passive_deletes: PassiveDeletes,
    /// Whether the relationship is only read: what is put into it changes nothing.
    pub view_only: bool,
    /// How it is loaded where no option says otherwise.
    pub lazy: Strategy,
    /// Whether an object may be in this relationship of one object only.
    pub single_parent: bool,
    /// Whether the database changes the foreign keys of the related rows when this object's key changes.
    pub passive_updates: bool,
    /// The condition that its objects meet, on the target's columns: it holds for all that is read.
    pub filter: Option<fn() -> Expr>,
}

impl RelationOptions {
    /// What a relationship has when nothing is said.
    pub const DEFAULT: Self = Self {
        secondary: None,
        passive_deletes: PassiveDeletes::No,
        view_only: false,
        lazy: Strategy::Lazy,
        single_parent: false,
        passive_updates: true,
        filter: None,
    };
}

/// Which related objects the deletion of their parent leaves to the database (`ON DELETE ..`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassiveDeletes {
    /// None: they are loaded, and deleted or left without a parent.
    No,
    /// Those that are not loaded.
    Unloaded,
    /// All.
    All,
}

/// Which side of the foreign key a relationship is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// The target, or the table between the two, has the foreign key; many rows may hold this one's key.
    HasMany,
    /// The target has the foreign key; at most one of its rows holds this one's key.
    HasOne,
    /// This model has the foreign key.
    BelongsTo,
}

impl RelationDescriptor {
    /// The condition that its objects meet, where it has one.
    pub(crate) fn filter(&self) -> Option<Expr> {
        self.options.filter.map(|filter| filter())
    }

    /// A condition for its objects, together with its own.
    pub(crate) fn filtered(&self, condition: Expr) -> Expr {
        match self.filter() {
            Some(filter) => condition.and(filter),
            None => condition,
        }
    }

    /// Whether the object's foreign key names a row, which was not found; then it says whether the key always does.
    pub(crate) fn left_out(&'static self, object: &dyn AnyModel) -> Result<Option<bool>> {
        let (link, columns) = (self.link()?, object.descriptor().columns);
        let mut key = link.local.iter();
        let names = key.all(|&column| object.value(column) != Value::Null);
        let required = link.local.iter().all(|&column| !columns[column].nullable);
        Ok(names.then_some(required))
    }

    /// As [`Self::filtered`], where the target has another name.
    pub(crate) fn filtered_as(&self, condition: Expr, label: &Name) -> Expr {
        match self.filter() {
            Some(filter) => condition.and(filter.renamed((self.target)().table, label)),
            None => condition,
        }
    }
}

impl std::fmt::Debug for RelationDescriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", (self.model)().name, self.name)
    }
}

/// What a program has put into a relationship's field since the session last looked.
#[derive(Default)]
pub enum Assigned {
    /// Nothing.
    #[default]
    Nothing,
    /// Objects of the session; an empty list empties the relationship.
    Handles(Vec<RawHandle>),
    /// New objects, to be added.
    Owned(Box<dyn Rows>),
    /// Some of the objects, as they were loaded: there may be more.
    Part(Box<dyn Rows>),
}

impl std::fmt::Debug for Assigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Handles(handles) => f.debug_tuple("Handles").field(handles).finish(),
            Self::Owned(rows) | Self::Part(rows) => {
                write!(f, "Owned({} {})", rows.count(), rows.descriptor().name)
            }
        }
    }
}

/// The door to a relationship's field in a struct whose type is only known by its descriptor.
pub trait RelationField: Send + Sync {
    /// Takes what the program assigned to the field of `object`, and leaves the field unloaded.
    fn take(&self, object: &mut dyn Any) -> Assigned;

    /// Gives each of `parents` its share of `children` as plain values: the child at `i` goes to the parent at
    /// `parent_of[i]`; parents without children become loaded and empty. False if the types are not the field's.
    fn attach(&self, parents: &mut dyn Rows, children: Box<dyn Rows>, parent_of: &[usize]) -> bool;

    /// Says that there may be more than what the field of `object` holds.
    fn mark_part(&self, object: &mut dyn Any);

    /// Says of a field to one that holds none that there is an object, which is not to be seen; `required` where the
    /// relationship always has one, so that none would be wrong.
    fn mark_hidden(
        &self,
        object: &mut dyn Any,
        relation: &'static RelationDescriptor,
        required: bool,
    );
}

/// The field of a [`HasMany`].
#[derive(Debug)]
pub struct ManyField<P, C>(pub fn(&mut P) -> &mut HasMany<C>);

/// The field of a [`HasOne`].
#[derive(Debug)]
pub struct OneField<P, C>(pub fn(&mut P) -> &mut HasOne<C>);

/// The field of a [`BelongsTo`].
#[derive(Debug)]
pub struct OwnerField<P, C>(pub fn(&mut P) -> &mut BelongsTo<C>);

fn raw<T>(handles: impl IntoIterator<Item = Handle<T>>) -> Assigned {
    Assigned::Handles(handles.into_iter().map(Handle::raw).collect())
}

impl<P: Model, C: Model> RelationField for ManyField<P, C> {
    fn take(&self, object: &mut dyn Any) -> Assigned {
        let Some(parent) = object.downcast_mut::<P>() else {
            return Assigned::Nothing;
        };
        let field = (self.0)(parent);
        let part = field.is_part();
        match field.take_state() {
            super::related::State::Unloaded => Assigned::Nothing,
            super::related::State::Owned(children) if part => Assigned::Part(Box::new(children)),
            super::related::State::Owned(children) => Assigned::Owned(Box::new(children)),
            super::related::State::Handles(handles) => raw(handles),
        }
    }

    fn attach(&self, parents: &mut dyn Rows, children: Box<dyn Rows>, parent_of: &[usize]) -> bool {
        let (Some(parents), Ok(children)) = (
            parents.as_any_mut().downcast_mut::<Vec<P>>(),
            children.into_any().downcast::<Vec<C>>(),
        ) else {
            return false;
        };
        let mut sizes = vec![0_usize; parents.len()];
        for &parent in parent_of {
            sizes[parent] += 1;
        }
        let mut shares: Vec<Vec<C>> = sizes.into_iter().map(Vec::with_capacity).collect();
        for (child, &parent) in children.into_iter().zip(parent_of) {
            shares[parent].push(child);
        }
        for (parent, share) in parents.iter_mut().zip(shares) {
            *(self.0)(parent) = HasMany::from(share);
        }
        true
    }

    fn mark_part(&self, object: &mut dyn Any) {
        if let Some(parent) = object.downcast_mut::<P>() {
            (self.0)(parent).mark_part();
        }
    }

    /// Of many objects those that are left out are no part of the relationship.
    fn mark_hidden(&self, _: &mut dyn Any, _: &'static RelationDescriptor, _: bool) {}
}

macro_rules! to_one_field {
    ($field:ident, $related:ident) => {
        impl<P: Model, C: Model> RelationField for $field<P, C> {
            fn take(&self, object: &mut dyn Any) -> Assigned {
                let Some(parent) = object.downcast_mut::<P>() else {
                    return Assigned::Nothing;
                };
                let field = (self.0)(parent);
                let part = field.is_part();
                match field.take_state() {
                    super::related::State::Unloaded => Assigned::Nothing,
                    super::related::State::Owned(None) if part => Assigned::Nothing,
                    super::related::State::Owned(None) => Assigned::Handles(Vec::new()),
                    super::related::State::Owned(Some(child)) => {
                        Assigned::Owned(Box::new(vec![*child]))
                    }
                    super::related::State::Handles(handle) => raw([handle]),
                }
            }

            fn attach(
                &self,
                parents: &mut dyn Rows,
                children: Box<dyn Rows>,
                parent_of: &[usize],
            ) -> bool {
                let (Some(parents), Ok(children)) = (
                    parents.as_any_mut().downcast_mut::<Vec<P>>(),
                    children.into_any().downcast::<Vec<C>>(),
                ) else {
                    return false;
                };
                for parent in parents.iter_mut() {
                    *(self.0)(parent) = $related::none();
                }
                for (child, &parent) in children.into_iter().zip(parent_of) {
                    *(self.0)(&mut parents[parent]) = $related::from(child);
                }
                true
            }

            fn mark_part(&self, object: &mut dyn Any) {
                if let Some(parent) = object.downcast_mut::<P>() {
                    (self.0)(parent).mark_part();
                }
            }

            fn mark_hidden(
                &self,
                object: &mut dyn Any,
                relation: &'static RelationDescriptor,
                required: bool,
            ) {
                if let Some(parent) = object.downcast_mut::<P>() {
                    (self.0)(parent).mark_hidden(relation, required);
                }
            }
        }
    };
}

to_one_field!(OneField, HasOne);
to_one_field!(OwnerField, BelongsTo);
