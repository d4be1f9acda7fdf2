//! Many values in a row, without an allocation for each: the parameters of a batch.

use super::numeric::Numeric;
use super::value::Array;
use super::{Value, ValueRef};

/// A list of values whose texts and bytes lie one after another in one buffer each. Values that are longer than a word lie
/// among the bytes.
#[derive(Debug, Clone, Default)]
pub struct Values {
    cells: Vec<Cell>,
    text: String,
    bytes: Vec<u8>,
    arrays: Vec<Array>,
    decimals: Vec<Numeric>,
}

/// One value; a text or bytes by where it begins in its buffer and how long it is.
#[derive(Debug, Clone, Copy)]
enum Cell {
    Null,
    Unloaded,
    Bool(bool),
    I16(i16),
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
    Text { length: u32, start: usize },
    Bytes { length: u32, start: usize },
    Json { length: u32, start: usize },
    Invalid { length: u32, start: usize },
    Array(usize),
    Date(i32),
    Time(i64),
    Timestamp(i64),
    TimestampTz(i64),
    Decimal(usize),
    Uuid(usize),
}

/// The longest text or bytes in a list: far more than either database takes for one value.
const LONGEST: usize = u32::MAX as usize;

impl Values {
    /// An empty list with room for `count` values.
    pub fn with_capacity(count: usize) -> Self {
        Self {
            cells: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    /// Makes room for `count` more values.
    pub fn reserve(&mut self, count: usize) {
        self.cells.reserve(count);
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Appends a value. A text or bytes beyond 4 GiB, which no database takes for one value, is cut to that length, so
    /// that the database refuses it.
    // The caller most often knows which value it is, and then nothing of the choice is left.
    #[inline(always)]
    pub fn push(&mut self, value: ValueRef<'_>) {
        let cell = match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Unloaded => Cell::Unloaded,
            ValueRef::Bool(value) => Cell::Bool(value),
            ValueRef::I16(value) => Cell::I16(value),
            ValueRef::I32(value) => Cell::I32(value),
            ValueRef::I64(value) => Cell::I64(value),
            ValueRef::F32(value) => Cell::F32(value),
            ValueRef::F64(value) => Cell::F64(value),
            ValueRef::Text(value) => {
                let (length, start) = self.push_text(value);
                Cell::Text { length, start }
            }
            ValueRef::Bytes(value) => {
                let value = &value[..value.len().min(LONGEST)];
                let start = self.bytes.len();
                self.bytes.extend_from_slice(value);
                Cell::Bytes {
                    length: value.len() as u32,
                    start,
                }
            }
            ValueRef::Json(value) => {
                let (length, start) = self.push_text(value);
                Cell::Json { length, start }
            }
            ValueRef::Invalid(reason) => {
                let (length, start) = self.push_text(reason);
                Cell::Invalid { length, start }
            }
            ValueRef::Array(array) => {
                self.arrays.push(array.clone());
                Cell::Array(self.arrays.len() - 1)
            }
            ValueRef::Date(value) => Cell::Date(value),
            ValueRef::Time(value) => Cell::Time(value),
            ValueRef::Timestamp(value) => Cell::Timestamp(value),
            ValueRef::TimestampTz(value) => Cell::TimestampTz(value),
            ValueRef::Decimal(value) => {
                self.decimals.push(value);
                Cell::Decimal(self.decimals.len() - 1)
            }
            ValueRef::Uuid(value) => {
                self.bytes.extend_from_slice(&value);
                Cell::Uuid(self.bytes.len() - value.len())
            }
        };
        self.cells.push(cell);
    }

    #[inline]
    fn push_text(&mut self, value: &str) -> (u32, usize) {
        let value = match value.len() {
            ..=LONGEST => value,
            _ => &value[..value.floor_char_boundary(LONGEST)],
        };
        let start = self.text.len();
        self.text.push_str(value);
        (value.len() as u32, start)
    }

    /// The value at `index`; NULL beyond the end.
    #[inline]
    pub fn get(&self, index: usize) -> ValueRef<'_> {
        match self.cells.get(index) {
            Some(&cell) => self.read(cell),
            None => ValueRef::Null,
        }
    }

    /// So many values from `first` on, as far as they are there.
    #[inline]
    pub fn range(&self, first: usize, count: usize) -> impl Iterator<Item = ValueRef<'_>> {
        let cells = self.cells.get(first..first + count).unwrap_or_default();
        cells.iter().map(|&cell| self.read(cell))
    }

    #[inline(always)]
    fn read(&self, cell: Cell) -> ValueRef<'_> {
        match cell {
            Cell::Null => ValueRef::Null,
            Cell::Unloaded => ValueRef::Unloaded,
            Cell::Bool(value) => ValueRef::Bool(value),
            Cell::I16(value) => ValueRef::I16(value),
            Cell::I32(value) => ValueRef::I32(value),
            Cell::I64(value) => ValueRef::I64(value),
            Cell::F32(value) => ValueRef::F32(value),
            Cell::F64(value) => ValueRef::F64(value),
            Cell::Text { length, start } => {
                ValueRef::Text(&self.text[start..start + length as usize])
            }
            Cell::Bytes { length, start } => {
                ValueRef::Bytes(&self.bytes[start..start + length as usize])
            }
            Cell::Json { length, start } => {
                ValueRef::Json(&self.text[start..start + length as usize])
            }
            Cell::Invalid { length, start } => {
                ValueRef::Invalid(&self.text[start..start + length as usize])
            }
            Cell::Array(index) => ValueRef::Array(&self.arrays[index]),
            Cell::Date(value) => ValueRef::Date(value),
            Cell::Time(value) => ValueRef::Time(value),
            Cell::Timestamp(value) => ValueRef::Timestamp(value),
            Cell::TimestampTz(value) => ValueRef::TimestampTz(value),
            Cell::Decimal(index) => ValueRef::Decimal(self.decimals[index]),
            Cell::Uuid(start) => {
                let mut uuid = [0; 16];
                uuid.copy_from_slice(&self.bytes[start..start + 16]);
                ValueRef::Uuid(uuid)
            }
        }
    }

    /// The values, in order.
    pub fn iter(&self) -> impl Iterator<Item = ValueRef<'_>> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Forgets the values, and keeps the room.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
        self.bytes.clear();
        self.arrays.clear();
        self.decimals.clear();
    }

    /// Forgets the values from `count` on.
    pub fn truncate(&mut self, count: usize) {
        self.cells.truncate(count);
    }

    /// Owned copies.
    pub fn to_vec(&self) -> Vec<Value> {
        self.iter().map(ValueRef::to_owned).collect()
    }
}

impl<'a> FromIterator<&'a Value> for Values {
    fn from_iter<I: IntoIterator<Item = &'a Value>>(values: I) -> Self {
        let mut list = Self::default();
        values
            .into_iter()
            .for_each(|value| list.push(value.as_ref()));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SqlType;

    #[test]
    fn small() {
        assert_eq!(size_of::<Cell>(), 16);
    }

    #[test]
    fn gives_back_what_was_pushed() {
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::I16(-1),
            Value::Text("ä".into()),
            Value::Bytes(vec![0, 255]),
            Value::Text(String::new()),
            Value::I32(2),
            Value::Text("z".into()),
            Value::F32(1.5),
            Value::F64(-0.5),
            Value::I64(i64::MIN),
            Value::Date(-1),
            Value::Time(1),
            Value::Timestamp(i64::MIN),
            Value::TimestampTz(i64::MAX),
            Value::Decimal(Numeric::new(110, 2, true).unwrap()),
            Value::Uuid([7; 16]),
            Value::Bytes(vec![9]),
            Value::Uuid([8; 16]),
            Value::Json("{}".into()),
            Value::Invalid("no".into()),
            Value::Unloaded,
            Value::Array(Box::new((SqlType::Text, vec![Value::Text("a".into())]))),
            Value::Decimal(Numeric::from(7)),
        ];
        let list: Values = values.iter().collect();
        assert_eq!(list.to_vec(), values);
        assert_eq!(list.get(99), ValueRef::Null);
    }
}
