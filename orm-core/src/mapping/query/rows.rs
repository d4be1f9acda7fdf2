//! Rows with a name that a query can read from: subqueries, values, table functions, raw SQL.

use super::super::{ColumnTypes, Scalar, Shape, TextQuery};
use super::derived::{Derived, Output, name_outputs};
use super::source::SourceParts;
use super::{Select, Text};
use crate::sql::{Expr, Expression, FromItem, Item, Name, Refusal, RowQuery};
use crate::types::{ColumnType, Value};

impl<S: Shape> Select<S> {
    /// The query under a name, for others to read from. Of two columns of one name, the second is `name_1`.
    pub fn subquery(self, name: impl Into<Name>) -> Derived<S> {
        let mut select = self.into_statement();
        name_outputs(&mut select);
        let with = std::mem::take(&mut select.with);
        let outputs = Output::all(select.outputs());
        let item = FromItem::Subquery {
            select: Box::new(select),
            alias: name.into(),
            lateral: false,
        };
        let source = SourceParts {
            with,
            ..SourceParts::new(item)
        };
        Derived::new(source, outputs)
    }
}

impl<S: Shape> TextQuery<S> {
    /// The raw query under a name, for others to read from. The names are those that the text gives its columns.
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// let users = text("SELECT id, name FROM users").columns::<(i64, String)>();
    /// let users = users.subquery("u", ["id", "name"]);
    /// let (id, name) = users.columns();
    /// let query = select(name).filter(id.gt(10));
    /// # let _ = query;
    /// ```
    pub fn subquery<N: Into<Name>>(
        self,
        name: impl Into<Name>,
        columns: impl IntoIterator<Item = N>,
    ) -> Derived<S> {
        let columns: Vec<Name> = columns.into_iter().map(Into::into).collect();
        let alias = name.into();
        let refused = wrong_width(&alias, columns.len(), S::width());
        let outputs = columns.iter().cloned().map(Output::named).collect();
        let item = FromItem::Text {
            text: Box::new(Text::from(self)),
            alias,
            columns,
        };
        let source = SourceParts {
            refused,
            ..SourceParts::new(item)
        };
        Derived::new(source, outputs)
    }
}

fn wrong_width(name: &Name, names: usize, width: usize) -> Option<Refusal> {
    (names != width).then(|| {
        Refusal::query(format!(
            "{name} has {width} columns, but {names} names are given for them"
        ))
    })
}

/// A row of [`values`]: a tuple of up to twelve values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of values",
    label = "expected a tuple of up to twelve values"
)]
pub trait ValueRow: ColumnTypes {
    /// The values.
    #[doc(hidden)]
    fn into_row(self) -> Vec<Expr>;

    /// A row of NULLs, for when there are no rows.
    #[doc(hidden)]
    fn nulls() -> Vec<Expr>;
}

/// A value where the database cannot take its type from a column: NULL says which type it is of.
fn typed<T: ColumnType>(value: &T) -> Expr {
    match value.to_value() {
        Value::Null => null::<T>(),
        value => Expr::Bind(value),
    }
}

fn null<T: ColumnType>() -> Expr {
    Expr::Cast(
        Box::new(Expr::Literal(crate::sql::Literal::Null)),
        T::SQL_TYPE,
    )
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: ColumnType),+> ValueRow for ($($name,)+) {
            fn into_row(self) -> Vec<Expr> {
                vec![$(typed(&self.$index)),+]
            }

            fn nulls() -> Vec<Expr> {
                vec![$(null::<$name>()),+]
            }
        }

        impl<$($name: ColumnType),+> RowQuery<($($name::Base,)+)> for Select<($(Scalar<$name>,)+)> {
            fn into_select(self) -> crate::sql::Select {
                self.into_statement()
            }
        }
    };
}
super::super::tuples::tuples!(tuple);

/// Rows that stand in the statement, under a name.
///
/// ```
/// use orm_core::mapping::values;
/// use orm_core::prelude::*;
///
/// let rows = values("v", ["k", "s"], [(1_i64, "p".to_owned()), (2, "q".to_owned())]);
/// let (k, s) = rows.columns();
/// let query = select((k.clone(), s)).order_by(k);
/// # let _ = query;
/// ```
pub fn values<R: ValueRow, N: Into<Name>>(
    name: impl Into<Name>,
    columns: impl IntoIterator<Item = N>,
    rows: impl IntoIterator<Item = R>,
) -> Derived<R::Shape> {
    let alias = name.into();
    let columns: Vec<Name> = columns.into_iter().map(Into::into).collect();
    let rows: Vec<Vec<Expr>> = rows.into_iter().map(R::into_row).collect();
    let refused = wrong_width(&alias, columns.len(), R::Shape::width());
    let outputs = columns.iter().cloned().map(Output::named).collect();
    let item = if rows.is_empty() {
        let items = R::nulls().into_iter().zip(&columns);
        FromItem::Subquery {
            select: Box::new(crate::sql::Select {
                items: items
                    .map(|(expr, name)| Item {
                        expr,
                        label: Some(name.clone()),
                        absent: false,
                    })
                    .collect(),
                filter: Some(Expr::constant(false)),
                ..Default::default()
            }),
            alias,
            lateral: false,
        }
    } else {
        FromItem::Values {
            rows,
            alias,
            columns,
        }
    };
    let source = SourceParts {
        refused,
        ..SourceParts::new(item)
    };
    Derived::new(source, outputs)
}

/// The rows that a function gives, under a name, with names for its columns. That they are of the types `C` is the
/// caller's word.
///
/// ```
/// use orm_core::mapping::table_function;
/// use orm_core::prelude::*;
/// use orm_core::sql::Expression;
///
/// let numbers = func::call_named::<i64>("generate_series", [func::value(1).into_expr(), func::value(3).into_expr()]);
/// let numbers = table_function::<i64, _>(numbers, "n", ["value"]);
/// let query = select(numbers.columns());
/// # let _ = query;
/// ```
pub fn table_function<C: ColumnTypes, N: Into<Name>>(
    function: impl Expression,
    name: impl Into<Name>,
    columns: impl IntoIterator<Item = N>,
) -> Derived<C::Shape> {
    let alias = name.into();
    let columns: Vec<Name> = columns.into_iter().map(Into::into).collect();
    let mut refused = wrong_width(&alias, columns.len(), C::Shape::width());
    let outputs = columns.iter().cloned().map(Output::named).collect();
    let item = match function.into_expr() {
        Expr::Function(function) => FromItem::Function {
            function,
            alias,
            columns,
        },
        _ => {
            let message = format!("{alias} is not a function; only a function call gives rows");
            refused = Some(Refusal::query(message));
            FromItem::Table(crate::sql::TableRef::new(alias))
        }
    };
    let source = SourceParts {
        refused,
        ..SourceParts::new(item)
    };
    Derived::new(source, outputs)
}
