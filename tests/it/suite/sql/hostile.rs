//! Names and values that try to leave their place: whatever stands there, a statement keeps its shape, token by token, or
//! is refused with a typed error; and what was stored under such a name, or as such a value, comes back.

mod places;
mod roundtrip;
mod shape;

/// What is tried in every place.
const HOSTILE: [&str; 42] = [
    "'",
    "''",
    "\"",
    "\"\"",
    "`",
    "[x]",
    "]",
    "\\",
    "\\'",
    "\\\"",
    "x' OR '1'='1",
    "x\"; DROP TABLE users; --",
    "'); DELETE FROM t; --",
    "--",
    "-- x",
    ";",
    "/*",
    "*/",
    "/* x */",
    "\0",
    "a\0b",
    "\0x\"; --",
    "日本語",
    "ÄÖ ß é",
    "\u{202e}gnirts\u{202c}",
    "\u{feff}x",
    "😀",
    "",
    " ",
    " lead and trail ",
    "1st",
    "two words",
    "new\nline",
    "tab\tand\r\nreturn",
    "$1",
    "$tag$x$tag$",
    "?",
    ":name",
    "%s_%",
    "MixedCase",
    "x.y",
    "{\"a\": [1]}",
];

/// Words that mean something to a parser.
const WORDS: [&str; 24] = [
    "select",
    "from",
    "where",
    "order",
    "group",
    "user",
    "table",
    "null",
    "true",
    "default",
    "current_date",
    "values",
    "all",
    "and",
    "not",
    "between",
    "case",
    "end",
    "is",
    "in",
    "like",
    "limit",
    "rowid",
    "excluded",
];

/// All of them, and two of great length.
fn all() -> Vec<String> {
    let long = ["x".repeat(200), "\"'".repeat(100)];
    HOSTILE
        .into_iter()
        .chain(WORDS)
        .map(str::to_owned)
        .chain(long)
        .collect()
}
