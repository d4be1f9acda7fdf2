//! Compiled texts by the structure of their statements: what has been compiled once is not compiled again.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, RwLock};

use rustc_hash::FxHashMap;

use super::{Compiled, Compiler, Dialect, Summary};
use crate::error::Result;
use crate::sql::{self, Binds, Select, Statement};
use crate::types::Value;

/// Texts of one dialect, found by everything about a statement except its values.
///
/// A statement's key is what its `Hash` feeds: every name, operator and literal, and of a value only its kind. Keys are
/// compared whole, so that two statements never share a text by chance.
#[derive(Debug)]
pub struct StatementCache {
    dialect: &'static dyn Dialect,
    texts: RwLock<FxHashMap<Box<[u8]>, Arc<Text>>>,
}

/// A text, and where its parameters stand in the statement.
#[derive(Debug)]
struct Text {
    sql: Arc<str>,
    summary: Summary,
    /// For each parameter, the position of its value in the order of [`Binds`].
    order: Box<[u32]>,
}

/// What can be compiled by way of the cache.
pub(crate) trait Cacheable: Hash {
    fn compile(&self, compiler: Compiler<'_>) -> Result<Compiled>;
    fn binds<'a>(&'a self, visit: &mut dyn FnMut(&'a Value));
}

impl Cacheable for Select {
    fn compile(&self, compiler: Compiler<'_>) -> Result<Compiled> {
        compiler.select_statement(self)
    }

    fn binds<'a>(&'a self, visit: &mut dyn FnMut(&'a Value)) {
        Binds(visit).select(self);
    }
}

impl Cacheable for Statement {
    fn compile(&self, compiler: Compiler<'_>) -> Result<Compiled> {
        compiler.statement(self)
    }

    fn binds<'a>(&'a self, visit: &mut dyn FnMut(&'a Value)) {
        Binds(visit).statement(self);
    }
}

impl Cacheable for sql::Text {
    fn compile(&self, compiler: Compiler<'_>) -> Result<Compiled> {
        compiler.text_statement(self)
    }

    fn binds<'a>(&'a self, visit: &mut dyn FnMut(&'a Value)) {
        Binds(visit).text(self);
    }
}

thread_local! {
    /// The key in the making; kept, so that a text found costs no allocation.
    static KEY: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl StatementCache {
    /// When there are so many texts, the program makes up statements at run time: all are forgotten.
    pub(super) const CAPACITY: usize = 1024;

    /// No texts yet.
    pub fn new(dialect: &'static dyn Dialect) -> Self {
        Self {
            dialect,
            texts: RwLock::default(),
        }
    }

    /// The dialect of the texts.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.texts.read().unwrap().len()
    }

    /// The text and values of raw SQL.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    pub(crate) fn text(&self, text: &sql::Text) -> Result<Compiled> {
        self.compile(text, || Ok(()))
    }

    /// The text and values of a statement. `check` runs before a structure is compiled for the first time, and what it
    /// refuses is never compiled.
    ///
    /// # Errors
    /// Those of `check` and of the dialect.
    pub(crate) fn compile<S: Cacheable>(
        &self,
        statement: &S,
        check: impl FnOnce() -> Result<()>,
    ) -> Result<Compiled> {
        // Taken out while it is in use, since a dialect's own code may compile in between.
        let mut key = Key(KEY.take());
        key.0.clear();
        statement.hash(&mut key);
        let compiled = self.find_or_compile(statement, check, &key);
        KEY.set(key.0);
        compiled
    }

    fn find_or_compile<S: Cacheable>(
        &self,
        statement: &S,
        check: impl FnOnce() -> Result<()>,
        key: &Key,
    ) -> Result<Compiled> {
        let whole = key.0.len() < Key::LONGEST;
        // A thread that panicked while it held the lock left a map that is whole, since texts are only ever added.
        let known = self.texts.read().unwrap_or_else(|held| held.into_inner());
        if whole && let Some(text) = known.get(key.0.as_slice()) {
            let text = text.clone();
            drop(known);
            return Ok(text.with_values_of(statement));
        }
        drop(known);
        check()?;
        let mut places = Vec::new();
        let compiled = statement.compile(Compiler::new(self.dialect).noting(&mut places))?;
        if whole && let Some(text) = Text::of(&compiled, &places, statement) {
            let mut known = self.texts.write().unwrap_or_else(|held| held.into_inner());
            if known.len() >= Self::CAPACITY {
                known.clear();
            }
            known.insert(key.0.as_slice().into(), Arc::new(text));
        }
        Ok(compiled)
    }
}

impl Text {
    /// `None` when a parameter is not a value of the statement, but made up while compiling.
    fn of<S: Cacheable>(compiled: &Compiled, places: &[usize], statement: &S) -> Option<Self> {
        let mut addresses = Vec::new();
        statement.binds(&mut |value| addresses.push(std::ptr::from_ref(value).addr()));
        if places.len() != compiled.binds.len() {
            return None;
        }
        let position = |place: &usize| {
            let found = addresses.iter().position(|address| address == place)?;
            u32::try_from(found).ok()
        };
        Some(Self {
            sql: compiled.sql.clone(),
            summary: compiled.summary.clone(),
            order: places.iter().map(position).collect::<Option<_>>()?,
        })
    }

    fn with_values_of<S: Cacheable>(&self, statement: &S) -> Compiled {
        let mut binds = Vec::with_capacity(self.order.len());
        let in_order = (0..).zip(&self.order).all(|(index, &at)| index == at);
        if in_order {
            statement.binds(&mut |value| {
                if binds.len() < self.order.len() {
                    binds.push(value.clone());
                }
            });
        } else {
            let mut values = Vec::with_capacity(self.order.len());
            statement.binds(&mut |value| values.push(value));
            binds.extend(self.order.iter().map(|&at| values[at as usize].clone()));
        }
        Compiled {
            sql: self.sql.clone(),
            binds,
            summary: self.summary.clone(),
        }
    }
}

/// Keeps what a `Hash` feeds, rather than make a number of it.
struct Key(Vec<u8>);

impl Key {
    /// A longer key is of a statement that will not come again.
    const LONGEST: usize = 16_384;
}

impl Hasher for Key {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        if self.0.len() < Self::LONGEST {
            self.0.extend_from_slice(bytes);
        }
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        self.0.push(byte);
    }

    // Small numbers, as most are, in one byte; 255 says that all bytes follow.
    #[inline]
    fn write_usize(&mut self, value: usize) {
        match u8::try_from(value) {
            Ok(byte) if byte < u8::MAX => self.write_u8(byte),
            _ => {
                self.write_u8(u8::MAX);
                self.write(&value.to_ne_bytes());
            }
        }
    }

    #[inline]
    fn write_isize(&mut self, value: isize) {
        self.write_usize(value.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        0
    }
}
