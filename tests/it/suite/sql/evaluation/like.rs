//! `LIKE` in plain Rust.

/// Whether the text is as the pattern says.
pub(super) fn like(text: &str, pattern: &str, escape: Option<char>, ignore_case: bool) -> bool {
    let fold = |char: char| {
        if ignore_case {
            char.to_ascii_lowercase()
        } else {
            char
        }
    };
    let text: Vec<char> = text.chars().map(fold).collect();
    let mut chars = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(char) = chars.next() {
        pieces.push(match char {
            _ if Some(char) == escape => {
                Piece::Char(fold(chars.next().expect("no pattern ends with the escape")))
            }
            '%' => Piece::Any,
            '_' => Piece::One,
            char => Piece::Char(fold(char)),
        });
    }
    matches(&text, &pieces)
}

enum Piece {
    Char(char),
    One,
    Any,
}

fn matches(text: &[char], pattern: &[Piece]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        ([Piece::Any, rest @ ..], text) => {
            (0..=text.len()).any(|skipped| matches(&text[skipped..], rest))
        }
        ([Piece::One, rest @ ..], [_, text @ ..]) => matches(text, rest),
        ([Piece::Char(wanted), rest @ ..], [found, text @ ..]) => {
            wanted == found && matches(text, rest)
        }
        _ => false,
    }
}

#[test]
fn patterns() {
    assert!(like("a%b", "a!%_", Some('!'), false));
    assert!(!like("axb", "a!%_", Some('!'), false));
    assert!(like("aXb", "%xB", None, true));
    assert!(!like("", "_%", None, false));
}
