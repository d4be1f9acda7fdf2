//! Whether a query can be sent, and how it is told when it cannot.

use super::super::{ModelDescriptor, Shape};
use super::{Body, Select};
use crate::error::Result;
use crate::sql::scope::{self, Fault};
use crate::sql::{Led, Name};

impl<S: Shape> Select<S> {
    /// Whether the query can be sent; what compiling checks first.
    ///
    /// # Errors
    /// As [`Select::to_sql`].
    pub fn check(&self) -> Result<()> {
        self.body.led(|led| self.check_led(led))
    }

    pub(super) fn check_led(&self, led: &Led<'_>) -> Result<()> {
        scope::check_led(led).map_err(|fault| {
            let advice = match &*fault {
                Fault::Table { table, scope } => self.body.join_to(table, scope),
                _ => None,
            };
            fault.into_error(advice)
        })
    }
}

impl Body {
    /// The join that brings a table into a query, where a relationship is known that leads to it.
    fn join_to(&self, table: &Name, scope: &[Name]) -> Option<String> {
        let known = self
            .models
            .iter()
            .filter(|known| scope.contains(&known.label));
        let relation = known
            .flat_map(|known| known.model.relations)
            .find(|relation| (relation.target)().table == *table)?;
        let model: &ModelDescriptor = (relation.model)();
        Some(format!("add .join({}::{})", model.name, relation.name))
    }
}
