//! Identifiers, quoted exactly when they must be; strings and numbers.

use super::Capabilities;
use super::compiler::invalid;
use crate::error::Result;

/// The words that cannot be identifiers without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedWords {
    words: &'static [&'static str],
    /// For each length, a bit for each letter that a word of that length begins with.
    first: [u32; 32],
    /// The same for the letters that they end with.
    last: [u32; 32],
}

impl ReservedWords {
    /// The words, in lower case and sorted.
    pub(super) const fn new(words: &'static [&'static str]) -> Self {
        let (mut first, mut last) = ([0; 32], [0; 32]);
        let mut index = 0;
        while index < words.len() {
            let word = words[index].as_bytes();
            first[word.len()] |= bit(word[0]);
            last[word.len()] |= bit(word[word.len() - 1]);
            index += 1;
        }
        Self { words, first, last }
    }

    /// The words, sorted.
    pub fn words(&self) -> &'static [&'static str] {
        self.words
    }

    /// Whether a plain name is one of the words. Nearly every other name is told by its length and ends.
    #[inline]
    fn contains(&self, name: &str) -> bool {
        let bytes = name.as_bytes();
        let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
            return false;
        };
        let length = bytes.len();
        length < self.first.len()
            && self.first[length] & bit(first) != 0
            && self.last[length] & bit(last) != 0
            && self.words.binary_search(&name).is_ok()
    }
}

const fn bit(byte: u8) -> u32 {
    1 << (byte & 31)
}

/// For each byte: 0 where a plain name may have it anywhere, 1 where not at its beginning, 2 where nowhere. Lower case
/// only, since PostgreSQL folds the rest.
static PLAIN: [u8; 256] = {
    let mut table = [2; 256];
    let mut byte = 0;
    while byte < 256 {
        let at = byte as u8;
        if at.is_ascii_lowercase() || at == b'_' {
            table[byte] = 0;
        } else if at.is_ascii_digit() {
            table[byte] = 1;
        }
        byte += 1;
    }
    table
};

/// Appends an identifier.
#[inline]
pub(super) fn identifier(name: &str, capabilities: &Capabilities, out: &mut String) -> Result<()> {
    let bytes = name.as_bytes();
    let worst = bytes
        .iter()
        .fold(0, |worst, &byte| worst | PLAIN[usize::from(byte)]);
    let plain = worst < 2
        && bytes
            .first()
            .is_some_and(|&byte| PLAIN[usize::from(byte)] == 0);
    let fits = capabilities
        .max_identifier_length
        .is_none_or(|limit| bytes.len() <= limit);
    if plain && fits && !capabilities.reserved_words.contains(name) {
        out.push_str(name);
        return Ok(());
    }
    quoted(name, capabilities, out)
}

#[cold]
fn quoted(name: &str, capabilities: &Capabilities, out: &mut String) -> Result<()> {
    if name.is_empty() || name.contains('\0') {
        return Err(invalid(format!(
            "{name:?} cannot be an identifier: it is empty or has a NUL in it"
        )));
    }
    if let Some(limit) = capabilities.max_identifier_length
        && name.len() > limit
    {
        return Err(invalid(format!(
            "the identifier {name} has {} bytes, and the database cuts it after {limit}; choose a shorter name",
            name.len()
        )));
    }
    doubled(name, '"', out);
    Ok(())
}

/// Appends a string literal.
pub(super) fn string(text: &str, out: &mut String) -> Result<()> {
    if text.contains('\0') {
        return Err(invalid(
            "a text that stands in the statement has a NUL character in it; remove it, or bind it as a parameter",
        ));
    }
    doubled(text, '\'', out);
    Ok(())
}

fn doubled(text: &str, quote: char, out: &mut String) {
    out.push(quote);
    for (index, piece) in text.split(quote).enumerate() {
        if index > 0 {
            out.push(quote);
            out.push(quote);
        }
        out.push_str(piece);
    }
    out.push(quote);
}

/// Appends a number.
pub(super) fn number(mut number: u64, out: &mut String) {
    if number < 10 {
        out.push(char::from(b'0' + number as u8));
        return;
    }
    let mut digits = [0; 20];
    let mut start = digits.len();
    while number > 0 {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend(digits[start..].iter().map(|&digit| char::from(digit)));
}
