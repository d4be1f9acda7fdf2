//! Windows, as users write them: `window().partition_by(..).order_by(..).rows_between(preceding(2), current_row())`.

use super::{
    Expr, Expression, Frame, FrameBound, FrameExclude, FrameUnit, IntoExprs, IntoOrder, Literal,
    Name, Window,
};

/// A window of all rows; it is narrowed by what the rows have in common, their order, and a frame.
///
/// ```
/// use orm_core::sql::{Bound, func, window};
///
/// let year = func::value(2010);
/// let last_three = window()
///     .order_by(year.clone())
///     .rows_between(Bound::preceding(2), Bound::current_row());
/// let moving_average = func::avg(year).over(last_three);
/// # let _ = moving_average;
/// ```
pub fn window() -> Window {
    Window::default()
}

/// What `over` takes: a window, with or without a frame.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a window",
    label = "expected `window()`",
    note = "write `.over(window().partition_by(..).order_by(..))`, or `.over_named(\"w\")` for a window of the query"
)]
pub trait IntoWindow {
    /// The window.
    fn into_window(self) -> Window;
}

impl IntoWindow for Window {
    fn into_window(self) -> Window {
        self
    }
}

impl Window {
    /// Begins with a window that the query has a name for.
    #[must_use]
    pub fn extends(mut self, base: impl Into<Name>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// Only rows with the same values of these.
    #[must_use]
    pub fn partition_by(mut self, columns: impl IntoExprs) -> Self {
        columns.push_exprs(&mut self.partition_by);
        self
    }

    /// In this order.
    #[must_use]
    pub fn order_by(mut self, order: impl IntoOrder) -> Self {
        order.push_order(&mut self.order_by);
        self
    }

    /// Only the rows between these, counted from the row at hand.
    pub fn rows_between(self, start: impl FrameStart, end: impl FrameEnd) -> FramedWindow {
        self.framed(FrameUnit::Rows, start, end)
    }

    /// Only the rows whose value of the order is between these, as distances from the value of the row at hand.
    pub fn range_between(self, start: impl FrameStart, end: impl FrameEnd) -> FramedWindow {
        self.framed(FrameUnit::Range, start, end)
    }

    /// Only the groups of rows between these, counted from the row at hand; rows that are equal in order are one group.
    pub fn groups_between(self, start: impl FrameStart, end: impl FrameEnd) -> FramedWindow {
        self.framed(FrameUnit::Groups, start, end)
    }

    fn framed(
        mut self,
        unit: FrameUnit,
        start: impl FrameStart,
        end: impl FrameEnd,
    ) -> FramedWindow {
        self.frame = Some(Frame {
            unit,
            start: start.into_start(),
            end: Some(end.into_end()),
            exclude: None,
        });
        FramedWindow(self)
    }
}

/// A window with a frame.
#[derive(Debug, Clone)]
pub struct FramedWindow(Window);

impl FramedWindow {
    /// Leaves rows out of the frame.
    #[must_use]
    pub fn exclude(mut self, exclude: FrameExclude) -> Self {
        if let Some(frame) = &mut self.0.frame {
            frame.exclude = Some(exclude);
        }
        self
    }
}

impl IntoWindow for FramedWindow {
    fn into_window(self) -> Window {
        self.0
    }
}

impl From<FramedWindow> for Window {
    fn from(window: FramedWindow) -> Self {
        window.0
    }
}

/// The bounds of a frame.
#[derive(Debug, Clone, Copy)]
pub struct Bound;

impl Bound {
    /// The beginning of the window.
    pub fn unbounded_preceding() -> UnboundedPreceding {
        UnboundedPreceding
    }

    /// So many rows or groups before the row at hand; with `range_between`, so far before its value.
    pub fn preceding(distance: u32) -> Inner {
        Inner(FrameBound::Preceding(Box::new(literal(distance))))
    }

    /// As far before the value of the row at hand as this expression says: for `range_between` over what is not a number.
    pub fn preceding_by(distance: impl Expression) -> Inner {
        Inner(FrameBound::Preceding(Box::new(distance.into_expr())))
    }

    /// The row at hand.
    pub fn current_row() -> Inner {
        Inner(FrameBound::CurrentRow)
    }

    /// So many rows or groups after the row at hand; with `range_between`, so far after its value.
    pub fn following(distance: u32) -> Inner {
        Inner(FrameBound::Following(Box::new(literal(distance))))
    }

    /// As far after the value of the row at hand as this expression says: for `range_between` over what is not a number.
    pub fn following_by(distance: impl Expression) -> Inner {
        Inner(FrameBound::Following(Box::new(distance.into_expr())))
    }

    /// The end of the window.
    pub fn unbounded_following() -> UnboundedFollowing {
        UnboundedFollowing
    }
}

fn literal(distance: u32) -> Expr {
    Expr::Literal(Literal::Integer(distance.into()))
}

/// The beginning of a window, at which a frame can only begin.
#[derive(Debug, Clone, Copy)]
pub struct UnboundedPreceding;

/// The end of a window, at which a frame can only end.
#[derive(Debug, Clone, Copy)]
pub struct UnboundedFollowing;

/// A place in a window at which a frame can begin and end.
#[derive(Debug, Clone)]
pub struct Inner(FrameBound);

/// Where a frame begins.
#[diagnostic::on_unimplemented(
    message = "a frame cannot begin at `{Self}`",
    label = "expected `Bound::unbounded_preceding()`, `preceding(n)`, `current_row()` or `following(n)`"
)]
pub trait FrameStart {
    /// The bound.
    #[doc(hidden)]
    fn into_start(self) -> FrameBound;
}

/// Where a frame ends.
#[diagnostic::on_unimplemented(
    message = "a frame cannot end at `{Self}`",
    label = "expected `Bound::preceding(n)`, `current_row()`, `following(n)` or `unbounded_following()`"
)]
pub trait FrameEnd {
    /// The bound.
    #[doc(hidden)]
    fn into_end(self) -> FrameBound;
}

impl FrameStart for UnboundedPreceding {
    fn into_start(self) -> FrameBound {
        FrameBound::UnboundedPreceding
    }
}

impl FrameStart for Inner {
    fn into_start(self) -> FrameBound {
        self.0
    }
}

impl FrameEnd for Inner {
    fn into_end(self) -> FrameBound {
        self.0
    }
}

impl FrameEnd for UnboundedFollowing {
    fn into_end(self) -> FrameBound {
        FrameBound::UnboundedFollowing
    }
}
