//! Finds the parameters in SQL text.

/// A piece of a [`Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// SQL, as it is.
    Sql(&'a str),
    /// A parameter's name.
    Parameter(&'a str),
    /// What may be a database's own placeholder: `?`, or `$` with a number.
    Placeholder(&'a str),
}

/// The pieces of SQL text, in order.
pub(super) fn scan(text: &str) -> Vec<Piece<'_>> {
    Scanner::new(text).scan()
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Where the SQL begins that is not in a piece yet.
    start: usize,
    at: usize,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            start: 0,
            at: 0,
            pieces: Vec::new(),
        }
    }

    fn scan(mut self) -> Vec<Piece<'a>> {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\'' => self.quoted(b'\'', self.has_escape_prefix()),
                b'"' | b'`' => self.quoted(byte, false),
                b'-' if self.byte(1) == Some(b'-') => self.skip_until("\n", 2),
                b'/' if self.byte(1) == Some(b'*') => self.block_comment(),
                b'$' if !self.follows_word() => self.dollar(),
                b'\\' if self.byte(1) == Some(b':') => {
                    self.sql_until_here();
                    self.start += 1;
                    self.at += 2;
                }
                b':' if self.byte(1) == Some(b':') => self.at += 2,
                b':' if self.byte(1).is_some_and(is_word_start) => self.parameter(),
                b'?' => self.placeholder(1),
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        self.sql_until_here();
        self.pieces
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn sql_until_here(&mut self) {
        if self.start < self.at {
            self.pieces
                .push(Piece::Sql(&self.text[self.start..self.at]));
        }
        self.start = self.at;
    }

    fn parameter(&mut self) {
        self.sql_until_here();
        let name = self.word(self.at + 1);
        self.pieces.push(Piece::Parameter(name));
        self.at += 1 + name.len();
        self.start = self.at;
    }

    fn placeholder(&mut self, length: usize) {
        self.sql_until_here();
        self.at += length;
        self.pieces
            .push(Piece::Placeholder(&self.text[self.start..self.at]));
        self.start = self.at;
    }

    /// The word that begins at `from`.
    fn word(&self, from: usize) -> &'a str {
        let rest = &self.bytes[from..];
        let length = rest.iter().position(|&byte| !is_word(byte));
        &self.text[from..from + length.unwrap_or(rest.len())]
    }

    fn follows_word(&self) -> bool {
        self.at > 0 && is_word(self.bytes[self.at - 1])
    }

    /// Whether the string that begins here is one of PostgreSQL's `E'..'`, in which a backslash escapes.
    fn has_escape_prefix(&self) -> bool {
        let before = |distance| self.at.checked_sub(distance).map(|at| self.bytes[at]);
        matches!(before(1), Some(b'e' | b'E')) && !before(2).is_some_and(is_word)
    }

    /// Skips a quoted string or identifier; a doubled quote inside ends one and begins the next, which is the same.
    fn quoted(&mut self, quote: u8, backslash: bool) {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            self.at += if backslash && byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                return;
            }
        }
    }

    fn skip_until(&mut self, end: &str, from: usize) {
        let rest = self.text.get(self.at + from..).unwrap_or_default();
        let length = rest.find(end).map_or(rest.len(), |found| found + end.len());
        self.at += from + length;
    }

    /// Skips a comment, which on PostgreSQL can hold others.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(0) {
            match (byte, self.byte(1)) {
                (b'/', Some(b'*')) => depth += 1,
                (b'*', Some(b'/')) => depth -= 1,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                return;
            }
        }
    }

    /// `$tag$ .. $tag$` is a string; `$1` is a placeholder.
    fn dollar(&mut self) {
        let word = self.word(self.at + 1);
        let end = self.at + 1 + word.len();
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            self.placeholder(1 + word.len());
        } else if self.bytes.get(end) == Some(&b'$') {
            let tag = &self.text[self.at..=end];
            self.skip_until(tag, tag.len());
        } else {
            self.at = end;
        }
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
