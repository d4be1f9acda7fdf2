//! What stands inside JSON: `Book::data.get("author").get("name").text()`.

use super::{BinaryOperator, Expr, Expression, JsonStep, Literal, Name, Typed};
use crate::types::{ColumnType, Json, JsonValue, SqlType};

/// JSON: `serde_json::Value`, [`Json<T>`](crate::types::Json), or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not JSON",
    label = "expected a JSON column or expression",
    note = "JSON is a column of type `serde_json::Value`, `Json<T>`, or an `Option` of one"
)]
pub trait JsonType: ColumnType {}

impl JsonType for JsonValue {}
impl<T> JsonType for Json<T> where Self: ColumnType {}
impl<T: JsonType> JsonType for Option<T> {}

/// What JSON has beyond the operators of every expression.
///
/// ```
/// use orm_core::sql::{Expression, JsonExpression, func};
///
/// let data = func::value(serde_json::json!({"author": {"name": "Ann", "born": 1970}, "tags": ["a"]}));
/// let name = data.clone().get("author").get("name").text();
/// let young = data.clone().path(["author", "born"]).int().gt(1960);
/// let first_tag = data.get("tags").at(0).text();
/// # let _ = (name, young, first_tag);
/// ```
pub trait JsonExpression: Expression {
    /// The member of an object.
    fn get(self, key: impl Into<Name>) -> JsonPath
    where
        Self::Type: JsonType,
    {
        JsonPath::new(self.into_expr()).get(key)
    }

    /// The item of a list, counted from zero.
    fn at(self, index: u32) -> JsonPath
    where
        Self::Type: JsonType,
    {
        JsonPath::new(self.into_expr()).at(index)
    }

    /// The member of a member of an object, and so on.
    fn path<K: Into<Name>>(self, keys: impl IntoIterator<Item = K>) -> JsonPath
    where
        Self::Type: JsonType,
    {
        JsonPath::new(self.into_expr()).path(keys)
    }

    /// Whether an object has a member of this name, be it JSON's null.
    fn has_key(self, key: impl Into<Name>) -> Typed<bool>
    where
        Self::Type: JsonType,
    {
        self.get(key).is_present()
    }
}

impl<E: Expression> JsonExpression for E {}

/// The way to a value inside JSON; what it is read as comes last. Where nothing is at the end of the way, the value is NULL.
#[derive(Debug, Clone)]
#[must_use = "a path into JSON is no expression yet; end it with .text(), .int(), .float(), .bool() or .json()"]
pub struct JsonPath {
    operand: Expr,
    steps: Vec<JsonStep>,
}

impl JsonPath {
    fn new(operand: Expr) -> Self {
        Self {
            operand,
            steps: Vec::new(),
        }
    }

    /// On to the member of an object.
    pub fn get(mut self, key: impl Into<Name>) -> Self {
        self.steps.push(JsonStep::Key(key.into()));
        self
    }

    /// On to the item of a list, counted from zero.
    pub fn at(mut self, index: u32) -> Self {
        self.steps.push(JsonStep::Index(index));
        self
    }

    /// On to the member of a member of an object, and so on.
    pub fn path<K: Into<Name>>(self, keys: impl IntoIterator<Item = K>) -> Self {
        keys.into_iter().fold(self, Self::get)
    }

    /// Read as text: a string without its quotes, anything else as JSON writes it. JSON's null is NULL.
    pub fn text(self) -> Typed<Option<String>> {
        Typed::new(self.read(true))
    }

    /// Read as an integer; what is none is an error on PostgreSQL, and read as far as it goes on SQLite.
    pub fn int(self) -> Typed<Option<i64>> {
        self.cast(SqlType::BigInt)
    }

    /// Read as a float; what is no number is an error on PostgreSQL, and read as far as it goes on SQLite.
    pub fn float(self) -> Typed<Option<f64>> {
        self.cast(SqlType::Double)
    }

    /// Read as a truth value: whether it is JSON's `true`.
    pub fn bool(self) -> Typed<Option<bool>> {
        let truth = Expr::Literal(Literal::Text(Name::Borrowed("true")));
        Typed::new(Expr::binary(BinaryOperator::Eq, self.read(true), truth))
    }

    /// As JSON again.
    pub fn json(self) -> Typed<Option<JsonValue>> {
        Typed::new(self.read(false))
    }

    /// Whether something is at the end of the way, be it JSON's null.
    pub fn is_present(self) -> Typed<bool> {
        self.json().is_not_null()
    }

    fn cast<T>(self, sql_type: SqlType) -> Typed<T> {
        Typed::new(Expr::Cast(Box::new(self.read(true)), sql_type))
    }

    fn read(self, text: bool) -> Expr {
        Expr::Json {
            operand: Box::new(self.operand),
            path: self.steps,
            text,
        }
    }
}
