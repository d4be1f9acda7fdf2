//! Texts found again by structure.

use std::sync::Arc;

use super::*;
use crate::dialect::Compiled;
use crate::dialect::cache::StatementCache;
use crate::error::Error;

fn query(year: i32, name: &str) -> Select {
    let mut select = from("books");
    select.add_filter(int("year").gt(year).into_expr());
    select.add_filter(func::value(name.to_owned()).eq("x").into_expr());
    select.limit = Some(10);
    select
}

fn cached(cache: &StatementCache, select: &Select) -> Compiled {
    cache.compile(select, || Ok(())).unwrap()
}

#[test]
fn values_change_and_the_text_stays() {
    for dialect in [&SQLITE as &'static dyn Dialect, &POSTGRES] {
        let cache = StatementCache::new(dialect);
        let first = cached(&cache, &query(1, "a"));
        let (again, fresh) = (query(2, "b"), query(2, "b"));
        let again = cached(&cache, &again);
        let fresh = dialect.compile_select(&fresh).unwrap();
        assert!(Arc::ptr_eq(&first.sql, &again.sql));
        assert_eq!(again.sql, fresh.sql);
        assert_eq!(
            (&again.binds, &again.summary),
            (&fresh.binds, &fresh.summary)
        );
    }
}

#[test]
fn values_stand_where_the_text_has_them() {
    // One parameter in several places, and values whose order in the tree is not that of the text.
    let statement = |value: i32| {
        let raw = text("lower(a) = :x OR b = :y OR c = :x")
            .bind("y", value)
            .bind("x", value + 1)
            .typed::<bool>();
        let mut select = from("books");
        select.add_filter(int("c").eq(value + 2).and(raw).into_expr());
        select
    };
    for dialect in [&SQLITE as &'static dyn Dialect, &POSTGRES] {
        let cache = StatementCache::new(dialect);
        cached(&cache, &statement(1));
        let again = cached(&cache, &statement(5));
        assert_eq!(
            again.binds,
            dialect.compile_select(&statement(5)).unwrap().binds
        );
    }
}

#[test]
fn whatever_the_text_depends_on_tells_statements_apart() {
    let base = || query(1, "a");
    let mut others = vec![base(); 6];
    others[0].limit = Some(11);
    others[1].add_filter(int("year").gt(1).into_expr());
    others[2].items.push(Expr::Text("1".into()).into());
    others[3].items.push(Expr::Text("2".into()).into());
    others[4]
        .items
        .push(Expr::Text("x".repeat(255).into()).into());
    others[5].filter = Some(int("year").gt(None::<i32>).into_expr());
    let cache = StatementCache::new(&POSTGRES);
    let mut texts = vec![cached(&cache, &base()).sql];
    for other in &others {
        texts.push(cached(&cache, other).sql);
    }
    for (index, text) in texts.iter().enumerate() {
        assert!(!texts[..index].iter().any(|known| Arc::ptr_eq(known, text)));
    }
}

#[test]
fn what_is_refused_is_refused_each_time() {
    let cache = StatementCache::new(&POSTGRES);
    for _ in 0..2 {
        let refusal = || Err(Error::new(ErrorKind::InvalidQuery, "no"));
        let error = cache.compile(&query(1, "a"), refusal).unwrap_err();
        assert_eq!(error.message(), "no");
    }
    cached(&cache, &query(1, "a"));
}

#[test]
fn a_cache_that_is_full_begins_anew() {
    let cache = StatementCache::new(&POSTGRES);
    let limited = |limit| {
        let mut select = query(1, "a");
        select.limit = Some(limit);
        select
    };
    for limit in 0..=StatementCache::CAPACITY as u64 {
        cached(&cache, &limited(limit));
    }
    assert_eq!(cache.len(), 1);
    let mut select = from("books");
    select.items = vec![Expr::column("t", "a_rather_long_name").into(); 2_000];
    cached(&cache, &select);
    assert_eq!(cache.len(), 1);
}
