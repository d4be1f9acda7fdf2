//! The SQL language as data: expressions and statements by names only. Pure; knows no tables, models or connections.
//!
//! Two layers share one tree. The untyped one ([`Expr`], [`Select`], [`Insert`], ...) is what planners build and dialects
//! compile; the typed one ([`Typed`], [`Expression`], [`func`]) checks operands at compile time and makes the same nodes.

mod arithmetic;
mod condition;
mod cte;
mod delete;
mod expr;
mod expression;
mod from;
pub mod func;
mod function;
mod ident;
mod insert;
mod literal;
mod lock;
mod on_conflict;
mod operand;
mod operator;
mod order;
pub(crate) mod scope;
mod select;
mod set_operation;
mod statement;
mod subquery;
mod text;
mod typed;
mod update;
mod visit;
mod window;

pub(crate) use arithmetic::arithmetic_operators;
pub use arithmetic::{Arithmetic, Average, Sum};
pub use condition::{Condition, Truth};
pub use cte::Cte;
pub use delete::Delete;
pub use expr::{CaseArm, Expr};
pub use expression::{Expression, Textual};
pub use from::{FromItem, Join, JoinKind};
pub use function::Function;
pub use ident::{ColumnRef, Name, TableRef};
pub use insert::{Insert, InsertSource};
pub use literal::{DateField, JsonStep, Literal, Parameter, Quantifier};
pub use lock::{Lock, LockStrength, LockWait};
pub use on_conflict::{ConflictAction, ConflictTarget, OnConflict};
pub use operand::Operand;
pub use operator::{BinaryOperator, UnaryOperator};
pub use order::{IntoExprs, IntoOrder, Nulls, OrderBy};
pub use select::{Distinct, Item, Refusal, Select};
pub use set_operation::{SetOperation, SetOperator};
pub use statement::Statement;
pub use subquery::{Named, RowsQuery, ScalarQuery};
pub(crate) use text::{Bound, Piece};
pub use text::{Text, text, text_unchecked};
pub use typed::{Label, Typed};
pub use update::Update;
pub(crate) use visit::Part;
pub use window::{Frame, FrameBound, FrameExclude, FrameUnit, Over, Window};
