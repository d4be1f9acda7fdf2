//! Terms of GROUP BY, ORDER BY and DISTINCT ON that are columns of the result.

use super::expressions::name;
use super::*;
use crate::dialect::StatementCache;
use crate::sql::Distinct;

fn next(step: i32) -> Expr {
    (int("year") + step).into_expr()
}

fn grouped(item: Expr, term: Expr) -> Select {
    let mut select = from("books");
    select.items = vec![name("title").into(), item.into()];
    select.group_by = vec![name("title"), term.clone()];
    select.order_by = vec![OrderBy::descending(term).nulls_last()];
    select
}

#[test]
fn one_with_values_is_the_number_of_its_column() {
    both(
        grouped(next(1), next(1)),
        "SELECT title, year + ? FROM books GROUP BY title, 2 ORDER BY 2 DESC NULLS LAST",
        "SELECT title, year + $1 FROM books GROUP BY title, 2 ORDER BY 2 DESC NULLS LAST",
    );
    both(
        grouped(next(1), next(2)),
        "SELECT title, year + ? FROM books GROUP BY title, year + ? ORDER BY year + ? DESC NULLS LAST",
        "SELECT title, year + $1 FROM books GROUP BY title, year + $2 ORDER BY year + $3 DESC NULLS LAST",
    );
    let plain = func::lower(string("kind")).into_expr();
    both(
        grouped(plain.clone(), plain),
        "SELECT title, lower(kind) FROM books GROUP BY title, lower(kind) ORDER BY lower(kind) DESC NULLS LAST",
        "SELECT title, lower(kind) FROM books GROUP BY title, lower(kind) ORDER BY lower(kind) DESC NULLS LAST",
    );
}

#[test]
fn distinct_rows_are_told_by_the_number_too() {
    let mut select = from("books");
    select.items = vec![next(1).into()];
    select.distinct = Distinct::On(vec![next(1)]);
    select.order_by = vec![OrderBy::ascending(next(1))];
    compiles(
        &POSTGRES,
        &select.into(),
        "SELECT DISTINCT ON (1) year + $1 FROM books ORDER BY 1",
    );
}

#[test]
fn after_raw_text_no_number_is_known() {
    let mut select = grouped(next(1), next(1));
    select.items[0] = Expr::Text("title, kind".into()).into();
    select.items[1].label = Some("n".into());
    select.group_by = vec![Expr::Label("n".into())];
    both(
        select,
        "SELECT title, kind, year + ? AS n FROM books GROUP BY n ORDER BY year + ? DESC NULLS LAST",
        "SELECT title, kind, year + $1 AS n FROM books GROUP BY n ORDER BY year + $2 DESC NULLS LAST",
    );
}

#[test]
fn a_constant_is_no_number_of_a_column() {
    let constant = func::literal(2).into_expr();
    both(
        grouped(next(1), constant),
        "SELECT title, year + ? FROM books GROUP BY title, CAST(2 AS BIGINT) \
         ORDER BY CAST(2 AS BIGINT) DESC NULLS LAST",
        "SELECT title, year + $1 FROM books GROUP BY title, CAST(2 AS BIGINT) \
         ORDER BY CAST(2 AS BIGINT) DESC NULLS LAST",
    );
}

#[test]
fn texts_that_hang_on_equal_values_are_kept_apart() {
    let inside = |select: Select| {
        let mut outer = from("t");
        outer.items = vec![Expr::Scalar(Box::new(select)).into()];
        outer
    };
    let distinct = |step| {
        let mut select = grouped(next(1), next(step));
        select.distinct = Distinct::On(vec![next(step)]);
        select
    };
    let queries: [&dyn Fn(i32) -> Select; 4] = [
        &|step| grouped(next(1), next(step)),
        &|step| inside(grouped(next(1), next(step))),
        &distinct,
        &|step| inside(distinct(step)),
    ];
    for query in queries {
        let cache = StatementCache::new(&POSTGRES);
        for step in [1, 2, 1, 3] {
            let select = query(step);
            let found = cache.compile(&select, || Ok(())).unwrap();
            let fresh = POSTGRES.compile_select(&select).unwrap();
            assert_eq!((found.sql, found.binds), (fresh.sql, fresh.binds));
        }
        assert_eq!(cache.len(), 2);
    }
}

#[test]
fn windows_have_no_numbers() {
    let over = func::row_number().over(crate::sql::window().order_by(int("year") + 1));
    let mut select = from("books");
    select.items = vec![next(1).into(), over.into_expr().into()];
    both(
        select,
        "SELECT year + ?, row_number() OVER (ORDER BY year + ?) FROM books",
        "SELECT year + $1, row_number() OVER (ORDER BY year + $2) FROM books",
    );
}
