//! What a model's attributes oblige its types to; checked by the compiler where the attribute stands.

use super::{ClientDefault, Column, KeyColumn, ModelDescriptor, Relation};
use crate::error::{Error, ErrorKind};
use crate::mapping::Model;
use crate::sql::{Condition, Expr, Expression};
use crate::types::{ColumnType, Deferred, Server, Value};

/// Two columns of one type, `Option` aside: what `references` asks for.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot reference a column of type `{T}`",
    label = "references a column of type `{T}`",
    note = "give both columns the same type; an Option may reference a column that is none"
)]
pub trait SameType<T> {}

impl<T> SameType<T> for T {}

/// What the expression of a computed column of type `T` gives.
#[diagnostic::on_unimplemented(
    message = "the expression gives `{Self}`, and the field is `{T}`",
    label = "an expression of type `{Self}`",
    note = "make the field of that type, or cast the expression: `.cast::<..>()`",
    note = "one that may be NULL is read into an Option; or say what stands for NULL: `func::coalesce(.., fallback)`"
)]
pub trait Gives<T> {}

impl<T> Gives<T> for T {}
impl<T> Gives<Option<T>> for T {}

// With a single impl the compiler would report a type mismatch in it, and not the message above.
#[doc(hidden)]
#[derive(Debug)]
pub struct Other<T>(T);

#[diagnostic::do_not_recommend]
impl<T> SameType<Other<T>> for T {}

/// A column that may be NULL: what `on_delete = "set null"` asks for.
#[diagnostic::on_unimplemented(
    message = "\"set null\" needs a column that may be NULL, and `{Self}` may not",
    label = "the column is not an Option",
    note = "make the field an `Option<{Self}>`, or choose \"cascade\", \"restrict\" or \"no action\""
)]
pub trait Nullable {}

impl<T> Nullable for Option<T> {}

/// A field that can be without a value: what `server_default` asks for.
#[diagnostic::on_unimplemented(
    message = "`server_default` needs a field that can be left out of a struct literal: a `{Self}` is always written, over the default",
    label = "write `Server<{Self}>`",
    note = "a `Server<{Self}>` is left to the database until something is assigned; an `Option<{Self}>` while it is None"
)]
pub trait LeftOut: Default {
    /// The value given, or none.
    fn or_left_out(given: Option<Self>) -> Self {
        given.unwrap_or_default()
    }
}

#[diagnostic::do_not_recommend]
impl<T> LeftOut for Server<T> {}
#[diagnostic::do_not_recommend]
impl<T> LeftOut for Deferred<T> {}
#[diagnostic::do_not_recommend]
impl<T> LeftOut for Option<T> {}

/// A field's type with a default: what the `Default` of a model with `default` asks for, of the fields that declare none. (By
/// the lifetime the compiler asks when somebody needs it, so that a model can go without.)
#[diagnostic::on_unimplemented(
    message = "the model has no `Default`, since its field's type `{Self}` has none",
    label = "needs `{Self}: Default`",
    note = "give the field a default, `#[orm(default = ..)]`, or its type one, `#[derive(Default)]`"
)]
pub trait FieldDefault<'a>: Sized {
    /// The default.
    fn field_default() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> FieldDefault<'_> for T {
    fn field_default() -> Self {
        T::default()
    }
}

/// A relationship from `P` to `C`: what `back_populates` asks for.
#[diagnostic::on_unimplemented(
    message = "`back_populates` needs a relationship of `{P}` with `{C}`",
    label = "this is not a relationship of `{P}` with `{C}`",
    note = "name the field of `{P}` that is this relationship seen from the other side"
)]
pub trait PointsBack<P, C> {}

impl<P, C, K> PointsBack<P, C> for Relation<P, C, K> {}

/// A column of `M`: what `order_by` and `foreign_key` ask for.
#[diagnostic::on_unimplemented(
    message = "this is not a column of `{M}`",
    label = "expected a column of `{M}`",
    note = "write it as `{M}::column`"
)]
pub trait ColumnOf<M> {}

impl<M, T> ColumnOf<M> for Column<M, T> {}

/// A type that can be part of a key; `Itself` is the type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key column",
    label = "not a key type",
    note = "use i16, i32, i64, bool, String, Vec<u8>, a Uuid, date, time or timestamp, or an enum with #[derive(DbEnum)]; floats, decimals, JSON, lists and Option cannot be keys"
)]
pub trait KeyPart {
    /// The type.
    type Itself: KeyColumn;
}

#[diagnostic::do_not_recommend]
impl<T: KeyColumn> KeyPart for T {
    type Itself = T;
}

/// A type that a relationship can lead to; `Itself` is the type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model, so no relationship leads to it",
    label = "not a model",
    note = "put #[derive(Model)] on the struct"
)]
pub trait Related {
    /// The type.
    type Itself: Model;
    /// The model as static data.
    fn descriptor() -> &'static ModelDescriptor;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Related for M {
    type Itself = M;

    fn descriptor() -> &'static ModelDescriptor {
        <M as Model>::descriptor()
    }
}

/// A type with a value that stands in the field until the database or a relationship gives the true one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` needs `Default`: the builder may leave this column out",
    label = "no default to hold the place of the value",
    note = "the default stands in the field until the database, or the relationship, gives the value"
)]
pub trait Placeholder {
    /// The value given, or the one that holds its place.
    fn or_placeholder(given: Option<Self>) -> Self
    where
        Self: Sized;
}

#[diagnostic::do_not_recommend]
impl<T: Default> Placeholder for T {
    fn or_placeholder(given: Option<Self>) -> Self {
        given.unwrap_or_default()
    }
}

/// A type that counts versions: what `version` asks for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not count versions",
    label = "neither i16, i32 nor i64",
    note = "make the field an i32 or i64, or say what the next version is: `version = path::to::function`, of type `fn(Option<{Self}>) -> {Self}`"
)]
pub trait Counter: Sized {
    /// The version after this one; the first is 1.
    fn next(previous: Option<Self>) -> Self;
}

macro_rules! counter {
    ($($rust:ty),*) => {$(
        impl Counter for $rust {
            fn next(previous: Option<Self>) -> Self {
                previous.map_or(1, |previous| previous.wrapping_add(1))
            }
        }
    )*};
}

counter!(i16, i32, i64);

/// The version that follows, as a value.
pub fn next_version<T: ColumnType>(next: fn(Option<T>) -> T, previous: Option<&Value>) -> Value {
    let previous = previous.and_then(|value| T::from_value(value.as_ref()).ok());
    next(previous).to_value()
}

/// The value of a default for one row.
pub fn default_value<T: ColumnType, Marker>(default: impl ClientDefault<T, Marker>) -> Value {
    default.make().to_value()
}

/// The name of the column, which a column of type `T` can reference.
pub const fn references<T, M, U>(column: Column<M, U>) -> &'static str
where
    T: ColumnType,
    U: ColumnType,
    T::Base: SameType<U::Base>,
{
    column.name()
}

/// The expression of a computed column of type `T`.
pub fn sql_value<T, E>(expression: E) -> Expr
where
    T: ColumnType,
    E: Expression,
    E::Type: ColumnType + Gives<T>,
{
    expression.into_expr().inlined()
}

/// The condition that the objects of a relationship meet.
pub fn relation_filter(condition: impl Condition) -> Expr {
    condition.into_condition()
}

/// As [`sql_value`], of text of the program's own.
pub fn sql_text(text: &'static str) -> Expr {
    Expr::Named(Box::new(crate::sql::text(text).read_only()))
}

/// Holds when `T` may be NULL.
pub const fn nullable<T: Nullable>() {}

/// The key's part that stands in a [`Server`]; its type's default before the database has given it.
pub fn server_key<T: Clone + Default>(part: &Server<T>) -> T {
    part.value().cloned().unwrap_or_default()
}

/// Holds when the argument is a relationship from `P` to `C`.
pub fn points_back<P, C>(_: impl PointsBack<P, C>) {}

/// Holds when the argument is a column of `M`.
pub fn column_of<M>(_: impl ColumnOf<M>) {}

/// The error of [`Model::set`] for a column that the model does not have.
#[cold]
pub fn no_column<M: Model>(column: usize) -> Error {
    let model = M::descriptor();
    Error::new(
        ErrorKind::Decode,
        format!(
            "{} has no column at position {column}; it has {}",
            model.name,
            model.columns.len()
        ),
    )
    .with_table(model.table)
}
