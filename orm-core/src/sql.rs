//! The SQL language as data: expressions and statements by names only. Pure; knows no tables, models or connections.
//!
//! Two layers share one tree. The untyped one ([`Expr`], [`Select`], [`Insert`], ...) is what planners build and dialects
//! compile; the typed one ([`Typed`], [`Expression`], [`func`]) checks operands at compile time and makes the same nodes.

mod arithmetic;
mod condition;
mod delete;
mod expr;
mod expression;
mod from;
pub mod func;
mod ident;
mod insert;
mod operand;
mod operator;
mod order;
mod select;
mod statement;
mod text;
mod typed;
mod update;
mod visit;

pub(crate) use arithmetic::arithmetic_operators;
pub use arithmetic::{Arithmetic, Average, Sum};
pub use condition::{Condition, Truth};
pub use delete::Delete;
pub use expr::{CaseArm, Expr, Function};
pub use expression::{Expression, Textual};
pub use from::{FromItem, Join, JoinKind};
pub use ident::{ColumnRef, Name, TableRef};
pub use insert::Insert;
pub use operand::Operand;
pub use operator::{BinaryOperator, UnaryOperator};
pub use order::{IntoExprs, IntoOrder, Nulls, OrderBy};
pub use select::{Item, Lock, Select};
pub use statement::Statement;
pub(crate) use text::Piece;
pub use text::{Text, text, text_unchecked};
pub use typed::{Label, Typed};
pub use update::Update;
