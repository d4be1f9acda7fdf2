//! The rules themselves: each complains about code that breaks it, and not about code that keeps it.

use super::source::Source;
use super::table::Table;
use super::{documents, files, imports};

const DOCUMENT: &str = "
## The modules of `orm-core`
| level | module | may import | external crates | invariant |
|---|---|---|---|---|
| 0 | `error`, `util` | – | – | x |
| 2 | `sql` | `error` | `serde` | x |
| 5 | `engine` | `error`, `sql` | `sqlx`, `tokio` | x |
| 9 | `lib` | all | – | x |
## Another
| 9 | `stray` | all | – | x |
";

#[track_caller]
fn check_imports(path: &str, code: &str, expected: &[&str]) {
    let table = Table::parse("orm-core", DOCUMENT);
    let source = Source::new(path, code);
    assert_eq!(imports::complaints(&table, &[source]), expected);
}

#[test]
fn imports_of_lower_modules_pass() {
    check_imports(
        "orm-core/src/engine/url.rs",
        "use crate::{error::Result, sql};",
        &[],
    );
    check_imports(
        "orm-core/src/engine/url.rs",
        "use super::options;\nuse sqlx::Row;",
        &[],
    );
    check_imports("orm-core/src/lib.rs", "pub use crate::engine::Engine;", &[]);
    check_imports("orm-core/src/sql.rs", "mod a { use super::b; }", &[]);
}

#[test]
fn imports_of_higher_modules_are_found() {
    check_imports(
        "orm-core/src/sql/select.rs",
        "//! crate::engine\nuse crate::{\n    error::{Error, Result},\n    engine::Engine,\n};",
        &["orm-core/src/sql/select.rs:4: sql may not import engine (ARCHITECTURE.md)"],
    );
    check_imports(
        "orm-core/src/sql.rs",
        "fn f() { crate::util::sort(); }",
        &["orm-core/src/sql.rs:1: sql may not import util (ARCHITECTURE.md)"],
    );
    check_imports(
        "orm-core/src/sql.rs",
        "use crate::Error;",
        &["orm-core/src/sql.rs:1: crate::Error goes through the root; name the module it is from"],
    );
    check_imports(
        "orm-core/src/other.rs",
        "",
        &["orm-core/src/other.rs:1: ARCHITECTURE.md has no row for other"],
    );
}

#[test]
fn super_that_leaves_its_module_is_found() {
    let left = "super:: leaves its top-level module; write crate::";
    check_imports(
        "orm-core/src/sql.rs",
        "use super::engine;",
        &[&format!("orm-core/src/sql.rs:1: {left}")],
    );
    check_imports(
        "orm-core/src/sql/a.rs",
        "use super::super::e;",
        &[&format!("orm-core/src/sql/a.rs:1: {left}")],
    );
    check_imports(
        "orm-core/src/sql/a.rs",
        "mod t { use super::super::b; }",
        &[],
    );
    check_imports(
        "orm-core/src/sql/a.rs",
        "mod t { use super::b; }\nfn f() { super::super::e() }",
        &[&format!("orm-core/src/sql/a.rs:2: {left}")],
    );
}

#[test]
fn crates_outside_of_the_row_are_found() {
    check_imports(
        "orm-core/src/sql.rs",
        "const A: &str = \"sqlx::x\"; // sqlx::y\nfn f(row: sqlx::Row) {}\nuse tokio::time;",
        &[
            "orm-core/src/sql.rs:2: sql may not use the crate sqlx (ARCHITECTURE.md)",
            "orm-core/src/sql.rs:3: sql may not use the crate tokio (ARCHITECTURE.md)",
        ],
    );
    check_imports(
        "orm-core/src/sql.rs",
        "#[cfg(test)]\nmod tests { use tokio::test; }",
        &[],
    );
    check_imports("orm-core/src/sql/tests.rs", "use tokio::test;", &[]);
    check_imports(
        "orm-core/src/sql.rs",
        "use serde::Serialize; fn f() { x.tokio::<u8>() }",
        &[],
    );
}

#[test]
fn faults_of_the_table_are_found() {
    let table = Table::parse(
        "orm-core",
        &DOCUMENT.replace("| `error` | `serde`", "| `engine` | `serde`"),
    );
    let lib = "mod error;\nmod util;\npub mod sql;\npub mod engine;\nmod added;";
    assert_eq!(
        table.faults(lib),
        [
            "orm-core: no row for module added",
            "orm-core: sql may not import engine: it is not on a lower level",
        ]
    );
    assert_eq!(
        Table::parse("orm-core", DOCUMENT).faults("mod error;\nmod util;\nmod sql;"),
        ["orm-core: no module for row engine"]
    );
}

#[track_caller]
fn check_file(path: &str, code: &str, expected: &[&str]) {
    assert_eq!(files::complaints(&Source::new(path, code)), expected);
}

#[test]
fn faults_of_a_file_are_found() {
    check_file(
        "a.rs",
        "//! A file.\n// todo!() \nfn f() -> &'static str { r#\"dbg!(\"#; \"todo!()\" }",
        &[],
    );
    check_file(
        "a.rs",
        "fn f() {}",
        &["a.rs:1: no //! header that says what the file is for"],
    );
    check_file(
        "a.rs",
        "//! A file.\nfn f() { todo!() }",
        &["a.rs:2: work left open; finish it or leave it out"],
    );
    check_file(
        "a.rs",
        "//! A file.\nfn f(c: char) { if c == '\"' { dbg!(c) } }",
        &["a.rs:2: a debugging aid left behind"],
    );
    check_file(
        "a.rs",
        "//! A file.\n#[ignore]\nfn f() {}",
        &["a.rs:2: a test is switched off"],
    );
    let long = format!("//! A file.\n{}", "\n".repeat(400));
    check_file(
        "a.rs",
        &long,
        &["a.rs:401: 401 lines; a file has at most 400: one idea a file"],
    );
}

#[test]
fn unsafe_code_is_found() {
    let driver = "orm-core/src/engine/driver/sqlite/step.rs";
    check_file(
        "orm-core/src/sql.rs",
        "//! A file.\nfn f() {\n    // SAFETY: none\n    unsafe { g() }\n}",
        &[
            "orm-core/src/sql.rs:4: unsafe code; it may stand only in the SQLite driver and in the floor of the benches",
        ],
    );
    check_file(
        driver,
        "//! A file.\nfn f() {\n    // SAFETY: g asks for nothing.\n    unsafe { g() }\n}",
        &[],
    );
    check_file(
        driver,
        "//! A file.\nfn f() {\n    unsafe { g() }\n}",
        &[&format!(
            "{driver}:3: unsafe without a // SAFETY: reason above it"
        )],
    );
}

#[test]
fn waiting_in_a_pure_module_is_found() {
    let code = "//! An async file.\nasync fn f() {}\n";
    let waits = |path| files::waits(&Source::new(path, code));
    let message = "a pure module waits; only engine, reflect and session do";
    assert_eq!(
        waits("orm-core/src/load/plan.rs"),
        [format!("orm-core/src/load/plan.rs:2: {message}")]
    );
    assert_eq!(waits("orm-core/src/session/load.rs"), Vec::<String>::new());
}

#[test]
fn unexplained_error_codes_are_found() {
    let complaints = documents::unexplained_codes("## E101 unique violation\n## E999 nothing\n");
    assert!(
        !complaints
            .iter()
            .any(|complaint| complaint.contains("E101"))
    );
    assert!(
        complaints.contains(&"docs/errors.md has no section \"## E202 not loaded\"".to_owned())
    );
    assert!(complaints.contains(&"docs/errors.md explains E999, which no kind has".to_owned()));
}
