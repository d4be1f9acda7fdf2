//! Filter, order and limit of one step of a load, and the deferred columns that come with it.

use std::sync::Arc;

use super::super::{AttributeList, Attributes, Model, Relation};
use super::{Criteria, Load};
use crate::sql::{Condition, IntoOrder, Refusal};

macro_rules! begun_by {
    ($($(#[$doc:meta])* $name:ident($argument:ident: $type:ty);)*) => {
        impl<P: Model, C, K> Relation<P, C, K> {
            $($(#[$doc])*
            pub fn $name(self, $argument: $type) -> Load<P, C> {
                Load::new(self).$name($argument)
            })*
        }
    };
}

begun_by! {
    /// Loads the rows that meet a condition on the target's columns; see [`Load::filter`].
    filter(condition: impl Condition);
    /// Loads its rows in this order.
    order_by(order: impl IntoOrder);
    /// Loads at most this many rows for each parent.
    limit(limit: u64);
    /// Loads its rows without this many at the beginning for each parent.
    offset(offset: u64);
}

impl<P: Model, C: Model, K> Relation<P, C, K> {
    /// Loads deferred columns of its objects too; see [`Load::undefer`].
    pub fn undefer(self, columns: impl Attributes<C>) -> Load<P, C> {
        Load::new(self).undefer(columns)
    }
}

impl<P, C: Model> Load<P, C> {
    /// Loads deferred columns of its objects too: `.with(Author::books.undefer(Book::text))`, or several as a tuple.
    #[must_use]
    pub fn undefer(mut self, columns: impl Attributes<C>) -> Self {
        let mut list = AttributeList::default();
        columns.list(&mut list);
        let model = C::descriptor();
        match list.no_deferred(model, "undefer") {
            Some(message) => self.refuse(Refusal::query(message)),
            None => self.option.undeferred.extend(list.columns),
        }
        self
    }
}

impl<P, C> Load<P, C> {
    fn criteria(&mut self) -> &mut Criteria {
        Arc::make_mut(self.option.criteria.get_or_insert_default())
    }

    /// Loads only the rows that meet a condition on the target's columns.
    ///
    /// In a session the relationship then shows what was found. It does not count as the whole: a flush, a cascade or
    /// [`replace`](crate::session::ToMany::replace) loads the rest first, so that nothing is lost.
    #[must_use]
    pub fn filter(mut self, condition: impl Condition) -> Self {
        let condition = condition.into_condition();
        let criteria = self.criteria();
        criteria.filter = Some(match criteria.filter.take() {
            Some(others) => others.and(condition),
            None => condition,
        });
        self
    }

    /// Loads the rows in this order, instead of the relationship's own.
    #[must_use]
    pub fn order_by(mut self, order: impl IntoOrder) -> Self {
        order.push_order(&mut self.criteria().order_by);
        self
    }

    /// Loads at most this many rows for each parent: the first, in the order.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.criteria().limit = Some(limit);
        self
    }

    /// Loads the rows without this many at the beginning, for each parent.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.criteria().offset = Some(offset);
        self
    }
}
