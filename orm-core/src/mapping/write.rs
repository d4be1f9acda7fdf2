//! INSERT, UPDATE and DELETE over models.
//!
//! Each is a value: building it sends nothing, and what was wrong is told when it is compiled or run.

mod assignment;
mod body;
mod chosen;
mod columns;
mod command;
mod delete;
mod effect;
mod insert;
mod keyed;
mod returning;
mod rows;
mod update;
mod upsert;

pub use assignment::{Assignment, Assignments, Fits};
#[doc(hidden)]
pub use body::Change;
pub use columns::{Columns, FitColumns};
pub use command::Command;
pub use delete::Delete;
#[doc(hidden)]
pub use effect::Effect;
pub use insert::{Insert, NewRow};
pub(crate) use keyed::{KeyedRow, keyed_rows};
pub use returning::Returning;
pub use update::Update;
pub use upsert::{Upsert, excluded};
