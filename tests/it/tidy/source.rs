//! Source files as the rules see them: text, code without comments and literals, tokens.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
pub(super) struct Source {
    /// Relative to the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// The text with comments, strings and characters blanked; lines stay where they are.
    code: String,
}

/// A word, `::`, or another character, with its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
    /// Whether it stands in a part that is compiled for tests only.
    pub(super) in_test: bool,
}

/// The workspace's root.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in the workspace")
        .to_owned()
}

/// The text of a file of the workspace.
pub(super) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all files below a directory of the workspace, sorted, relative to the workspace.
pub(super) fn files(directory: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory)
            .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
        for entry in entries {
            let path = entry.expect("a readable directory").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if name != "target" && !name.starts_with('.') {
                    open.push(path);
                }
            } else if let Ok(path) = path.strip_prefix(root()) {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: blank(text),
        }
    }

    /// The sources below a directory.
    pub(super) fn under(directory: &str) -> Vec<Self> {
        files(directory)
            .iter()
            .filter(|path| path.ends_with(".rs"))
            .map(|path| Self::new(path, &text(path)))
            .collect()
    }

    /// All sources of the workspace but the derive's cases, some of which are wrong on purpose.
    pub(super) fn everywhere() -> Vec<Self> {
        let mut all = Self::under(".");
        all.retain(|source| !source.path.starts_with("tests/ui/"));
        all
    }

    /// A complaint about a line of this file.
    pub(super) fn complaint(&self, line: usize, message: &str) -> String {
        format!("{}:{line}: {message}", self.path)
    }

    /// The words and signs of the code.
    pub(super) fn tokens(&self) -> Vec<Token<'_>> {
        let mut tokens = Vec::new();
        let mut line = 1;
        let mut rest = self.code.as_str();
        while let Some(first) = rest.chars().next() {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let length = if word(first) {
                rest.find(|c| !word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let (text, after) = rest.split_at(length);
            if first == '\n' {
                line += 1;
            } else if !first.is_whitespace() {
                tokens.push(Token {
                    text,
                    line,
                    in_test: false,
                });
            }
            rest = after;
        }
        let test_file = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        mark_tests(&mut tokens, test_file);
        tokens
    }
}

/// Marks what `#[cfg(test)]` stands before, up to the end of its braces or to its semicolon.
fn mark_tests(tokens: &mut [Token<'_>], test_file: bool) {
    let attribute = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut index = 0;
    while index < tokens.len() {
        let here = tokens[index..].iter().take(attribute.len());
        let starts = test_file || here.map(|token| token.text).eq(attribute);
        if !starts {
            index += 1;
            continue;
        }
        let mut depth = 0;
        while index < tokens.len() {
            tokens[index].in_test = true;
            let text = tokens[index].text;
            depth += i32::from(text == "{") - i32::from(text == "}");
            index += 1;
            if !test_file && depth == 0 && (text == "}" || text == ";") {
                break;
            }
        }
    }
}

/// Replaces comments and literals by spaces.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let length = match literal_length(rest, after_word) {
            0 => {
                out.push(first);
                after_word = first.is_alphanumeric() || first == '_';
                rest = &rest[first.len_utf8()..];
                continue;
            }
            length => length,
        };
        let (gone, after) = rest.split_at(length);
        out.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        after_word = false;
        rest = after;
    }
    out
}

/// The length of the comment or literal at the start of `rest`, 0 where there is none.
fn literal_length(rest: &str, after_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_length(rest);
    }
    if let Some(body) = rest.strip_prefix('"') {
        return 1 + closing_quote(body);
    }
    if rest.starts_with('\'') {
        return character_length(rest);
    }
    if !after_word {
        let prefix = ["br", "cr", "r"].into_iter().find(|p| rest.starts_with(p));
        if let Some(prefix) = prefix {
            let hashed = &rest[prefix.len()..];
            let hashes = hashed.len() - hashed.trim_start_matches('#').len();
            if hashed[hashes..].starts_with('"') {
                let end = format!("\"{}", "#".repeat(hashes));
                let body = prefix.len() + hashes + 1;
                return rest[body..]
                    .find(&end)
                    .map_or(rest.len(), |at| body + at + end.len());
            }
        }
    }
    0
}

/// Block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length up to and with the quote that ends a string.
fn closing_quote(body: &str) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    body.len()
}

/// The length of a character literal, 0 for a lifetime.
fn character_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let escaped = chars.next().map_or(2, |(at, c)| at + c.len_utf8());
            rest[escaped..]
                .find('\'')
                .map_or(rest.len(), |at| escaped + at + 1)
        }
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
        None => 0,
    }
}
