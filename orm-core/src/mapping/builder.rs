//! What the generated builders are made of: the state of each column, which the compiler checks at `build()`.

/// The state of a column that has not been set; `OPTIONAL` when it may stay so.
#[derive(Debug, Clone, Copy, Default)]
pub struct Missing<const OPTIONAL: bool>;

/// The state of a column that has been set.
#[derive(Debug, Clone, Copy)]
pub struct Given<T>(pub T);

/// A state of a column.
pub trait Stated {
    /// Whether the program has set the column.
    const GIVEN: bool;
}

impl<T> Stated for Given<T> {
    const GIVEN: bool = true;
}

impl<const OPTIONAL: bool> Stated for Missing<OPTIONAL> {
    const GIVEN: bool = false;
}

/// A state that gives column `C` of model `M` its value of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{M}` cannot be built: its column `{C}` is not set",
    label = "call `.{C}(..)` before `.build()`",
    note = "a column may be left out when it is an Option, a generated key, a foreign key filled by its BelongsTo, or has a default or server_default"
)]
pub trait Provide<M, C, T>: Stated {
    /// The value.
    fn provide(self) -> T;
}

impl<M, C, T> Provide<M, C, T> for Given<T> {
    fn provide(self) -> T {
        self.0
    }
}

impl<M, C, T: Default> Provide<M, C, T> for Missing<true> {
    fn provide(self) -> T {
        T::default()
    }
}

/// Marks a default that is the value itself.
#[derive(Debug)]
pub struct ByValue;

/// Marks a default that is a function to call for each object.
#[derive(Debug)]
pub struct ByCall;

/// What `#[orm(default = ..)]` takes: a value of the column's type, or a function that returns one.
#[diagnostic::on_unimplemented(
    message = "the default does not fit the column, which is `{T}`",
    label = "not a `{T}`, nor a function that returns one",
    note = "write a value (`default = 0`), or a function to call for each object (`default = Uuid::now_v7`)"
)]
pub trait ClientDefault<T, Marker> {
    /// The value for one object.
    fn make(self) -> T;
}

impl<T> ClientDefault<T, ByValue> for T {
    fn make(self) -> T {
        self
    }
}

impl<T, F: FnOnce() -> T> ClientDefault<T, ByCall> for F {
    fn make(self) -> T {
        self()
    }
}
