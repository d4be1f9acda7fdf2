//! Keys that are not the same here and are equal for the database: by a collation that ignores case or blanks, by a type.

mod models;
mod programs;

use orm_core::engine::Engine;
use orm_core::mapping::{AnyLoad, IntoLoad, LoadOption, Strategy};
use orm_core::prelude::*;
use orm_core::sql::{Refusal, text, text_unchecked};

use crate::harness::{Backend, Db, both};
use models::{
    Head, HeadAccessors as _, Line, LineAccessors as _, Part, PartAccessors as _, Tag,
    TagAccessors as _,
};

/// A way in which tables of other programs are made.
struct Way {
    name: &'static str,
    before: &'static [&'static str],
    /// The type of a key, and of what refers to it.
    key: &'static str,
    foreign: &'static str,
    /// Four keys, each in two ways to write it that are equal for the key's column.
    keys: [[&'static str; 2]; 4],
}

const CASES: [[&str; 2]; 4] = [["ab", "AB"], ["Cd", "cD"], ["EF", "ef"], ["gh", "gH"]];
const BLANKS: [[&str; 2]; 4] = [
    ["ab", "ab "],
    ["Cd ", "Cd   "],
    ["EF", "EF  "],
    ["gh", "gh "],
];
/// A type that writes its blanks by itself.
const PADDED: [[&str; 2]; 4] = [
    ["ab       ", "ab"],
    ["Cd       ", "Cd"],
    ["EF       ", "EF"],
    ["gh       ", "gh       "],
];
const ICU: &str =
    "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";

fn ways(backend: Backend) -> Vec<Way> {
    let way = |name, key, foreign, keys| Way {
        name,
        before: &[],
        key,
        foreign,
        keys,
    };
    match backend {
        Backend::Sqlite => vec![
            way(
                "NOCASE",
                "TEXT COLLATE NOCASE",
                "TEXT COLLATE NOCASE",
                CASES,
            ),
            way(
                "NOCASE, referred to by plain text",
                "TEXT COLLATE NOCASE",
                "TEXT",
                CASES,
            ),
            way("RTRIM", "TEXT COLLATE RTRIM", "TEXT COLLATE RTRIM", BLANKS),
            way(
                "RTRIM, referred to by plain text",
                "TEXT COLLATE RTRIM",
                "VARCHAR(9)",
                BLANKS,
            ),
        ],
        Backend::Postgres => vec![
            Way {
                before: &[ICU],
                ..way(
                    "a collation",
                    "TEXT COLLATE nocase",
                    "TEXT COLLATE nocase",
                    CASES,
                )
            },
            way(
                "a collation, referred to by plain text",
                "VARCHAR(9) COLLATE nocase",
                "TEXT",
                CASES,
            ),
            Way {
                before: &["CREATE EXTENSION citext"],
                ..way("citext", "CITEXT", "CITEXT", CASES)
            },
            Way {
                before: &["CREATE DOMAIN any_case AS CITEXT"],
                ..way("a domain of citext", "any_case", "any_case", CASES)
            },
            way("char(n)", "CHAR(9)", "CHAR(9)", PADDED),
        ],
    }
}

async fn send(
    engine: &Engine,
    statements: impl IntoIterator<Item = String>,
) -> orm_core::Result<()> {
    let mut transaction = engine.begin().await?;
    for sql in statements {
        transaction.execute(text_unchecked(sql)).await?;
    }
    transaction.commit().await
}

impl Way {
    async fn create(&self, engine: &Engine) -> orm_core::Result<()> {
        let (key, foreign) = (self.key, self.foreign);
        let mut all: Vec<String> = self.before.iter().map(|&sql| sql.into()).collect();
        for table in ["parts", "head_tag", "tags", "lines", "heads"] {
            all.push(format!("DROP TABLE IF EXISTS {table}"));
        }
        all.push(format!("CREATE TABLE heads (code {key} NOT NULL PRIMARY KEY, name TEXT NOT NULL, above {foreign} REFERENCES heads (code))"));
        all.push(format!("CREATE TABLE lines (id BIGINT NOT NULL PRIMARY KEY, head_code {foreign} NOT NULL REFERENCES heads (code))"));
        all.push(format!(
            "CREATE TABLE tags (name {key} NOT NULL PRIMARY KEY)"
        ));
        all.push(format!("CREATE TABLE head_tag (head_code {foreign} NOT NULL REFERENCES heads (code), tag_name {foreign} NOT NULL REFERENCES tags (name), PRIMARY KEY (head_code, tag_name))"));
        all.push(format!("CREATE TABLE parts (id BIGINT NOT NULL PRIMARY KEY, number BIGINT NOT NULL, code {key} NOT NULL, of_number BIGINT, of_code {foreign}, UNIQUE (number, code), FOREIGN KEY (of_number, of_code) REFERENCES parts (number, code))"));
        let [[a, aa], [b, bb], [c, cc], [d, _]] = self.keys;
        all.push(format!("INSERT INTO heads (code, name, above) VALUES ('{a}', 'one', NULL), ('{b}', 'two', '{aa}'), ('{c}', 'three', '{a}'), ('{d}', 'four', NULL)"));
        all.push(format!("INSERT INTO lines (id, head_code) VALUES (1, '{a}'), (2, '{aa}'), (3, '{bb}'), (4, '{a}'), (5, '{b}')"));
        all.push(format!(
            "INSERT INTO tags (name) VALUES ('{a}'), ('{bb}'), ('{c}')"
        ));
        all.push(format!("INSERT INTO head_tag (head_code, tag_name) VALUES ('{aa}', '{a}'), ('{a}', '{b}'), ('{b}', '{cc}'), ('{cc}', '{aa}')"));
        all.push(format!("INSERT INTO parts (id, number, code, of_number, of_code) VALUES (1, 1, '{a}', NULL, NULL), (2, 1, '{b}', 1, '{aa}'), (3, 2, '{a}', 1, '{a}'), (4, 2, '{b}', 2, '{aa}')"));
        send(engine, all).await
    }
}

async fn each_way(
    db: &Db,
    program: impl AsyncFn(&Engine, &Way) -> orm_core::Result<()>,
) -> orm_core::Result<()> {
    let mut setup = Some(db.engine().await);
    for way in ways(db.backend()) {
        // One connection is the database where that is in memory.
        let engine = setup.take().unwrap_or(db.engine().await);
        way.create(&engine).await?;
        program(&engine, &way).await?;
        engine.dispose().await;
    }
    Ok(())
}

/// A relationship by one strategy.
struct By<L>(L, Strategy);

impl<L: AnyLoad> AnyLoad for By<L> {
    fn into_option(self) -> Result<LoadOption, Refusal> {
        let mut option = self.0.into_option()?;
        option.strategy = Some(self.1);
        Ok(option)
    }
}

impl<P, L: IntoLoad<P>> IntoLoad<P> for By<L> {}

const STRATEGIES: [Strategy; 6] = [
    Strategy::Lazy,
    Strategy::Batch,
    Strategy::SelectIn,
    Strategy::Joined,
    Strategy::Subquery,
    Strategy::Immediate,
];

/// One or many.
fn each<T>(found: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
    found.into_iter()
}

/// What the join of the database says: pairs of the two objects.
async fn joined(engine: &Engine, sql: &'static str) -> orm_core::Result<Vec<(String, String)>> {
    let mut pairs = engine.all(text(sql).columns::<(String, String)>()).await?;
    pairs.sort();
    Ok(pairs)
}

/// The pairs that a relationship shows by every strategy, in a session and as plain values.
macro_rules! pairs {
    ($engine:ident, $way:ident: $model:ty, $relation:ident, $from:ident, $to:ident; $sql:literal) => {{
        let expected = joined($engine, $sql).await?;
        assert!(expected.len() >= 2, "{}: {expected:?}", $way.name);
        for strategy in STRATEGIES {
            let name = format!("{}: {} {strategy:?}", $way.name, stringify!($relation));
            let query = || <$model>::select().with(By(<$model>::$relation, strategy));
            let mut session = $engine.session();
            let mut found = Vec::new();
            for root in session.all(query()).await? {
                for other in each(root.$relation(&mut session).await?) {
                    found.push((
                        session[root].$from.to_string(),
                        session[other].$to.to_string(),
                    ));
                }
            }
            found.sort();
            assert_eq!(found, expected, "{name}");
            if strategy.is_eager() {
                let mut found = Vec::new();
                for root in &$engine.all(query()).await? {
                    for other in each(root.$relation.get()?) {
                        found.push((root.$from.to_string(), other.$to.to_string()));
                    }
                }
                found.sort();
                assert_eq!(found, expected, "{name} owned");
            }
        }
    }};
}

mod kinds;

both! {
    /// Every strategy gives the tree of a join in the database, whichever side the relationship is read from.
    async fn every_strategy_matches_as_the_database_does(db: Db) {
        each_way(&db, async |engine: &Engine, way: &Way| {
            pairs!(engine, way: Head, lines, code, id;
                "SELECT h.code, CAST(l.id AS TEXT) FROM heads AS h JOIN lines AS l ON h.code = l.head_code");
            pairs!(engine, way: Line, head, id, code;
                "SELECT CAST(l.id AS TEXT), h.code FROM heads AS h JOIN lines AS l ON h.code = l.head_code");
            pairs!(engine, way: Head, below, code, code;
                "SELECT h.code, b.code FROM heads AS h JOIN heads AS b ON h.code = b.above");
            pairs!(engine, way: Head, upper, code, code;
                "SELECT b.code, h.code FROM heads AS h JOIN heads AS b ON h.code = b.above");
            pairs!(engine, way: Head, tags, code, name;
                "SELECT h.code, t.name FROM heads AS h JOIN head_tag AS p ON h.code = p.head_code JOIN tags AS t ON t.name = p.tag_name");
            pairs!(engine, way: Tag, heads, name, code;
                "SELECT t.name, h.code FROM heads AS h JOIN head_tag AS p ON h.code = p.head_code JOIN tags AS t ON t.name = p.tag_name");
            pairs!(engine, way: Part, parts, id, id;
                "SELECT CAST(p.id AS TEXT), CAST(q.id AS TEXT) FROM parts AS p JOIN parts AS q ON p.number = q.of_number AND p.code = q.of_code");
            pairs!(engine, way: Part, whole, id, id;
                "SELECT CAST(q.id AS TEXT), CAST(p.id AS TEXT) FROM parts AS p JOIN parts AS q ON p.number = q.of_number AND p.code = q.of_code");
            Ok(())
        }).await?;
    }
}
