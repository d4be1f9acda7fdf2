//! Asks how the columns of the database compare text, where that matters.

use std::sync::Arc;

use super::Session;
use crate::error::Result;
use crate::load::{Branches, Folding, has_text_keys};
use crate::mapping::RelationDescriptor;
use crate::reflect::text_rules;
use crate::schema::TextRules;

impl Session {
    /// How the columns of the database compare text; asked for once for an engine.
    pub(super) async fn text_rules(&mut self) -> Result<Arc<TextRules>> {
        if let Some(known) = self.engine.text_rules() {
            return Ok(known);
        }
        let engine = self.engine.clone();
        let found = text_rules(&engine, self.connect().await?).await;
        self.give_back();
        found
    }

    /// How the keys of a relationship are compared; `None` where they are letter by letter.
    pub(super) async fn folding(
        &mut self,
        relation: &'static RelationDescriptor,
    ) -> Result<Option<Folding>> {
        let folding = Folding::of(relation, &*self.text_rules().await?)?;
        if folding.is_some() {
            self.state.compares_otherwise(relation)?;
        }
        Ok(folding)
    }

    /// The same of what was joined to a query, whose rows are told by their parents' anyway: the state is to know it.
    pub(super) async fn foldings(&mut self, branches: &Branches) -> Result<()> {
        for branch in &branches.list {
            if has_text_keys(branch.step.relation)? {
                Box::pin(self.folding(branch.step.relation)).await?;
            }
        }
        Ok(())
    }
}
