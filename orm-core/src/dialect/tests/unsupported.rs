//! What one database does not have: the error names it, and says what to do instead.

use super::*;
use crate::sql::{
    ColumnRef, ConflictAction, ConflictTarget, Cte, DateField, Distinct, InsertSource, JsonStep,
    Literal, OnConflict, Quantifier, SetOperation, SetOperator,
};

/// PostgreSQL writes it, and SQLite refuses it with this message.
#[track_caller]
fn missing(statement: impl Into<Statement>, message: &str) {
    let statement = statement.into();
    if let Err(error) = POSTGRES.compile(&statement) {
        panic!("{error}");
    }
    let error = SQLITE.compile(&statement).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Unsupported, message)
    );
}

fn of(expr: Expr) -> Select {
    Select {
        items: vec![expr.into()],
        ..Select::default()
    }
}

fn name(name: &'static str) -> Expr {
    Expr::Column(ColumnRef::bare(name))
}

fn boxed(of: &'static str) -> Box<Expr> {
    Box::new(name(of))
}

#[test]
fn expressions() {
    for operator in [
        BinaryOperator::Contains,
        BinaryOperator::ContainedBy,
        BinaryOperator::Overlaps,
    ] {
        missing(
            of(Expr::binary(operator, name("a"), name("b"))),
            "sqlite has no operator that searches JSON or arrays; compare the members that matter, or use EXISTS over \
             json_each",
        );
    }
    missing(
        of(Expr::Regex {
            operand: boxed("a"),
            pattern: boxed("b"),
            ignore_case: false,
            negated: false,
        }),
        "sqlite has no regular expressions; use .like(..), or filter the rows in the program",
    );
    let quantified = |operator, quantifier, values| Expr::Quantified {
        operator,
        operand: boxed("a"),
        quantifier,
        values: Box::new(values),
    };
    for (operator, quantifier) in [
        (BinaryOperator::Gt, Quantifier::All),
        (BinaryOperator::Eq, Quantifier::All),
        (BinaryOperator::Ne, Quantifier::Any),
    ] {
        missing(
            of(quantified(
                operator,
                quantifier,
                Expr::Scalar(Box::new(from("t"))),
            )),
            "sqlite has no comparison with ANY or ALL values; compare with the min or max of a subquery",
        );
    }
    missing(
        of(quantified(BinaryOperator::Eq, Quantifier::Any, name("b"))),
        "sqlite has no arrays; give the values as a list, an array parameter or a query",
    );
    let arrays =
        "sqlite has no arrays; store the items as JSON, or as rows of a table of their own";
    missing(of(Expr::Array(vec![], SqlType::Text)), arrays);
    missing(of(Expr::Item(boxed("a"), boxed("b"))), arrays);
    let mut percentile = crate::sql::Function::new("percentile_cont", vec![name("a")]);
    percentile.within_group = vec![OrderBy::ascending(name("b"))];
    missing(
        of(Expr::Function(Box::new(percentile))),
        "sqlite has no aggregates over an ordered set (WITHIN GROUP); order the rows, and take the one at the place that \
         is looked for",
    );
}

#[test]
fn queries() {
    let mut select = from("a");
    select.distinct = Distinct::On(vec![name("a")]);
    missing(
        select,
        "sqlite has no DISTINCT ON; number the rows with row_number() over a window in a subquery, and keep those with 1",
    );
    let mut select = from("a");
    select.from.push(FromItem::Subquery {
        select: Box::new(from("b")),
        alias: "l".into(),
        lateral: true,
    });
    missing(
        select,
        "sqlite has no LATERAL; select from a subquery with a window function, or write the value as a correlated subquery",
    );
    let mut select = from("f");
    select.from = vec![FromItem::Function {
        function: Box::new(crate::sql::Function::new("json_each", vec![name("a")])),
        alias: "f".into(),
        columns: vec!["id".into()],
    }];
    missing(
        select,
        "sqlite has no names for the columns of a function in FROM; use the function's own names, such as key and value \
         of json_each",
    );
    for (operator, what) in [
        (SetOperator::Intersect, "INTERSECT ALL"),
        (SetOperator::Except, "EXCEPT ALL"),
    ] {
        let select = Select {
            set: Some(Box::new(SetOperation {
                operator,
                all: true,
                operands: vec![from("a"), from("b")],
            })),
            ..Select::default()
        };
        missing(
            select,
            &format!("sqlite has no {what}; leave ALL out, or compare the rows with EXISTS"),
        );
    }
    let mut select = from("gone");
    select.with = vec![Cte {
        name: "gone".into(),
        columns: vec![],
        statement: Box::new(
            Delete {
                returning: vec![Expr::column("a", "id").into()],
                ..Delete::new(TableRef::new("a"))
            }
            .into(),
        ),
        recursive: false,
        materialized: None,
    }];
    missing(
        select,
        "sqlite has no common table expressions that write, as gone does; run that statement first, with RETURNING, and \
         use its rows",
    );
}

#[test]
fn changes() {
    let named = OnConflict {
        target: ConflictTarget::Constraint("books_key".into()),
        action: ConflictAction::Nothing,
    };
    missing(
        Insert {
            columns: vec!["id".into()],
            source: InsertSource::Rows(vec![vec![name("a")]]),
            on_conflict: Some(named),
            ..Insert::new(TableRef::new("books"))
        },
        "sqlite has no ON CONFLICT ON CONSTRAINT; name the columns of the constraint",
    );
    missing(
        Insert {
            on_conflict: Some(OnConflict {
                target: ConflictTarget::Any,
                action: ConflictAction::Nothing,
            }),
            ..Insert::new(TableRef::new("books"))
        },
        "sqlite has no ON CONFLICT for a row of defaults; name a column and give it its value",
    );
    let message = "sqlite has no RETURNING for columns of a, which the statement only reads from; return the columns of \
                   the changed table, or read the others with a query";
    let others = || vec![FromItem::Table(TableRef::new("authors").alias("a"))];
    missing(
        Delete {
            using: others(),
            returning: vec![Expr::column("a", "id").into()],
            ..Delete::new(TableRef::new("books"))
        },
        message,
    );
    missing(
        Update {
            set: vec![("n".into(), name("n"))],
            from: others(),
            returning: vec![Expr::column("a", "id").into()],
            ..Update::new(TableRef::new("books"))
        },
        message,
    );
}

/// Both databases refuse it, with this message.
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

#[test]
fn widths_that_differ() {
    let mut two = from("b");
    two.items.push(Expr::column("b", "n").into());
    let union = |operands| Select {
        set: Some(Box::new(SetOperation {
            operator: SetOperator::Union,
            all: true,
            operands,
        })),
        ..Select::default()
    };
    refused(
        union(vec![from("a"), two.clone()]),
        "UNION ALL combines queries of 1 and of 2 columns; give them the same number",
    );
    refused(
        union(vec![from("a")]),
        "UNION ALL combines at least two queries; it has 1",
    );
    let mut own = union(vec![from("a"), from("b")]);
    own.add_filter(name("x"));
    refused(
        own,
        "a query that combines others has columns, tables or conditions of its own; put them into the queries it combines",
    );
    refused(
        of(Expr::InSelect {
            operand: boxed("a"),
            select: Box::new(two.clone()),
            negated: false,
        }),
        "1 values are looked for in a query of 2 columns; give it 1",
    );
    let row = |width| Expr::Row(vec![name("a"); width]);
    refused(
        of(Expr::InList {
            operand: Box::new(row(2)),
            list: vec![row(2), row(3)],
            negated: false,
        }),
        "rows of 2 fields are looked for among rows of 3; give every row 2 fields",
    );
    refused(
        of(row(0)),
        "a row value has no fields; give it at least one",
    );
    refused(
        Insert {
            columns: vec!["id".into()],
            source: InsertSource::Select(Box::new(two.clone())),
            ..Insert::new(TableRef::new("books"))
        },
        "an insert of 1 columns takes the rows of a query of 2; give both the same number",
    );
    let mut with = from("c");
    with.with = vec![Cte {
        name: "c".into(),
        columns: vec!["id".into()],
        statement: Box::new(two.into()),
        recursive: false,
        materialized: None,
    }];
    refused(
        with,
        "the common table expression c names 1 columns, and its query has 2",
    );
    let values = |rows, columns| {
        let mut select = from("v");
        select.from = vec![FromItem::Values {
            rows,
            alias: "v".into(),
            columns,
        }];
        select
    };
    refused(
        values(vec![vec![name("a")], vec![]], vec!["id".into()]),
        "the values v have 1 columns, and row 2 has 0; give every row 1",
    );
    refused(
        values(vec![], vec!["id".into()]),
        "the values v need at least one row and one column; they have 0 rows and 1 columns",
    );
}

#[test]
fn parts_that_are_missing() {
    let conflict = |target, action| Insert {
        columns: vec!["id".into()],
        source: InsertSource::Rows(vec![vec![name("a")]]),
        on_conflict: Some(OnConflict { target, action }),
        ..Insert::new(TableRef::new("books"))
    };
    let update = |set| ConflictAction::Update { set, filter: None };
    refused(
        conflict(ConflictTarget::Any, update(vec![("n".into(), name("a"))])),
        "an insert that updates rows on a conflict needs the columns of the unique key; name them",
    );
    let columns = |columns| ConflictTarget::Columns {
        columns,
        filter: None,
    };
    refused(
        conflict(columns(vec!["id".into()]), update(vec![])),
        "the conflict updates no column; name at least one, or do nothing",
    );
    refused(
        conflict(columns(vec![]), ConflictAction::Nothing),
        "the conflict names no column; name at least one",
    );
    refused(
        Insert {
            columns: vec!["id".into()],
            ..Insert::new(TableRef::new("books"))
        },
        "an insert of 1 columns has no values; give it rows or a query, or name no columns",
    );
    refused(
        Delete {
            joins: vec![Join {
                kind: JoinKind::Cross,
                from: FromItem::Table(TableRef::new("a")),
                on: None,
            }],
            ..Delete::new(TableRef::new("books"))
        },
        "there is a join, but nothing that is joined to; name what the statement reads from",
    );
    refused(
        of(Expr::Truncate(DateField::Epoch, boxed("a"))),
        "a date cannot be cut at Epoch; cut it at Year, Quarter, Month, Week, Day, Hour, Minute or Second",
    );
    refused(
        of(Expr::Quantified {
            operator: BinaryOperator::Add,
            operand: boxed("a"),
            quantifier: Quantifier::Any,
            values: boxed("b"),
        }),
        "ANY and ALL take a comparison: =, !=, <, <=, > or >=",
    );
    let nul = "a text that stands in the statement has a NUL character in it; remove it, or bind it as a parameter";
    refused(of(Expr::Literal(Literal::Text("\0".into()))), nul);
    refused(
        of(Expr::Json {
            operand: boxed("a"),
            path: vec![JsonStep::Key("\0".into())],
            text: false,
        }),
        nul,
    );
    let empty = "\"\" cannot be an identifier: it is empty or has a NUL in it";
    refused(of(Expr::Label("".into())), empty);
    refused(of(Expr::Collate(boxed("a"), "".into())), empty);
    for wrong in ["", "a b", "1f", "a..b", "f(", "größe"] {
        refused(
            of(Expr::function(wrong, vec![])),
            &format!("{wrong:?} is not a function's name"),
        );
    }
}
