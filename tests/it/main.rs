//! The single integration binary.

mod ui;
