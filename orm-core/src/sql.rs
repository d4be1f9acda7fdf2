//! The SQL language as data: expressions and statements by names only. Pure; knows no tables, models or connections.
//!
//! Two layers share one tree. The untyped one ([`Expr`], [`Select`], [`Insert`], ...) is what planners build and dialects
//! compile; the typed one ([`Typed`], [`Expression`], [`func`]) checks operands at compile time and makes the same nodes.

mod aggregate;
mod arithmetic;
mod array;
mod binds;
mod condition;
mod contains;
mod cte;
mod delete;
mod expr;
mod expression;
mod frame;
mod from;
pub mod func;
mod function;
mod ident;
mod insert;
#[cfg(feature = "json")]
mod json;
mod label;
mod literal;
mod lock;
mod nullability;
mod on_conflict;
mod operand;
mod operands;
mod operator;
mod order;
mod parameter;
mod quantified;
mod row_value;
pub(crate) mod scope;
mod select;
mod set_operation;
mod statement;
mod subquery;
mod text;
mod text_expression;
mod typed;
mod update;
mod visit;
mod window;

pub use aggregate::{Aggregate, Fixed, OneOf, OrderedResult, OrderedSet, WindowFunction};
pub use arithmetic::{Arithmetic, Average, Float, Integral, Number, Remainder, Sum};
pub(crate) use arithmetic::{arithmetic_operators, compute, negative};
pub use array::{ArrayExpression, ArrayType};
pub(crate) use binds::Binds;
pub use condition::{Condition, Truth, all_of, any_of};
pub use contains::{Contains, TextPart};
pub use cte::Cte;
pub use delete::Delete;
pub use expr::{CaseArm, Expr};
pub use expression::Expression;
pub use frame::{Bound, FrameEnd, FrameStart, FramedWindow, IntoWindow, window};
pub use from::{FromItem, Join, JoinKind};
pub use function::Function;
pub use ident::{ColumnRef, Name, TableRef};
pub use insert::{Insert, InsertSource};
#[cfg(feature = "json")]
pub use json::{JsonExpression, JsonPath, JsonType};
pub use label::Label;
pub use literal::{DateField, JsonStep, Literal, Parameter, Quantifier};
pub use lock::{Lock, LockStrength, LockWait};
pub use nullability::{Agrees, Combine, Lift};
pub use on_conflict::{ConflictAction, ConflictTarget, OnConflict};
pub use operand::Operand;
pub use operands::{Arguments, Operands};
pub use operator::{BinaryOperator, UnaryOperator};
pub use order::{IntoExprs, IntoOrder, Nulls, OrderBy};
pub use parameter::param;
pub use quantified::{QuantifiedExpression, Values, exists, not_exists, scalar};
pub use row_value::{RowColumns, RowOperand, RowQuery, RowValue, row};
pub use select::{Distinct, Item, Refusal, Select};
pub use set_operation::{SetOperation, SetOperator};
pub use statement::Statement;
pub use subquery::{Named, RowsQuery, ScalarQuery};
pub(crate) use text::{Given, Piece};
pub use text::{Text, text, text_unchecked};
pub use text_expression::{TextExpression, Textual};
pub use typed::Typed;
pub use update::Update;
pub(crate) use visit::Part;
pub use window::{Frame, FrameBound, FrameExclude, FrameUnit, Over, Window};
