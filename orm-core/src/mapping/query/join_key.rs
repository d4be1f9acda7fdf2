//! Joins along foreign keys, where no relationship is declared.

use super::super::{Model, Shape};
use super::join::equal;
use super::source::{Alias, SourceParts};
use super::{Body, Select};
use crate::sql::{Expr, JoinKind, Name, Refusal};

impl<S: Shape> Select<S> {
    /// Joins a model's table along the only foreign key between it and what is read so far.
    ///
    /// None or several are an error when the query is compiled: then join a relationship, or by a condition.
    #[must_use]
    pub fn join_table<M: Model>(self) -> Self {
        self.join_key(JoinKind::Inner, SourceParts::table(M::descriptor()))
    }

    /// As [`join_table`](Self::join_table); rows without a match are kept.
    #[must_use]
    pub fn left_join_table<M: Model>(self) -> Self {
        self.join_key(JoinKind::Left, SourceParts::table(M::descriptor()))
    }

    /// As [`join_table`](Self::join_table), for a model's table under another name.
    #[must_use]
    pub fn join_alias<M: Model>(self, alias: &Alias<M>) -> Self {
        self.join_key(JoinKind::Inner, alias.parts())
    }

    /// As [`join_alias`](Self::join_alias); rows without a match are kept.
    #[must_use]
    pub fn left_join_alias<M: Model>(self, alias: &Alias<M>) -> Self {
        self.join_key(JoinKind::Left, alias.parts())
    }

    fn join_key(mut self, kind: JoinKind, source: SourceParts) -> Self {
        let body = self.body();
        let on = match body.only_key(&source) {
            Ok(on) => Some(on),
            Err(message) => {
                body.statement.refuse(Refusal::query(message));
                None
            }
        };
        body.push_join(kind, source, on);
        self
    }
}

impl Body {
    /// The condition that the only foreign key between what is read and a table makes.
    fn only_key(&self, source: &SourceParts) -> std::result::Result<Expr, String> {
        let Some(target) = source.model else {
            return Err("only tables of models have foreign keys; use join_on".to_owned());
        };
        let far = source.item.label();
        let mut found: Vec<(String, Expr)> = Vec::new();
        let scope: Vec<&Name> = self.statement.sources().collect();
        for known in self
            .models
            .iter()
            .filter(|known| scope.contains(&&known.label))
        {
            let (model, near) = (known.model, &known.label);
            for key in target.foreign_keys() {
                if *key.parent == *model {
                    let remote = key.remote.iter().map(|&column| model.columns[column].name);
                    let local = key
                        .columns
                        .iter()
                        .map(|&column| target.columns[column].name);
                    found.push((key.name.clone(), equal(near, far, remote.zip(local))));
                }
            }
            for key in model.foreign_keys() {
                if *key.parent == *target && *model != *target {
                    let local = key.columns.iter().map(|&column| model.columns[column].name);
                    let remote = key.remote.iter().map(|&column| target.columns[column].name);
                    found.push((key.name.clone(), equal(near, far, local.zip(remote))));
                }
            }
        }
        let reads: Vec<&str> = scope.iter().map(|&name| name.as_ref()).collect();
        let reads = reads.join(", ");
        let cure = "join a relationship (.join(..)), or say the condition (.join_on(..))";
        match found.len() {
            1 => Ok(found.remove(0).1),
            0 => Err(format!(
                "no foreign key links {} with {reads}; {cure}",
                target.table
            )),
            _ => {
                let names: Vec<String> = found.into_iter().map(|(name, _)| name).collect();
                Err(format!(
                    "several foreign keys link {} with {reads} ({}); {cure}",
                    target.table,
                    names.join(", ")
                ))
            }
        }
    }
}
