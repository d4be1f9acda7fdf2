//! Rules for what accompanies the code: expected error texts, the pages of errors, links.

use std::collections::BTreeSet;

use orm_core::ErrorKind;

use super::source;

/// Failing cases of the derive without the text they must fail with, and texts without a case.
pub(super) fn cases_without_text() -> Vec<String> {
    let files: BTreeSet<String> = source::files("tests/ui").into_iter().collect();
    let cases = |extension| {
        let of_fail = |path: &&String| path.contains("/fail/");
        files
            .iter()
            .filter(of_fail)
            .filter_map(move |path| path.strip_suffix(extension))
    };
    assert!(
        cases(".rs").count() > 0,
        "the cases of the derive are not found"
    );
    let without_text = cases(".rs")
        .filter(|case| !files.contains(&format!("{case}.stderr")))
        .map(|case| format!("{case}.rs has no .stderr"));
    let without_case = cases(".stderr")
        .filter(|case| !files.contains(&format!("{case}.rs")))
        .map(|case| format!("{case}.stderr has no .rs"));
    without_text.chain(without_case).collect()
}

/// Codes without a section, sections without a code, kinds that the list of all kinds forgets.
pub(super) fn unexplained_codes(document: &str) -> Vec<String> {
    let sections: Vec<&str> = document
        .lines()
        .filter_map(|line| line.strip_prefix("## E"))
        .map(|title| title.split(' ').next().unwrap_or_default())
        .collect();
    let mut complaints = Vec::new();
    let mut known = BTreeSet::new();
    for kind in ErrorKind::ALL {
        let code = kind.code();
        if !known.insert(code) {
            complaints.push(format!("{code} stands for several kinds"));
        }
        let title = format!("## {code} {kind}");
        if !document.lines().any(|line| line == title) {
            complaints.push(format!("docs/errors.md has no section \"{title}\""));
        }
    }
    for section in sections {
        if !known.contains(format!("E{section}").as_str()) {
            complaints.push(format!(
                "docs/errors.md explains E{section}, which no kind has"
            ));
        }
    }
    let coded = source::text("orm-core/src/error/code.rs")
        .matches("=> \"E")
        .count();
    if coded != ErrorKind::ALL.len() {
        complaints.push(format!(
            "ErrorKind::ALL has {} kinds of {coded}",
            ErrorKind::ALL.len()
        ));
    }
    complaints
}

/// Links of the Markdown files that lead to no file.
pub(super) fn dead_links() -> Vec<String> {
    let mut complaints = Vec::new();
    for path in source::files(".") {
        if !path.ends_with(".md") {
            continue;
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let text = source::text(&path);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap_or_default();
            let local = !file.is_empty() && !file.contains("://");
            if local && !source::root().join(folder).join(file).exists() {
                complaints.push(format!("{path}: the link to {target} leads nowhere"));
            }
        }
    }
    complaints
}
