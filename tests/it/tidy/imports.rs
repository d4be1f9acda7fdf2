//! The rule of layers: which modules and crates the code of a module names.

use super::source::{self, Source, Token};
use super::table::{Row, Table};

/// Everything in `sources` that departs from the table.
pub(super) fn complaints(table: &Table, sources: &[Source]) -> Vec<String> {
    let crates = dependencies(&table.package);
    let mut complaints = Vec::new();
    for source in sources {
        let path = module_path(source);
        let module = path.first().map_or("lib", String::as_str);
        let Some(row) = table.row(module) else {
            complaints
                .push(source.complaint(1, &format!("ARCHITECTURE.md has no row for {module}")));
            continue;
        };
        let tokens = source.tokens();
        check_modules(source, row, module, &tokens, &mut complaints);
        check_supers(source, path.len(), &tokens, &mut complaints);
        check_crates(source, row, module, &crates, &tokens, &mut complaints);
    }
    complaints
}

/// The crates that the package's code could name.
fn dependencies(package: &str) -> Vec<String> {
    let manifest = source::text(&format!("{package}/Cargo.toml"));
    let mut crates: Vec<String> = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .map(|name| name.replace('-', "_"))
        .collect();
    assert!(
        !crates.is_empty(),
        "the dependencies of {package} are not found"
    );
    // Crates that need no line there.
    crates.extend([package.replace('-', "_"), "proc_macro".to_owned()]);
    crates
}

/// The module of a file: `orm-core/src/engine/url.rs` is `engine`, `url`; of the package's root it is empty.
fn module_path(source: &Source) -> Vec<String> {
    let (_, path) = source
        .path
        .split_once("/src/")
        .unwrap_or(("", &source.path));
    let path = path.trim_end_matches(".rs");
    if path == "lib" {
        return Vec::new();
    }
    path.split('/').map(str::to_owned).collect()
}

/// `crate::x` and `crate::{x, y::z}`.
fn check_modules(
    source: &Source,
    row: &Row,
    module: &str,
    tokens: &[Token<'_>],
    complaints: &mut Vec<String>,
) {
    for (index, pair) in tokens.windows(2).enumerate() {
        if (pair[0].text, pair[1].text) != ("crate", "::") {
            continue;
        }
        for target in heads(&tokens[index + 2..]) {
            let name = target.text;
            let message = if name.starts_with(char::is_uppercase) {
                if target.in_test {
                    continue;
                }
                format!("crate::{name} goes through the root; name the module it is from")
            } else if row.allows_module(name) {
                continue;
            } else {
                format!("{module} may not import {name} (ARCHITECTURE.md)")
            };
            // Only within the package's root are its own names at hand.
            if module != "lib" {
                complaints.push(source.complaint(target.line, &message));
            }
        }
    }
}

/// The first names of a path's rest: one, or those of a group.
fn heads<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let Some(first) = tokens.first() else {
        return Vec::new();
    };
    if first.text != "{" {
        return vec![*first];
    }
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut at_start = false;
    for token in tokens {
        match token.text {
            "{" => {
                depth += 1;
                at_start = depth == 1;
            }
            "}" => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            "," => at_start = depth == 1,
            _ if at_start => {
                heads.push(*token);
                at_start = false;
            }
            _ => {}
        }
    }
    heads
}

/// `super::` must stay inside one top-level module.
fn check_supers(
    source: &Source,
    file_depth: usize,
    tokens: &[Token<'_>],
    complaints: &mut Vec<String>,
) {
    let mut braces = 0;
    let mut inline: Vec<usize> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        match tokens[index].text {
            "{" => {
                braces += 1;
                if index >= 2 && tokens[index - 2].text == "mod" {
                    inline.push(braces);
                }
            }
            "}" => {
                if inline.last() == Some(&braces) {
                    inline.pop();
                }
                braces = braces.saturating_sub(1);
            }
            "super" => {
                let line = tokens[index].line;
                let mut steps = 1;
                while tokens
                    .get(index + 2)
                    .is_some_and(|next| next.text == "super")
                {
                    steps += 1;
                    index += 2;
                }
                if steps >= file_depth + inline.len() {
                    let message = "super:: leaves its top-level module; write crate::";
                    complaints.push(source.complaint(line, message));
                }
            }
            _ => {}
        }
        index += 1;
    }
}

/// Other crates; tests may use what is there for tests.
fn check_crates(
    source: &Source,
    row: &Row,
    module: &str,
    crates: &[String],
    tokens: &[Token<'_>],
    complaints: &mut Vec<String>,
) {
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| tokens[before].text);
        let after = tokens.get(index + 1).map(|after| after.text);
        let heads_path = match before {
            // `::sqlx` from the root, but not `x::sqlx`.
            Some("::") => false,
            Some("use") => matches!(after, Some("::" | ";" | "as")),
            Some(".") => false,
            _ => after == Some("::"),
        };
        let known = crates.iter().any(|name| name == token.text);
        if heads_path && known && !token.in_test && !row.allows_crate(token.text) {
            let message = format!(
                "{module} may not use the crate {} (ARCHITECTURE.md)",
                token.text
            );
            complaints.push(source.complaint(token.line, &message));
        }
    }
}
