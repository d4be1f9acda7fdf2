//! Windows of window functions.

use super::{Expr, Name, OrderBy};

/// What a window function looks at.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum Over {
    /// A window of the query, by its name.
    Named(Name),
    /// A window of its own.
    Window(Window),
}

/// The rows around each row.
#[derive(Debug, Clone, PartialEq, Default, Hash)]
pub struct Window {
    /// A window of the query that this one extends.
    pub base: Option<Name>,
    /// What the rows of a window have in common.
    pub partition_by: Vec<Expr>,
    /// Their order.
    pub order_by: Vec<OrderBy>,
    /// Which of them count for the row at hand.
    pub frame: Option<Frame>,
}

/// Which rows of the window count.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Frame {
    /// What the bounds count.
    pub unit: FrameUnit,
    /// Where it begins.
    pub start: FrameBound,
    /// Where it ends; at the current row when not said.
    pub end: Option<FrameBound>,
    /// What is left out.
    pub exclude: Option<FrameExclude>,
}

/// What the bounds of a frame count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// Distance in the value that is ordered by.
    Range,
    /// Groups of rows that are equal in order.
    Groups,
}

/// A bound of a frame.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum FrameBound {
    /// The beginning of the window.
    UnboundedPreceding,
    /// This far before the current row.
    Preceding(Box<Expr>),
    /// The current row.
    CurrentRow,
    /// This far after the current row.
    Following(Box<Expr>),
    /// The end of the window.
    UnboundedFollowing,
}

/// What a frame leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameExclude {
    /// The current row.
    CurrentRow,
    /// The current row and those equal to it in order.
    Group,
    /// Those equal to the current row in order, but not itself.
    Ties,
}
