//! Aggregate functions and what they can be given: DISTINCT, FILTER, an order, a window.

use std::fmt;
use std::marker::PhantomData;

use super::{
    Agrees, Condition, Expr, Expression, Function, IntoOrder, IntoWindow, Name, Operand, OrderBy,
    Over, Truth, Typed, arithmetic_operators,
};
use crate::types::ColumnType;

/// An aggregate function over the rows of a group, whose value reads as `T`.
///
/// ```
/// use orm_core::sql::{Expression, func, window};
///
/// let year = func::value(2010);
/// let different = func::count(year.clone()).distinct();
/// let late = func::count_all().filter(year.clone().gt(2000));
/// let running = func::sum(year.clone()).over(window().order_by(year));
/// # let _ = (different, late, running);
/// ```
pub struct Aggregate<T> {
    function: Function,
    marker: PhantomData<fn() -> T>,
}

impl<T> Aggregate<T> {
    /// A function call that is known to be an aggregate of type `T`. That it is so is the caller's word.
    pub fn new(function: Function) -> Self {
        Self {
            function,
            marker: PhantomData,
        }
    }

    /// Takes each different value once.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.function.distinct = true;
        self
    }

    /// Takes only the rows for which this holds; all conditions must.
    #[must_use]
    pub fn filter(mut self, condition: impl Condition) -> Self {
        let condition = condition.into_condition();
        let all = match self.function.filter.take() {
            None => condition,
            Some(filter) => filter.and(condition),
        };
        self.function.filter = (all.as_constant() != Some(true)).then_some(all);
        self
    }

    /// Takes the values in this order, which matters to those that make a list of them.
    #[must_use]
    pub fn order_by(mut self, order: impl IntoOrder) -> Self {
        order.push_order(&mut self.function.order_by);
        self
    }

    /// Takes the rows of a window, and leaves the query's rows as they are.
    pub fn over(self, window: impl IntoWindow) -> Typed<T> {
        over(self.function, Over::Window(window.into_window()))
    }

    /// Takes the rows of a window that the query has a name for.
    pub fn over_named(self, window: impl Into<Name>) -> Typed<T> {
        over(self.function, Over::Named(window.into()))
    }
}

fn over<T>(mut function: Function, window: Over) -> Typed<T> {
    function.over = Some(window);
    Typed::new(Expr::Function(Box::new(function)))
}

impl<T> Clone for Aggregate<T> {
    fn clone(&self) -> Self {
        Self::new(self.function.clone())
    }
}

impl<T> fmt::Debug for Aggregate<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.function.fmt(f)
    }
}

impl<T: ColumnType> Expression for Aggregate<T> {
    type Type = T;

    fn into_expr(self) -> Expr {
        Typed::<T>::new(Expr::Function(Box::new(self.function))).into_expr()
    }
}

impl<T: Agrees<B>, B: ColumnType> Operand<B> for Aggregate<T> {
    type Type = T;

    fn into_operand(self) -> Expr {
        self.into_expr()
    }
}

impl<T: Truth> Condition for Aggregate<T> {
    fn into_condition(self) -> Expr {
        self.into_expr()
    }
}

arithmetic_operators!(Aggregate<T>, [T], T);

/// A function that only a window gives a meaning: `row_number`, `lag`; [`over`](Self::over) makes an expression of it.
pub struct WindowFunction<T> {
    function: Function,
    marker: PhantomData<fn() -> T>,
}

impl<T> WindowFunction<T> {
    /// A function call that is known to need a window and to be of type `T`. That it is so is the caller's word.
    pub fn new(function: Function) -> Self {
        Self {
            function,
            marker: PhantomData,
        }
    }

    /// Over the rows of a window.
    pub fn over(self, window: impl IntoWindow) -> Typed<T> {
        over(self.function, Over::Window(window.into_window()))
    }

    /// Over the rows of a window that the query has a name for.
    pub fn over_named(self, window: impl Into<Name>) -> Typed<T> {
        over(self.function, Over::Named(window.into()))
    }
}

impl<T> Clone for WindowFunction<T> {
    fn clone(&self) -> Self {
        Self::new(self.function.clone())
    }
}

impl<T> fmt::Debug for WindowFunction<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.function.fmt(f)
    }
}

/// An aggregate that needs its rows in an order; [`within_group`](Self::within_group) makes an expression of it.
///
/// `R` says how the type of the result follows from what is ordered by.
pub struct OrderedSet<R> {
    function: Function,
    marker: PhantomData<fn() -> R>,
}

/// The result of an ordered-set aggregate has a type of its own.
#[derive(Debug, Clone, Copy)]
pub struct Fixed<T>(PhantomData<fn() -> T>);

/// The result of an ordered-set aggregate is one of the values that are ordered by.
#[derive(Debug, Clone, Copy)]
pub struct OneOf;

/// How the type of an ordered-set aggregate follows from what is ordered by.
pub trait OrderedResult<B> {
    /// The type.
    type Type: ColumnType;
}

impl<T: ColumnType, B> OrderedResult<B> for Fixed<T> {
    type Type = T;
}

impl<B: ColumnType> OrderedResult<B> for OneOf {
    type Type = Option<B>;
}

type BaseOf<E> = <<E as Expression>::Type as ColumnType>::Base;

impl<R> OrderedSet<R> {
    pub(super) fn new(function: Function) -> Self {
        Self {
            function,
            marker: PhantomData,
        }
    }

    /// Over the values of this in ascending order.
    pub fn within_group<E: Expression>(self, order: E) -> Aggregate<R::Type>
    where
        R: OrderedResult<BaseOf<E>>,
    {
        self.ordered(OrderBy::ascending(order.into_expr()))
    }

    /// Over the values of this in descending order.
    pub fn within_group_desc<E: Expression>(self, order: E) -> Aggregate<R::Type>
    where
        R: OrderedResult<BaseOf<E>>,
    {
        self.ordered(OrderBy::descending(order.into_expr()))
    }

    fn ordered<T>(mut self, order: OrderBy) -> Aggregate<T> {
        self.function.within_group = vec![order];
        Aggregate::new(self.function)
    }
}

impl<R> fmt::Debug for OrderedSet<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.function.fmt(f)
    }
}
