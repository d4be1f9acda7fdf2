//! Dialects: statements in, text and parameters out. Pure; knows no connection.

pub(crate) mod compiled;

pub use compiled::{Batch, BatchReply, BatchStyle, Compiled, Returning, Summary};
