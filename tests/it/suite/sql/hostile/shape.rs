//! Each hostile text in each place: the tokens stay as they are, but for the one that holds it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm_core::ErrorKind;
use orm_core::dialect::{Dialect, POSTGRES, SQLITE};
use orm_core::error::Result;
use sqlparser::dialect::{Dialect as Grammar, PostgreSqlDialect, SQLiteDialect};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::places::{self, Kind, Made, Place};

/// The text in the place of which others are put.
const HARMLESS: &str = "harmless";

#[derive(Default, Debug)]
struct Count {
    tried: usize,
    refused: usize,
    unsupported: usize,
    faults: Vec<String>,
}

#[test]
fn statements_keep_their_shape() {
    let mut count = Count::default();
    for place in places::all() {
        let grammars: [(&'static dyn Dialect, &dyn Grammar); 2] = [
            (&SQLITE, &SQLiteDialect {}),
            (&POSTGRES, &PostgreSqlDialect {}),
        ];
        for (dialect, grammar) in grammars {
            for pretty in [false, true] {
                try_all(&place, dialect, grammar, pretty, &mut count);
            }
        }
    }
    let Count {
        tried,
        refused,
        unsupported,
        faults,
    } = count;
    let number = faults.len();
    assert!(
        faults.is_empty(),
        "of {tried} statements ({refused} refused, {unsupported} places unsupported) {number} lost their shape:\n{}",
        faults.join("\n")
    );
    println!("{tried} statements keep their shape, {refused} of them refused");
    assert!(tried > 10_000, "only {tried} statements were tried");
}

fn text(made: &Made, dialect: &dyn Dialect, pretty: bool) -> Option<Result<String>> {
    Some(match (made, pretty) {
        (Made::Statement(statement), true) => dialect.pretty(statement),
        (Made::Statement(statement), false) => dialect
            .compile(statement)
            .map(|compiled| compiled.sql.to_string()),
        (Made::Ddl(ddl), false) => dialect
            .compile_ddl(ddl)
            .map(|compiled| compiled.sql.to_string()),
        (Made::Ddl(_), true) => return None,
    })
}

fn try_all(
    place: &Place,
    dialect: &'static dyn Dialect,
    grammar: &dyn Grammar,
    pretty: bool,
    count: &mut Count,
) {
    let Some(base) = text(&(place.make)(HARMLESS), dialect, pretty) else {
        return;
    };
    let at = format!("{} on {}", place.name, dialect.name());
    let base = match base {
        Ok(base) => base,
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            count.unsupported += 1;
            return;
        }
        Err(error) => {
            count
                .faults
                .push(format!("{at}: harmless is refused: {error}"));
            return;
        }
    };
    let tokens = match tokens(grammar, &base) {
        Ok(tokens) => tokens,
        Err(reason) => {
            count.faults.push(format!("{at}: {reason}: {base}"));
            return;
        }
    };
    let mut longest = 0;
    for token in &tokens {
        longest = longest.max(holder(token).map_or(0, str::len));
    }
    if longest == 0 && place.kind == Kind::Word {
        return; // The database has no such word.
    }
    if longest == 0 && place.kind != Kind::Bound {
        count
            .faults
            .push(format!("{at}: harmless does not stand in {base}"));
        return;
    }
    for hostile in super::all() {
        // A function's name may have a schema before it.
        if place.kind == Kind::Word && hostile.contains('.') {
            continue;
        }
        count.tried += 1;
        let made = hostile.clone();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            text(&(place.make)(&made), dialect, pretty)
        }));
        let fault = match outcome {
            Err(_) => Some("panics".to_owned()),
            Ok(None) => None,
            Ok(Some(Err(error))) => {
                count.refused += 1;
                let limit = dialect.capabilities().max_identifier_length;
                let has_reason = match place.kind {
                    Kind::Name => {
                        hostile.is_empty()
                            || hostile.contains('\0')
                            || limit.is_some_and(|limit| hostile.len() > limit)
                    }
                    Kind::Value | Kind::Bound => hostile.contains('\0'),
                    Kind::Word => true,
                };
                let kind = error.kind();
                (kind != ErrorKind::InvalidQuery || !has_reason)
                    .then(|| format!("is refused, {kind:?}: {error}"))
            }
            Ok(Some(Ok(sql))) => difference(grammar, &tokens, &sql, &hostile)
                .map(|reason| format!("{reason}\n    {base}\n    {sql}")),
        };
        if let Some(fault) = fault {
            count.faults.push(format!("{at}, {hostile:?} {fault}"));
        }
    }
}

fn tokens(grammar: &dyn Grammar, sql: &str) -> std::result::Result<Vec<Token>, String> {
    let tokens = Tokenizer::new(grammar, sql)
        .tokenize()
        .map_err(|error| format!("has no tokens: {error}"))?;
    Ok(tokens
        .into_iter()
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .collect())
}

/// The text in a token that may hold what was put in.
fn holder(token: &Token) -> Option<&str> {
    let text = match token {
        Token::Word(word) => &word.value,
        Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) => text,
        _ => return None,
    };
    text.contains(HARMLESS).then_some(text)
}

/// What differs besides the text itself.
fn difference(grammar: &dyn Grammar, base: &[Token], sql: &str, hostile: &str) -> Option<String> {
    let found = match tokens(grammar, sql) {
        Ok(found) => found,
        Err(reason) => return Some(reason),
    };
    if base.len() != found.len() {
        return Some(format!("makes {} tokens of {}", found.len(), base.len()));
    }
    base.iter().zip(&found).find_map(|(base, found)| {
        let Some(text) = holder(base) else {
            let bytes = matches!(
                (base, found),
                (Token::HexStringLiteral(_), Token::HexStringLiteral(_))
            ) || matches!(
                (base, found),
                (Token::SingleQuotedString(base), Token::SingleQuotedString(found))
                    if base.starts_with("\\x") && found.starts_with("\\x")
            );
            return (base != found && !bytes).then(|| format!("makes {found:?} of {base:?}"));
        };
        let value = match (base, found) {
            // A word without quotes must not be one that means something; that is seen in the database.
            (Token::Word(_), Token::Word(word)) => &word.value,
            (Token::SingleQuotedString(_), Token::SingleQuotedString(text)) => text,
            (_, found) => return Some(format!("makes {found:?} of {base:?}")),
        };
        // JSON, and a path into it, have quotes and escapes of their own; and a name that begins with NUL is one of the
        // library's own, for which a free one is made.
        let written_otherwise =
            text.starts_with("$.") || text.starts_with('"') || hostile.starts_with('\0');
        (*value != text.replace(HARMLESS, hostile) && !written_otherwise)
            .then(|| format!("is {value:?} there"))
    })
}
