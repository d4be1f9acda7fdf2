//! What cannot be written is refused by name, never written as something else.

use super::*;
use crate::sql::{FromItem, InsertSource, Statement};

/// The message with which both dialects refuse a statement.
#[track_caller]
fn refused(statement: impl Into<Statement>, message: &str) {
    let statement = statement.into();
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES] {
        let error = dialect.compile(&statement).unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::InvalidQuery, message)
        );
    }
}

fn insert(columns: &[&'static str], rows: Vec<Vec<Expr>>) -> Statement {
    Statement::Insert(Insert {
        columns: columns.iter().map(|&name| name.into()).collect(),
        source: InsertSource::Rows(rows),
        ..Insert::new(TableRef::new("books"))
    })
}

#[test]
fn rows_without_columns() {
    let message = "an insert without columns writes one row of defaults, but rows were given; name their columns";
    refused(insert(&[], vec![vec![], vec![]]), message);
    refused(insert(&[], vec![vec![Expr::Bind(Value::I64(1))]]), message);
}

#[test]
fn rows_of_another_width() {
    let row = |width| vec![Expr::Bind(Value::I64(1)); width];
    let says = "an insert of 2 columns needs at least one row, and 2 values in each";
    let columns = ["title", "year"];
    refused(
        insert(&columns, vec![row(2), row(3)]),
        &format!("{says}; row 2 has 3"),
    );
    refused(
        insert(&columns, vec![row(1), row(2)]),
        &format!("{says}; row 1 has 1"),
    );
    refused(
        insert(&columns, vec![]),
        &format!("{says}; there is no row"),
    );
}

#[test]
fn joins_with_wrong_conditions() {
    let join = |kind, on| {
        let mut select = from("books");
        select.joins.push(Join {
            kind,
            from: FromItem::Table(TableRef::new("authors")),
            on,
        });
        Statement::Select(select)
    };
    let condition = || {
        Some(Expr::binary(
            BinaryOperator::Eq,
            Expr::column("authors", "id"),
            Expr::column("books", "id"),
        ))
    };
    let missing = "a join needs a condition; use a cross join to pair every row with every row";
    refused(join(JoinKind::Inner, None), missing);
    refused(join(JoinKind::Left, None), missing);
    refused(
        join(JoinKind::Cross, condition()),
        "a cross join takes no condition; use an inner join, or filter",
    );
}

#[test]
fn arrays_that_do_not_fit() {
    let test = |operands: Vec<Expr>, arrays: Vec<Value>| {
        let mut select = from("books");
        select.add_filter(Expr::InArrays { operands, arrays });
        Statement::Select(select)
    };
    let array = || Value::Array(Box::new((SqlType::BigInt, vec![Value::I64(1)])));
    let says = |operands, parameters| {
        format!(
            "a test against arrays needs one array for each operand; it has {operands} operands and {parameters} parameters"
        )
    };
    refused(test(vec![], vec![]), &says(0, 0));
    refused(
        test(vec![Expr::column("books", "id")], vec![array(), array()]),
        &says(1, 2),
    );
    refused(
        test(vec![Expr::column("books", "id")], vec![Value::I64(1)]),
        &says(1, 1),
    );
}

#[test]
fn several_sources_and_a_join() {
    let mut select = from("books");
    select.from.push(FromItem::Table(TableRef::new("shops")));
    select.joins.push(Join {
        kind: JoinKind::Inner,
        from: FromItem::Table(TableRef::new("authors")),
        on: Some(Expr::binary(
            BinaryOperator::Eq,
            Expr::column("authors", "id"),
            Expr::column("books", "author_id"),
        )),
    });
    let text =
        "SELECT books.id FROM books CROSS JOIN shops JOIN authors ON authors.id = books.author_id";
    both(select, text, text);
}

#[test]
fn raw_text_and_unknown_functions_may_write() {
    let reads = |filter: Expr| {
        let mut select = from("books");
        select.add_filter(filter);
        assert!(
            SQLITE.compile_select(&select).unwrap().summary.reads,
            "a SELECT of SQLite writes nothing"
        );
        POSTGRES.compile_select(&select).unwrap().summary.reads
    };
    assert!(!reads(Expr::Text("release_the_lock()".into())));
    assert!(!reads(Expr::function("release_the_lock", vec![])));
    assert!(reads(func::count_all().gt(1).into_expr()));
    assert!(reads(Expr::function(
        "lower",
        vec![Expr::column("books", "title")]
    )));
}
