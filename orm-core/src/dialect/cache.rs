//! Compiled texts by the structure of their statements: what has been compiled once is not compiled again.

use std::cell::Cell;
use std::sync::{Arc, RwLock};

use rustc_hash::FxHashMap;

use super::{Compiled, Compiler, Dialect, Summary};
use crate::error::Result;
use crate::sql::{self, Found, Key, Led, Select, Statement, Structure};
use crate::types::{Layout, Value};

/// Texts of one dialect, found by everything about a statement except its values.
///
/// A statement's key is its structure: every name, operator and literal, and of a value only its kind. Keys are
/// compared whole, so that two statements never share a text by chance.
#[derive(Debug)]
pub struct StatementCache {
    dialect: &'static dyn Dialect,
    texts: RwLock<FxHashMap<Box<[u8]>, Text>>,
}

/// A text, and where its parameters stand in the statement.
#[derive(Debug)]
struct Text {
    sql: Arc<str>,
    summary: Summary,
    layout: Option<Arc<Layout>>,
    /// For each parameter, the position of its value among those of the structure.
    order: Box<[u32]>,
}

/// What can be compiled by way of the cache.
pub(crate) trait Cacheable {
    fn compile<'a>(&'a self, compiler: Compiler<'a>) -> Result<Compiled>;
    fn feed<'a>(&'a self, structure: &mut Structure<'a, '_>);
}

impl Cacheable for Select {
    fn compile<'a>(&'a self, compiler: Compiler<'a>) -> Result<Compiled> {
        compiler.select_statement(self)
    }

    fn feed<'a>(&'a self, structure: &mut Structure<'a, '_>) {
        structure.select(self);
    }
}

impl Cacheable for Led<'_> {
    fn compile<'a>(&'a self, compiler: Compiler<'a>) -> Result<Compiled> {
        compiler.led_statement(self)
    }

    fn feed<'a>(&'a self, structure: &mut Structure<'a, '_>) {
        structure.led(self);
    }
}

impl Cacheable for Statement {
    fn compile<'a>(&'a self, compiler: Compiler<'a>) -> Result<Compiled> {
        compiler.statement(self)
    }

    fn feed<'a>(&'a self, structure: &mut Structure<'a, '_>) {
        structure.statement(self);
    }
}

impl Cacheable for sql::Text {
    fn compile<'a>(&'a self, compiler: Compiler<'a>) -> Result<Compiled> {
        compiler.text_statement(self)
    }

    fn feed<'a>(&'a self, structure: &mut Structure<'a, '_>) {
        structure.text(self);
    }
}

thread_local! {
    /// The memory of the key in the making; kept, so that a text found costs no allocation.
    static KEY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
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
        let mut key = Key::new(KEY.take());
        let mut found = Found::new();
        statement.feed(&mut Structure::new(&mut key, &mut found));
        let compiled = self.find_or_compile(statement, check, key.bytes(), found.values());
        KEY.set(key.into_memory());
        compiled
    }

    fn find_or_compile<S: Cacheable>(
        &self,
        statement: &S,
        check: impl FnOnce() -> Result<()>,
        key: Option<&[u8]>,
        values: &[&Value],
    ) -> Result<Compiled> {
        // A thread that panicked while it held the lock left a map that is whole, since texts are only ever added.
        let known = self.texts.read().unwrap_or_else(|held| held.into_inner());
        if let Some(text) = key.and_then(|key| known.get(key)) {
            return Ok(text.with(values));
        }
        drop(known);
        check()?;
        let mut places = Vec::new();
        let compiled = statement.compile(Compiler::new(self.dialect).noting(&mut places))?;
        if let Some(key) = key
            && let Some(text) = Text::of(&compiled, &places, values)
        {
            let mut known = self.texts.write().unwrap_or_else(|held| held.into_inner());
            if known.len() >= Self::CAPACITY {
                known.clear();
            }
            known.insert(key.into(), text);
        }
        Ok(compiled)
    }
}

impl Text {
    /// `None` when a parameter is not a value of the statement, but made up while compiling.
    fn of(compiled: &Compiled, places: &[usize], values: &[&Value]) -> Option<Self> {
        if places.len() != compiled.binds.len() {
            return None;
        }
        let position = |place: &usize| {
            let mut addresses = values.iter().map(|&value| std::ptr::from_ref(value).addr());
            let found = addresses.position(|address| address == *place)?;
            u32::try_from(found).ok()
        };
        Some(Self {
            sql: compiled.sql.clone(),
            summary: compiled.summary.clone(),
            layout: compiled.layout.clone(),
            order: places.iter().map(position).collect::<Option<_>>()?,
        })
    }

    fn with(&self, values: &[&Value]) -> Compiled {
        let order = self.order.iter();
        Compiled {
            sql: self.sql.clone(),
            binds: order.map(|&at| values[at as usize].clone()).collect(),
            summary: self.summary.clone(),
            layout: self.layout.clone(),
        }
    }
}
