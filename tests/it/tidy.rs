//! Holds the code to the rules that ARCHITECTURE.md states: layers, size, openness, documentation.

mod documents;
mod files;
mod imports;
mod selftest;
mod source;
mod table;

use source::Source;
use table::Table;

/// Fails with every complaint at once.
#[track_caller]
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn core_imports_follow_the_table() {
    let table = Table::read("orm-core");
    let sources = Source::under("orm-core/src");
    assert!(sources.len() > 50, "the sources of orm-core are not found");
    let mut complaints = table.faults(&source::text("orm-core/src/lib.rs"));
    complaints.extend(imports::complaints(&table, &sources));
    expect_none(&complaints);
}

#[test]
fn derive_imports_follow_the_table() {
    let table = Table::read("orm-derive");
    let sources = Source::under("orm-derive/src");
    assert!(
        sources.len() > 10,
        "the sources of orm-derive are not found"
    );
    let mut complaints = table.faults(&source::text("orm-derive/src/lib.rs"));
    complaints.extend(imports::complaints(&table, &sources));
    expect_none(&complaints);
}

#[test]
fn files_are_short_headed_and_finished() {
    let complaints: Vec<String> = Source::everywhere()
        .iter()
        .flat_map(files::complaints)
        .collect();
    expect_none(&complaints);
}

#[test]
fn pure_modules_do_not_wait() {
    let sources = Source::under("orm-core/src");
    let complaints: Vec<String> = sources.iter().flat_map(files::waits).collect();
    expect_none(&complaints);
}

#[test]
fn every_failing_case_has_its_text() {
    expect_none(&documents::cases_without_text());
}

#[test]
fn every_error_code_is_explained() {
    expect_none(&documents::unexplained_codes(&source::text(
        "docs/errors.md",
    )));
}

#[test]
fn every_link_leads_somewhere() {
    expect_none(&documents::dead_links());
}
