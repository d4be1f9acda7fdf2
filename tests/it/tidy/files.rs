//! Rules for each file on its own.

use super::source::{Source, Token};

const MOST_LINES: usize = 400;

/// Modules of orm-core that plan and describe, and never wait.
const PURE: [&str; 8] = [
    "types",
    "sql",
    "schema",
    "dialect",
    "mapping",
    "state",
    "load",
    "unit_of_work",
];

/// Where `unsafe` may stand: the one driver that calls C, and the floor it is measured against.
const UNSAFE: [&str; 2] = ["orm-core/src/engine/driver/sqlite/", "benches/"];

/// What is wrong with a file.
pub(super) fn complaints(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines = source.text.lines().count();
    if lines > MOST_LINES {
        let message = format!("{lines} lines; a file has at most {MOST_LINES}: one idea a file");
        complaints.push(source.complaint(lines, &message));
    }
    if !source.text.starts_with("//!") {
        complaints.push(source.complaint(1, "no //! header that says what the file is for"));
    }
    let tokens = source.tokens();
    for (index, token) in tokens.iter().enumerate() {
        if let Some(message) =
            open_end(&tokens[index..]).or_else(|| unsafety(source, &tokens[index..]))
        {
            complaints.push(source.complaint(token.line, message));
        }
    }
    complaints
}

/// Work left open, or a test switched off.
fn open_end(tokens: &[Token<'_>]) -> Option<&'static str> {
    let next = |index: usize| tokens.get(index).map_or("", |token| token.text);
    match next(0) {
        "todo" | "unimplemented" if next(1) == "!" => {
            Some("work left open; finish it or leave it out")
        }
        "dbg" if next(1) == "!" => Some("a debugging aid left behind"),
        "#" if next(1) == "[" && next(2) == "ignore" => Some("a test is switched off"),
        _ => None,
    }
}

fn unsafety(source: &Source, tokens: &[Token<'_>]) -> Option<&'static str> {
    let token = tokens.first().filter(|token| token.text == "unsafe")?;
    if !UNSAFE.iter().any(|path| source.path.starts_with(path)) {
        return Some(
            "unsafe code; it may stand only in the SQLite driver and in the floor of the benches",
        );
    }
    let claims = tokens
        .get(1)
        .is_some_and(|next| next.text == "{" || next.text == "impl");
    let from = token.line.saturating_sub(6);
    let reasoned = source
        .text
        .lines()
        .take(token.line)
        .skip(from)
        .any(|line| line.contains("SAFETY:"));
    (claims && !reasoned).then_some("unsafe without a // SAFETY: reason above it")
}

/// Where a pure module waits.
pub(super) fn waits(source: &Source) -> Vec<String> {
    let module = source
        .path
        .trim_start_matches("orm-core/src/")
        .trim_end_matches(".rs");
    let module = module.split('/').next().unwrap_or_default();
    if !PURE.contains(&module) {
        return Vec::new();
    }
    source
        .tokens()
        .iter()
        .filter(|token| matches!(token.text, "async" | "await"))
        .map(|token| {
            source.complaint(
                token.line,
                "a pure module waits; only engine, reflect and session do",
            )
        })
        .collect()
}
