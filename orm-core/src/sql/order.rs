//! ORDER BY.

use super::{Expr, Expression};

/// One term of an order.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct OrderBy {
    /// What is ordered by.
    pub expr: Expr,
    /// Whether the order is descending.
    pub descending: bool,
    /// Where NULLs go; the database's own way when it is not said.
    pub nulls: Option<Nulls>,
}

/// Where NULLs go in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}

impl OrderBy {
    /// Ascending by an expression.
    pub fn ascending(expr: Expr) -> Self {
        Self {
            expr,
            descending: false,
            nulls: None,
        }
    }

    /// Descending by an expression.
    pub fn descending(expr: Expr) -> Self {
        Self {
            expr,
            descending: true,
            nulls: None,
        }
    }
}

impl OrderBy {
    /// NULLs before every value.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Some(Nulls::First);
        self
    }

    /// NULLs after every value.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Some(Nulls::Last);
        self
    }
}

/// What `order_by` takes: a column or expression (ascending), `.asc()` or `.desc()` of one, or a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an order",
    label = "not an order",
    note = "order by a column, an expression, `.asc()` or `.desc()` of one, or a tuple of those"
)]
pub trait IntoOrder {
    /// Appends the terms.
    fn push_order(self, out: &mut Vec<OrderBy>);
}

impl IntoOrder for OrderBy {
    fn push_order(self, out: &mut Vec<OrderBy>) {
        out.push(self);
    }
}

impl<E: Expression> IntoOrder for E {
    fn push_order(self, out: &mut Vec<OrderBy>) {
        out.push(OrderBy::ascending(self.into_expr()));
    }
}

/// What `group_by` takes: a column or expression, or a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an expression or a tuple of expressions",
    label = "not an expression",
    note = "group by a column, an expression, or a tuple of those"
)]
pub trait IntoExprs {
    /// Appends the expressions.
    fn push_exprs(self, out: &mut Vec<Expr>);
}

impl<E: Expression> IntoExprs for E {
    fn push_exprs(self, out: &mut Vec<Expr>) {
        out.push(self.into_expr());
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: IntoOrder),+> IntoOrder for ($($name,)+) {
            fn push_order(self, out: &mut Vec<OrderBy>) {
                $(self.$index.push_order(out);)+
            }
        }

        impl<$($name: IntoExprs),+> IntoExprs for ($($name,)+) {
            fn push_exprs(self, out: &mut Vec<Expr>) {
                $(self.$index.push_exprs(out);)+
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
