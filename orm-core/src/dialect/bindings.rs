//! The parameters of a statement in the making.

use super::compiled::no_value;
use super::compiler::invalid;
use crate::error::Result;
use crate::sql::{Name, Parameter};
use crate::types::{SqlType, Value};

/// The values in the order of their placeholders, and which of them are known by name.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    values: Vec<Value>,
    /// The names, each with the position of a value.
    names: Vec<(Name, usize)>,
    /// The type of each name.
    types: Vec<SqlType>,
    /// Those of the names that were given no value yet.
    missing: Vec<Name>,
}

impl Bindings {
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Keeps a value, and gives its number, from one.
    pub(super) fn push(&mut self, value: Value) -> usize {
        if self.values.capacity() == 0 {
            self.values = Vec::with_capacity(8);
        }
        self.values.push(value);
        self.values.len()
    }

    /// The number of a parameter known by name; where `shared`, the same for all places.
    pub(super) fn named(&mut self, parameter: &Parameter, shared: bool) -> Result<usize> {
        let known = self
            .names
            .iter()
            .position(|(name, _)| *name == parameter.name);
        // The length of text is no matter to a parameter.
        let sql_type = match parameter.sql_type {
            SqlType::VarChar(_) => SqlType::Text,
            other => other,
        };
        if let Some(known) = known
            && self.types[known] != sql_type
        {
            return Err(invalid(format!(
                "the parameter {} is {:?} in one place and {sql_type:?} in another; give one of the parameters another name",
                parameter.name, self.types[known]
            )));
        }
        let first = known.map(|known| self.names[known].1);
        let missing = self.missing.iter().position(|name| *name == parameter.name);
        let value = match (first, &parameter.value) {
            (None, None) => {
                self.missing.push(parameter.name.clone());
                Value::Null
            }
            (None, Some(value)) => value.clone(),
            (Some(first), None) => self.values[first].clone(),
            (Some(first), Some(value)) => {
                if let Some(missing) = missing {
                    self.missing.swap_remove(missing);
                    for (_, position) in self
                        .names
                        .iter()
                        .filter(|(name, _)| *name == parameter.name)
                    {
                        self.values[*position] = value.clone();
                    }
                } else if self.values[first] != *value {
                    return Err(invalid(format!(
                        "the parameter {} has two values; give one of the parameters another name",
                        parameter.name
                    )));
                }
                value.clone()
            }
        };
        if let (Some(first), true) = (first, shared) {
            return Ok(first + 1);
        }
        let number = self.push(value);
        self.names.push((parameter.name.clone(), number - 1));
        self.types.push(sql_type);
        Ok(number)
    }

    /// The names with their positions, and those without a value, for whoever gives the values later.
    pub(super) fn take_names(&mut self) -> (Vec<(Name, usize)>, Vec<Name>) {
        (
            std::mem::take(&mut self.names),
            std::mem::take(&mut self.missing),
        )
    }

    /// The values.
    pub(super) fn take(&mut self) -> Result<Vec<Value>> {
        match self.missing.first() {
            None => Ok(std::mem::take(&mut self.values)),
            Some(name) => Err(no_value(name)),
        }
    }
}
