//! The texts of statements that are sent again and again, compiled once for an engine.

use std::any::TypeId;
use std::sync::RwLock;

use rustc_hash::FxHashMap;

use crate::dialect::BatchText;
use crate::error::Result;

/// What tells a statement's text from every other: the model, what is done, to which columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TextKey {
    model: TypeId,
    kind: &'static str,
    columns: Box<[usize]>,
}

impl TextKey {
    pub(crate) fn new(model: TypeId, kind: &'static str, columns: &[usize]) -> Self {
        Self {
            model,
            kind,
            columns: columns.into(),
        }
    }
}

/// The texts by what they do. There are as many as the program has models, operations and column sets in use.
#[derive(Debug, Default)]
pub(crate) struct TextCache(RwLock<FxHashMap<TextKey, BatchText>>);

impl TextCache {
    /// Texts beyond this number are compiled each time: a program that makes so many makes them up at run time.
    const CAPACITY: usize = 4096;

    pub(crate) fn get(
        &self,
        key: TextKey,
        compile: impl FnOnce() -> Result<BatchText>,
    ) -> Result<BatchText> {
        // A thread that panicked while it held the lock left a map that is whole, since texts are only ever added.
        if let Some(text) = self
            .0
            .read()
            .unwrap_or_else(|held| held.into_inner())
            .get(&key)
        {
            return Ok(text.clone());
        }
        let text = compile()?;
        let mut texts = self.0.write().unwrap_or_else(|held| held.into_inner());
        if texts.len() < Self::CAPACITY {
            texts.insert(key, text.clone());
        }
        Ok(text)
    }
}
