//! How a question is asked and its answer printed.

use orm_core::mapping::{Query, Select, Shape};
use orm_core::prelude::*;
use orm_core::session::Track;

pub struct Report {
    pub engine: Engine,
    pub with_sql: bool,
}

impl Report {
    const ROWS: usize = 5;

    /// Asks, and prints the first rows as `show` writes them.
    pub async fn ask<S>(
        &self,
        question: &str,
        query: Select<S>,
        show: impl Fn(&S::Owned) -> String,
    ) -> orm_core::Result<()>
    where
        S: Shape + Track,
        Select<S>: Query<Shape = S>,
    {
        println!("\n## {question}");
        self.sql(&query.pretty(self.engine.dialect())?);
        let rows = self.engine.all(query).await?;
        for row in rows.iter().take(Self::ROWS) {
            println!("  {}", show(row));
        }
        println!("  ({} rows)", rows.len());
        Ok(())
    }

    /// Prints the text of a statement.
    pub fn sql(&self, sql: &str) {
        if self.with_sql {
            println!("{sql}\n");
        }
    }
}
