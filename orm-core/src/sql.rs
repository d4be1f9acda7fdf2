//! The SQL language as data: expressions and statements by names only. Pure; knows no tables, models or connections.

mod delete;
mod expr;
mod from;
mod ident;
mod insert;
mod operator;
mod order;
mod select;
mod statement;
mod update;

pub use delete::Delete;
pub use expr::{CaseArm, Expr, Function};
pub use from::{From, Join, JoinKind};
pub use ident::{ColumnRef, Name, TableRef};
pub use insert::Insert;
pub use operator::{BinaryOperator, UnaryOperator};
pub use order::{Nulls, OrderBy};
pub use select::{Item, Lock, Select};
pub use statement::Statement;
pub use update::Update;
