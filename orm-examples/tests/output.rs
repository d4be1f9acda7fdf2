//! The example programs print exactly this, on both databases.

use std::process::Command;

use harness::{Backend, Db, run};

#[allow(dead_code, reason = "the suite's harness, of which this needs a part")]
#[path = "../../tests/it/harness"]
mod harness {
    mod backend;
    mod isolate;
    mod postgres;
    mod sqlite;

    pub(crate) use backend::{Backend, Db, run};
}

const BOOKSTORE: &str = "\
--- Creating tables ---
Tables created: authors, books

--- Inserting authors and books ---
Added 3 authors with 7 books total.

--- All authors ---
  Author: David Thomas
    - The Pragmatic Programmer (1999)
    - Programming Pearls (2000)
  Author: Robert C. Martin
    - Clean Code (2008)
    - Clean Architecture (2017)
    - The Clean Coder (2011)
  Author: Luciano Ramalho
    - Fluent Python (2015)
    - Fluent Python 2nd Ed (2022)

--- Query: books after 2010 ---
  Clean Architecture (2017) by Robert C. Martin
  The Clean Coder (2011) by Robert C. Martin
  Fluent Python (2015) by Luciano Ramalho
  Fluent Python 2nd Ed (2022) by Luciano Ramalho

--- Query: authors with more than 2 books ---
  Robert C. Martin (3 books)

--- ORM vs raw SQL comparison ---
ORM query returned the same results as raw SQL.
";

const TASKS: &str = "\
--- Create ---
<Task: ⏳ Learn ORM> has id 1
<Task: ⏳ Learn Rust> has id 2

--- Read all ---
<Task: ⏳ Learn ORM>
<Task: ⏳ Learn Rust>

--- Read by id ---
<Task: ⏳ Learn ORM>

--- Change ---
<Task: ✅ Learn ORM ✨>

--- Delete ---
deleting <Task: ⏳ Learn Rust>

--- What remains ---
<Task: ✅ Learn ORM ✨>

--- A user with tasks ---
<User: Ada>
  <Task: ⏳ Write the program>
  <Task: ⏳ Build the engine>
";

const LARGE_RESULTS: &str = "\
2000 stations, their readings add up to 9000
in at most 64 MB: true
station 0002000, station 0001999
station 0001998, station 0001997
station 0002000, station 0001999
";

const ANALYTICS: &str = include_str!("output/analytics.txt");

const N_PLUS_ONE: &str = include_str!("output/n_plus_one.txt");

const QUERIES: &str = include_str!("output/queries.txt");

/// With its SQL, which is not the same on both databases.
const UNIT_OF_WORK: (&str, &str) = (
    include_str!("output/unit_of_work.sqlite.txt"),
    include_str!("output/unit_of_work.postgres.txt"),
);

/// Runs a program, and gives what it prints.
fn output(program: &str, options: &[&str], url: Option<&str>) -> String {
    let output = Command::new(program)
        .args(options)
        .args(url)
        .output()
        .expect("the example starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} fails: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The second run finds the tables of the first, and prints the same.
async fn twice(program: &str, options: &[&str], db: &Db, expected: &str) {
    for _ in 0..2 {
        assert_eq!(output(program, options, Some(db.url())), expected);
    }
}

/// The tests of one program; what it prints may differ where it prints SQL.
macro_rules! prints {
    ($name:ident, $options:expr, $expected:expr) => {
        prints!($name, $options, $expected, $expected);
    };
    ($name:ident, $options:expr, $sqlite:expr, $postgres:expr) => {
        mod $name {
            use super::*;

            const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", stringify!($name)));

            async fn prints(db: Db) -> orm_core::Result<()> {
                let expected = match db.backend() {
                    Backend::Sqlite => $sqlite,
                    Backend::Postgres => $postgres,
                };
                twice(PROGRAM, &$options, &db, expected).await;
                Ok(())
            }

            #[test]
            fn sqlite() {
                run(Backend::Sqlite, stringify!($name), prints);
            }

            #[test]
            fn postgres() {
                run(Backend::Postgres, stringify!($name), prints);
            }

            #[test]
            fn without_url() {
                assert_eq!(output(PROGRAM, &$options, None), $sqlite);
            }
        }
    };
}

prints!(analytics, ["--no-sql"], ANALYTICS);
prints!(bookstore, [], BOOKSTORE);
prints!(large_results, ["2000"], LARGE_RESULTS);
prints!(n_plus_one, [], N_PLUS_ONE);
prints!(queries, [], QUERIES);
prints!(tasks, [], TASKS);
prints!(unit_of_work, [], UNIT_OF_WORK.0, UNIT_OF_WORK.1);

/// What the README shows without compiling it stands in the programs that it names.
#[test]
fn the_readme_quotes_the_programs() {
    let program = concat!(
        include_str!("../src/bin/queries.rs"),
        include_str!("../src/bin/unit_of_work.rs")
    );
    let readme = include_str!("../../README.md");
    let mut quoted = readme.split("```rs\n").skip(1).peekable();
    assert!(quoted.peek().is_some());
    for block in quoted {
        let block = block.split("```").next().unwrap_or_default();
        for line in block.lines().map(str::trim) {
            assert!(program.contains(line), "{line}");
        }
    }
}
