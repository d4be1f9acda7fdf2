//! Every place of a statement that takes a name or a value.

use orm_core::schema::{
    AddForeignKey, Check, Column, CreateIndex, CreateTable, Ddl, DropConstraint, DropTable,
    ForeignKey, Index, PrimaryKey, ReferenceAction, Table, Unique,
};
use orm_core::sql::*;
use orm_core::types::{SqlType, Value};

/// What is made of a text in a place.
pub(super) enum Made {
    Statement(Statement),
    Ddl(Ddl),
}

/// What a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier: all of them can be written but the empty one, one with a NUL in it, and one that is too long.
    Name,
    /// A text in the statement: all can be written but one with a NUL in it.
    Value,
    /// A parameter: the text of the statement does not have it.
    Bound,
    /// Something of a narrower form, which may refuse.
    Word,
}

/// A place.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) make: fn(&str) -> Made,
}

fn name(text: &str) -> Name {
    Name::Owned(text.to_owned())
}

fn column(text: &str) -> Expr {
    Expr::Column(ColumnRef::bare(name(text)))
}

fn x() -> Expr {
    column("x")
}

fn table(text: &str) -> FromItem {
    FromItem::Table(TableRef::new(name(text)))
}

fn from() -> Select {
    Select {
        items: vec![x().into()],
        from: vec![table("t")],
        ..Select::default()
    }
}

fn with(change: impl FnOnce(&mut Select)) -> Made {
    let mut select = from();
    change(&mut select);
    Made::Statement(select.into())
}

fn item(expr: Expr) -> Made {
    with(|select| select.items = vec![expr.into(), x().into()])
}

fn filter(expr: Expr) -> Made {
    with(|select| select.filter = Some(expr))
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn literal(value: &str) -> Expr {
    Expr::Literal(Literal::Text(name(value)))
}

fn function(change: impl FnOnce(&mut Function)) -> Made {
    let mut function = Function::new("count", vec![x()]);
    change(&mut function);
    item(Expr::Function(Box::new(function)))
}

fn cte(called: &str, columns: &[&str]) -> Made {
    with(|select| {
        select.from = vec![table(called)];
        select.with = vec![Cte {
            name: name(called),
            columns: columns.iter().copied().map(name).collect(),
            statement: Box::new(from().into()),
            recursive: false,
            materialized: None,
        }];
    })
}

fn insert(change: impl FnOnce(&mut Insert)) -> Made {
    let mut insert = Insert::new(TableRef::new("t"));
    insert.columns = vec![name("x")];
    insert.source = InsertSource::Rows(vec![vec![Expr::Bind(Value::I32(1))]]);
    change(&mut insert);
    Made::Statement(insert.into())
}

fn upsert(target: ConflictTarget, set: &str) -> Made {
    insert(|insert| {
        insert.on_conflict = Some(OnConflict {
            target,
            action: ConflictAction::Update {
                set: vec![(name(set), Expr::Bind(Value::I32(1)))],
                filter: None,
            },
        });
    })
}

fn update(table: &str, set: &str) -> Made {
    let mut update = Update::new(TableRef::new(name(table)));
    update.set = vec![(name(set), Expr::Bind(Value::I32(1)))];
    Made::Statement(update.into())
}

fn like(pattern: Expr, escape: Option<char>) -> Made {
    filter(Expr::Like {
        operand: Box::new(x()),
        pattern: Box::new(pattern),
        escape,
        ignore_case: false,
        negated: false,
    })
}

fn create(change: impl FnOnce(&mut Table)) -> Made {
    let mut table = Table::new("t");
    table.columns = vec![Column::new("x", SqlType::Text)];
    change(&mut table);
    Made::Ddl(Ddl::CreateTable(CreateTable {
        table,
        if_not_exists: false,
    }))
}

fn index(named: Option<&str>, on: &str, table: &str) -> Made {
    let mut index = Index::new([name(on)]);
    index.name = named.map(name);
    Made::Ddl(Ddl::CreateIndex(CreateIndex {
        table: TableRef::new(name(table)),
        index,
        if_not_exists: false,
    }))
}

fn foreign_key(called: Option<&str>, to: &str, references: &str) -> ForeignKey {
    ForeignKey {
        name: called.map(name),
        columns: vec![name("x")],
        table: TableRef::new(name(to)),
        references: vec![name(references)],
        on_delete: ReferenceAction::NoAction,
        on_update: ReferenceAction::NoAction,
    }
}

fn json(step: &str, as_text: bool) -> Made {
    item(Expr::Json {
        operand: Box::new(x()),
        path: vec![JsonStep::Key(name(step))],
        text: as_text,
    })
}

fn full_text(language: Option<&str>, words: Expr) -> Made {
    filter(Expr::FullText {
        document: Box::new(x()),
        query: Box::new(words),
        language: language.map(name),
    })
}

/// A default, whose type is text.
fn default(value: Expr) -> Made {
    create(|table| table.columns = vec![Column::new("x", SqlType::Text).default(value)])
}

fn check(called: &str, condition: Expr) -> Made {
    create(|table| {
        table.checks = vec![Check {
            name: Some(name(called)),
            condition,
        }];
    })
}

/// The labels of an enum, as its column is checked for.
fn labelled(label: &str) -> Made {
    let labels = ["a", label].map(|label| Expr::Bind(text(label)));
    check(
        "c",
        Expr::InList {
            operand: Box::new(x()),
            list: labels.to_vec(),
            negated: false,
        },
    )
}

macro_rules! places {
    ($($kind:ident $name:literal => $make:expr),* $(,)?) => {
        vec![$(Place { name: $name, kind: Kind::$kind, make: $make }),*]
    };
}

/// All places.
pub(super) fn all() -> Vec<Place> {
    let mut places = places! {
        Name "table" => |h| with(|select| select.from = vec![table(h)]),
        Name "schema" => |h| with(|select| select.from = vec![FromItem::Table(TableRef {
            schema: Some(name(h)), name: name("t"), alias: None })]),
        Name "table alias" => |h| with(|select| {
            select.from = vec![FromItem::Table(TableRef::new("t").alias(name(h)))];
        }),
        Name "column" => |h| item(column(h)),
        Name "column of a table" => |h| item(Expr::column(name(h), name(h))),
        Name "label" => |h| with(|select| select.items[0].label = Some(name(h))),
        Name "order by label" => |h| with(|select| {
            select.items[0].label = Some(name(h));
            select.order_by = vec![OrderBy::ascending(Expr::Label(name(h)))];
        }),
        Name "group by" => |h| with(|select| select.group_by = vec![column(h)]),
        Name "join" => |h| with(|select| select.joins = vec![Join {
            kind: JoinKind::Left, from: table(h),
            on: Some(Expr::binary(BinaryOperator::Eq, Expr::column(name(h), "id"), x())) }]),
        Name "subquery" => |h| with(|select| select.from = vec![FromItem::Subquery {
            select: Box::new(from()), alias: name(h), lateral: false }]),
        Name "values" => |h| with(|select| select.from = vec![FromItem::Values {
            rows: vec![vec![Expr::Bind(Value::I32(1))]], alias: name(h), columns: vec![name("x")] }]),
        Name "values column" => |h| with(|select| select.from = vec![FromItem::Values {
            rows: vec![vec![Expr::Bind(Value::I32(1))]], alias: name("v"), columns: vec![name(h)] }]),
        Name "common table expression" => |h| cte(h, &[]),
        Name "its columns" => |h| cte("c", &[h]),
        Name "window" => |h| with(|select| {
            let mut sum = Function::new("sum", vec![x()]);
            sum.over = Some(Over::Named(name(h)));
            select.items = vec![Expr::Function(Box::new(sum)).into()];
            select.windows = vec![(name(h), Window::default())];
        }),
        Name "base of a window" => |h| with(|select| {
            let mut sum = Function::new("sum", vec![x()]);
            sum.over = Some(Over::Window(Window { base: Some(name(h)), ..Window::default() }));
            select.items = vec![Expr::Function(Box::new(sum)).into()];
            select.windows = vec![(name(h), Window::default())];
        }),
        Name "lock of" => |h| with(|select| {
            select.from = vec![table(h)];
            let mut lock = Lock::new(LockStrength::Update);
            lock.of = vec![name(h)];
            select.lock = Some(lock);
        }),
        Name "insert into" => |h| insert(|insert| insert.table = TableRef::new(name(h))),
        Name "insert column" => |h| insert(|insert| insert.columns = vec![name(h)]),
        Name "returning" => |h| insert(|insert| insert.returning = vec![column(h).into()]),
        Name "returning label" => |h| insert(|insert| {
            insert.returning = vec![Item { expr: x(), label: Some(name(h)), absent: false }];
        }),
        Name "conflict column" => |h| {
            upsert(ConflictTarget::Columns { columns: vec![name(h)], filter: None }, "x")
        },
        Name "conflict constraint" => |h| upsert(ConflictTarget::Constraint(name(h)), "x"),
        Name "conflict set" => |h| {
            upsert(ConflictTarget::Columns { columns: vec![name("x")], filter: None }, h)
        },
        Name "update" => |h| update(h, "x"),
        Name "set" => |h| update("t", h),
        Name "delete" => |h| Made::Statement(Delete::new(TableRef::new(name(h))).into()),
        Name "collation" => |h| item(Expr::Collate(Box::new(x()), name(h))),
        Word "function" => |h| item(Expr::function(name(h), vec![x()])),
        Word "function of a window" => |h| function(|function| {
            function.name = name(h);
            function.over = Some(Over::Window(Window::default()));
        }),
        Word "function in FROM" => |h| with(|select| select.from = vec![FromItem::Function {
            function: Box::new(Function::new(name(h), vec![x()])), alias: name("f"), columns: vec![] }]),
        Name "alias of a function" => |h| with(|select| select.from = vec![FromItem::Function {
            function: Box::new(Function::new("generate_series", vec![x()])), alias: name(h), columns: vec![] }]),
        Name "column of a function" => |h| with(|select| select.from = vec![FromItem::Function {
            function: Box::new(Function::new("f", vec![x()])), alias: name("f"), columns: vec![name(h)] }]),
    };
    places.extend(values());
    places.extend(definitions());
    places
}

fn values() -> Vec<Place> {
    places! {
        Value "literal" => |h| item(literal(h)),
        Value "literal beside operators" => |h| filter(Expr::binary(BinaryOperator::Eq,
            Expr::binary(BinaryOperator::Concat, literal(h), x()), literal(h))),
        Value "literal pattern" => |h| like(literal(h), Some('\\')),
        Value "item of a list" => |h| filter(Expr::InList {
            operand: Box::new(x()), list: vec![literal(h), literal("b")], negated: false }),
        Value "argument" => |h| item(Expr::function("coalesce", vec![x(), literal(h)])),
        Value "json key" => |h| json(h, false),
        Value "json key as text" => |h| json(h, true),
        Word "language" => |h| full_text(Some(h), literal("words")),
        Bound "words" => |h| full_text(None, Expr::Bind(text(h))),
        Bound "bound" => |h| item(Expr::Bind(text(h))),
        Bound "bound pattern" => |h| like(Expr::Bind(text(h)), Some('\'')),
        Bound "bound json" => |h| item(Expr::Bind(Value::Json(format!("{h:?}")))),
        Bound "bound bytes" => |h| item(Expr::Bind(Value::Bytes(h.as_bytes().to_vec()))),
        Bound "bound array" => |h| filter(Expr::InArrays { operands: vec![x()],
            arrays: vec![Value::Array(Box::new((SqlType::Text, vec![text(h), text("b")])))] }),
        Bound "parameter's value" => |h| item(Expr::Parameter(Box::new(Parameter {
            name: name("p"), sql_type: SqlType::Text, value: Some(text(h)) }))),
        Bound "parameter's name" => |h| item(Expr::Parameter(Box::new(Parameter {
            name: name(h), sql_type: SqlType::Text, value: Some(text("x")) }))),
        Bound "parameter of text" => |h| {
            item(Expr::Named(Box::new(orm_core::sql::text("(:a || 'x')").bind("a", h))))
        },
        Bound "inserted" => |h| insert(|insert| {
            insert.source = InsertSource::Rows(vec![vec![Expr::Bind(text(h))]]);
        }),
    }
}

fn definitions() -> Vec<Place> {
    places! {
        Name "create table" => |h| create(|table| table.name = name(h)),
        Name "create in a schema" => |h| create(|table| table.schema = Some(name(h))),
        Name "create column" => |h| create(|table| {
            table.columns = vec![Column::new(name(h), SqlType::Text)];
        }),
        Name "primary key" => |h| create(|table| table.primary_key = Some(PrimaryKey {
            name: Some(name(h)), columns: vec![name(h)] })),
        Name "unique" => |h| create(|table| table.uniques = vec![Unique {
            name: Some(name(h)), columns: vec![name(h)] }]),
        Name "check" => |h| check(h, Expr::IsNull { operand: Box::new(x()), negated: true }),
        Value "value in a check" => |h| {
            check("c", Expr::binary(BinaryOperator::Ne, x(), Expr::Bind(text(h))))
        },
        Value "literal in a check" => |h| check("c", Expr::binary(BinaryOperator::Ne, x(), literal(h))),
        Value "default" => |h| default(Expr::Bind(text(h))),
        Value "literal default" => |h| default(literal(h)),
        Value "enum label" => labelled,
        Name "foreign key" => |h| create(|table| table.foreign_keys = vec![foreign_key(Some(h), "o", "id")]),
        Name "foreign table" => |h| create(|table| {
            table.foreign_keys = vec![foreign_key(Some("f"), h, h)];
        }),
        Name "add foreign key" => |h| Made::Ddl(Ddl::AddForeignKey(AddForeignKey {
            table: TableRef::new("t"), foreign_key: foreign_key(Some(h), "o", "id"), if_not_exists: false })),
        Name "index" => |h| index(Some(h), "x", "t"),
        Name "index on" => |h| index(Some("i"), h, h),
        Name "drop table" => |h| Made::Ddl(Ddl::DropTable(DropTable {
            table: TableRef::new(name(h)), if_exists: true })),
        Name "drop constraint" => |h| Made::Ddl(Ddl::DropConstraint(DropConstraint {
            table: TableRef::new("t"), name: name(h), if_exists: true })),
    }
}
