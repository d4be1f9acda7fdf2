//! What `select` takes.

use super::query::{SourceColumn, SourceEntity, SourceParts, lead_items, model_items};
use super::shape::{Entity, Optional, Scalar, Shape};
use super::{Column, Model, ModelDescriptor};
use crate::sql::{Expression as _, Item, Label, Leads, Name, Typed};
use crate::types::ColumnType;

/// The columns of a query: a column, an expression, a whole model (`entity::<Book>()`), or a tuple of up to twelve of
/// those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected",
    label = "not a column, an expression or a tuple of those",
    note = "select `Book::title`, `func::count(Book::id)`, `entity::<Book>()`, or a tuple of up to twelve of those",
    note = "a window function needs its window first: `func::row_number().over(window().order_by(..))`"
)]
pub trait Selectable {
    /// What a row is read as.
    type Shape: Shape;

    /// Appends the columns, and what is known of where they come from.
    #[doc(hidden)]
    fn select_into(self, selection: &mut Selection);
}

/// The columns of a query in the making.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Selection {
    /// The models whose columns are the first, all of them.
    pub(super) leads: Leads,
    /// The columns after those.
    pub(super) items: Vec<Item>,
    /// The model whose objects are the first in the rows.
    pub(super) whole: Option<&'static ModelDescriptor>,
    /// How many columns there will be, as far as is known.
    pub(super) width: usize,
    /// The models of the columns, by the names under which they are read.
    pub(super) models: Models,
    /// What the first column is of.
    pub(super) source: Option<First>,
}

/// What the first column of a query is of.
#[derive(Debug)]
pub(super) enum First {
    /// The table of a model that is known already.
    Model(&'static ModelDescriptor),
    /// Anything else.
    Source(Box<SourceParts>),
}

/// A model that is known to be in a query.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) label: Name,
    pub(super) model: &'static ModelDescriptor,
}

/// The models that are known to be in a query; most have one.
#[derive(Debug, Clone, Default)]
pub(super) struct Models {
    first: Option<Known>,
    more: Vec<Known>,
}

impl Models {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Known> {
        self.first.iter().chain(&self.more)
    }

    /// Adds a model, unless something is known of its name already.
    pub(super) fn add(&mut self, label: &Name, model: &'static ModelDescriptor) {
        if self.iter().any(|known| known.label == *label) {
            return;
        }
        let known = Known {
            label: label.clone(),
            model,
        };
        match &self.first {
            None => self.first = Some(known),
            Some(_) => self.more.push(known),
        }
    }
}

impl Selection {
    fn read_model(&mut self, model: &'static ModelDescriptor) {
        self.source.get_or_insert(First::Model(model));
        self.models.add(&Name::Borrowed(model.table), model);
    }

    fn read(&mut self, source: SourceParts) {
        if let Some(model) = source.model {
            self.models.add(source.item.label(), model);
        }
        self.source
            .get_or_insert_with(|| First::Source(Box::new(source)));
    }

    pub(super) fn push(&mut self, item: Item) {
        if self.source.is_none() {
            let table = item.expr.tables().first().map(|&table| table.clone());
            self.source = table.map(|name| First::Source(Box::new(SourceParts::named(name))));
        }
        if self.items.capacity() == 0 {
            self.items.reserve_exact(self.width);
        }
        self.items.push(item);
    }
}

impl<M: Model, T: ColumnType> Selectable for Column<M, T> {
    type Shape = Scalar<T>;

    fn select_into(self, selection: &mut Selection) {
        selection.read_model(M::descriptor());
        selection.push(self.into_expr().into());
    }
}

impl<T: ColumnType> Selectable for Typed<T> {
    type Shape = Scalar<T>;

    fn select_into(self, selection: &mut Selection) {
        selection.push(self.into_expr().into());
    }
}

impl<T: ColumnType> Selectable for Label<T> {
    type Shape = Scalar<T>;

    fn select_into(self, selection: &mut Selection) {
        selection.push(self.item);
    }
}

impl<T: ColumnType> Selectable for SourceColumn<T> {
    type Shape = Scalar<T>;

    fn select_into(self, selection: &mut Selection) {
        selection.read(self.source());
        selection.push(self.into_expr().into());
    }
}

impl<M: Model> Selectable for Entity<M> {
    type Shape = Self;

    fn select_into(self, selection: &mut Selection) {
        let descriptor = M::descriptor();
        selection.read_model(descriptor);
        if selection.items.is_empty() && selection.leads.is_empty() {
            selection.whole = Some(descriptor);
        }
        if selection.items.is_empty() && descriptor.is_lead() {
            selection.leads.push(descriptor);
        } else {
            selection.items.extend(model_items(descriptor));
        }
    }
}

impl<M: Model> Selectable for SourceEntity<M> {
    type Shape = Entity<M>;

    fn select_into(self, selection: &mut Selection) {
        let (source, items) = self.into_parts();
        selection.read(source);
        selection.items.extend(items);
    }
}

impl<M: Model, E: Selectable<Shape = Entity<M>>> Selectable for Optional<E> {
    type Shape = Optional<Entity<M>>;

    fn select_into(self, selection: &mut Selection) {
        self.0.select_into(selection);
    }
}

/// The columns alone, where they come from being said elsewhere.
pub(super) fn items(columns: impl Selectable) -> Vec<Item> {
    let mut selection = Selection::default();
    columns.select_into(&mut selection);
    let leads = selection.leads.iter().flat_map(|lead| lead_items(*lead));
    leads.chain(selection.items).collect()
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Selectable),+> Selectable for ($($name,)+) {
            type Shape = ($($name::Shape,)+);

            fn select_into(self, selection: &mut Selection) {
                $(self.$index.select_into(selection);)+
            }
        }
    };
}
super::tuples::tuples!(tuple);
