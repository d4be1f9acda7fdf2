//! Example programs, in `src/bin`. Here the program of the README is compiled and run, so that it stays true.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
