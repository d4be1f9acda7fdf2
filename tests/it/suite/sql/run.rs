//! Statements of any number of columns, run through the engine: what a test has compiled or written itself.

use orm_core::dialect::{Compiled, Dialect, StatementCache, Summary};
use orm_core::mapping::{LoadOption, Query, Shape};
use orm_core::session::{Track, Tracker};
use orm_core::sql::Statement;
use orm_core::types::{Row, Value};

/// A row with all its values, however many there are.
pub(super) struct Cells;

impl Shape for Cells {
    type Owned = Vec<Value>;

    fn width() -> usize {
        0
    }

    fn decode(row: &dyn Row, _offset: usize) -> orm_core::Result<Vec<Value>> {
        (0..row.len())
            .map(|index| Ok(row.value(index)?.to_owned()))
            .collect()
    }
}

impl Track for Cells {
    type Tracked = Vec<Value>;

    fn track(rows: Vec<Vec<Value>>, _: &mut Tracker<'_>) -> orm_core::Result<Vec<Vec<Value>>> {
        Ok(rows)
    }
}

/// A statement as it is, and its parameters.
#[derive(Clone)]
pub(super) struct Plain(Compiled);

impl Plain {
    /// A text without parameters.
    pub(super) fn text(sql: &str) -> Self {
        Self(Compiled {
            sql: sql.into(),
            binds: Vec::new(),
            summary: Summary {
                operation: "TEXT".into(),
                table: None,
                reads: false,
            },
            layout: None,
        })
    }

    /// A statement of the untyped tree.
    pub(super) fn compiled(statement: &Statement, dialect: &dyn Dialect) -> orm_core::Result<Self> {
        dialect.compile(statement).map(Self)
    }

    pub(super) fn sql(&self) -> &str {
        &self.0.sql
    }
}

impl From<Compiled> for Plain {
    fn from(compiled: Compiled) -> Self {
        Self(compiled)
    }
}

impl Query for Plain {
    type Shape = Cells;

    fn compile(&self, _: &StatementCache) -> orm_core::Result<Compiled> {
        Ok(self.0.clone())
    }

    fn loads(&self) -> &[LoadOption] {
        &[]
    }

    fn overwrite(&self) -> bool {
        false
    }
}
