//! What SQLite tells only by the text of a table's definition.

/// The expression of a generated column, found in the table's `CREATE TABLE`.
pub(super) fn generated(definition: &str, column: &str) -> Option<String> {
    let tokens = tokens(definition);
    let mut depth = 0_usize;
    let mut begins = false;
    let mut mine = false;
    let mut index = 0;
    while let Some(&(at, token)) = tokens.get(index) {
        index += 1;
        match token {
            "(" => {
                depth += 1;
                begins = depth == 1;
                continue;
            }
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 1 => {
                begins = true;
                continue;
            }
            _ if depth == 1 && begins => mine = unquoted(token).eq_ignore_ascii_case(column),
            _ if depth == 1 && mine && token.eq_ignore_ascii_case("AS") => {
                let &(open, "(") = tokens.get(index)? else {
                    continue;
                };
                let close = closing(&tokens[index..])?;
                debug_assert!(at < open, "tokens are in order");
                return Some(definition[open + 1..close].trim().to_owned());
            }
            _ => {}
        }
        begins = false;
    }
    None
}

/// Where the parenthesis ends that the first token opens.
fn closing(tokens: &[(usize, &str)]) -> Option<usize> {
    let mut depth = 0_usize;
    for &(at, token) in tokens {
        match token {
            "(" => depth += 1,
            ")" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Words, quoted names and strings, and single characters, each with its place; comments and space are left out.
fn tokens(sql: &str) -> Vec<(usize, &str)> {
    let bytes = sql.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &sql[at..];
        let length = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if rest.starts_with("--") => {
                at += rest.find('\n').map_or(rest.len(), |end| end + 1);
                continue;
            }
            b'/' if rest.starts_with("/*") => {
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                continue;
            }
            quote @ (b'"' | b'\'' | b'`') => quoted(bytes, at, quote),
            b'[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            _ => {
                let word = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
                let end = rest.find(|it| !word(it)).unwrap_or(rest.len());
                let first = rest.chars().next().map_or(1, char::len_utf8);
                end.max(first)
            }
        };
        tokens.push((at, &sql[at..at + length]));
        at += length;
    }
    tokens
}

/// The length of what is quoted; a quote within is written twice.
fn quoted(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut end = at + 1;
    while end < bytes.len() {
        if bytes[end] == quote {
            if bytes.get(end + 1) != Some(&quote) {
                return end + 1 - at;
            }
            end += 1;
        }
        end += 1;
    }
    bytes.len() - at
}

fn unquoted(name: &str) -> String {
    let inner = |quote: char| {
        let name = name.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(name.replace(&format!("{quote}{quote}"), &quote.to_string()))
    };
    let bracketed = || Some(name.strip_prefix('[')?.strip_suffix(']')?.to_owned());
    ['"', '\'', '`']
        .into_iter()
        .find_map(inner)
        .or_else(bracketed)
        .unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::generated;

    #[test]
    fn expressions_are_found_in_definitions() {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, -- b AS (no)\n \"a \"\"b\" TEXT DEFAULT (upper('x, b AS (y)')),\n \
                   b INT GENERATED ALWAYS AS (id * (2 + length(')'))) STORED, [c] AS (b), CHECK (b > 0))";
        assert_eq!(
            generated(sql, "B").as_deref(),
            Some("id * (2 + length(')'))")
        );
        assert_eq!(generated(sql, "c").as_deref(), Some("b"));
        assert_eq!(generated(sql, "id"), None);
        assert_eq!(generated(sql, "a \"b"), None);
        assert_eq!(
            generated("CREATE TABLE t (é AS (1)", "é").as_deref(),
            Some("1")
        );
        assert_eq!(generated("CREATE TABLE t (b AS (1", "b"), None);
    }
}
