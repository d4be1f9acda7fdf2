//! Which columns compare text by a rule of their own: asked once for an engine, when it first matters.

use std::sync::Arc;

use super::read::unseen_rows;
use crate::engine::{Backend, Connection, Engine};
use crate::error::Result;
use crate::schema::TextRules;

/// Decimals of own tables are text too, which is read as numbers. A view tells no collation: its columns may have any.
const SQLITE: &str = "SELECT t.name, c.name, coalesce(orm_collation(t.name, c.name), 'any') \
     FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c \
     WHERE t.type = 'view' OR orm_collation(t.name, c.name) NOT IN ('BINARY', 'decimal')";

/// Every type of the kind of text has its own idea of equality but TEXT and VARCHAR, by a collation at most; a domain is
/// what it was made of.
const POSTGRES: &str = "SELECT r.relname::TEXT, a.attname::TEXT, \
            CASE WHEN b.oid = 'BPCHAR'::REGTYPE THEN 'bpchar' ELSE format_type(b.oid, NULL) END \
     FROM pg_catalog.pg_attribute AS a \
     JOIN pg_catalog.pg_class AS r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'v', 'm', 'f') \
     JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
     JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid \
     JOIN pg_catalog.pg_type AS b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END \
     LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = a.attcollation \
     WHERE a.attnum > 0 AND NOT a.attisdropped AND t.typcategory = 'S' \
       AND (b.oid NOT IN ('TEXT'::REGTYPE, 'VARCHAR'::REGTYPE, 'NAME'::REGTYPE) OR NOT c.collisdeterministic)";

/// The rules of an engine's database. They are asked for once, and again after a
/// statement of the engine that may have changed the tables.
///
/// # Errors
/// Errors of the database.
pub(crate) async fn text_rules(
    engine: &Engine,
    connection: &mut Connection,
) -> Result<Arc<TextRules>> {
    if let Some(known) = engine.text_rules() {
        return Ok(known);
    }
    let sql = match engine.backend() {
        Backend::Sqlite => SQLITE,
        Backend::Postgres => POSTGRES,
    };
    let columns = unseen_rows(connection, sql, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    let rules = Arc::new(TextRules::new(Box::pin(columns).await?));
    engine.keep_text_rules(&rules);
    Ok(rules)
}
