//! The typed language: what each operator and function is on both databases.

use super::{col, expr, flag, from, int, string};
use crate::dialect::{Dialect as _, POSTGRES, SQLITE};
use crate::error::ErrorKind;
use crate::sql::{Expression, ScalarQuery, Select, Typed};
use crate::types::ColumnType;

mod aggregates;
mod functions;
#[cfg(feature = "json")]
mod json;
mod operators;
mod queries;
mod windows;

/// The texts of an expression.
#[track_caller]
fn both(typed: impl Expression, sqlite: &str, postgres: &str) {
    expr(typed.into_expr(), sqlite, postgres);
}

/// An expression of one text, but for its placeholders.
#[track_caller]
fn each(typed: impl Expression, sqlite: &str) {
    let mut parts = sqlite.split('?');
    let mut postgres = parts.next().unwrap().to_owned();
    for (index, part) in parts.enumerate() {
        postgres.push_str(&format!("${}{part}", index + 1));
    }
    expr(typed.into_expr(), sqlite, &postgres);
}

/// An expression that SQLite does not have, with a word of the advice that is given there.
#[track_caller]
fn postgres_only(typed: impl Expression, postgres: &str, advice: &str) {
    let select = Select {
        items: vec![typed.into_expr().into()],
        ..Select::default()
    };
    let compiled = POSTGRES.compile_select(&select).unwrap();
    assert_eq!(&*compiled.sql, format!("SELECT {postgres}"));
    let error = SQLITE.compile_select(&select).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert!(error.message().contains(advice), "{error}");
}

fn float(name: &'static str) -> Typed<f64> {
    col(name)
}

fn maybe<T: ColumnType>(name: &'static str) -> Typed<Option<T>> {
    col(name)
}

/// A query of one column.
#[derive(Clone)]
struct One<T>(Select, std::marker::PhantomData<T>);

fn one<T: ColumnType>(table: &'static str) -> One<T> {
    One(from(table), std::marker::PhantomData)
}

impl<T: ColumnType> ScalarQuery for One<T> {
    type Type = T;

    fn into_select(self) -> Select {
        self.0
    }
}
