//! The behaviour suite: one test is one function, and runs on every backend.

mod harness;
mod scenarios;
mod suite;
mod tidy;
mod ui;
