//! Identifiers, quoted exactly when they must be; strings and numbers.

use super::Capabilities;
use super::compiler::invalid;
use crate::error::Result;

/// The words that cannot be identifiers without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedWords {
    words: &'static [&'static str],
    /// A hash table: for each slot the number of a word, from one; zero where there is none.
    slots: [u8; SLOTS],
}

/// Several times the number of words, so that nearly every other name is told by its first slot.
const SLOTS: usize = 512;

impl ReservedWords {
    /// The words, in lower case and sorted.
    pub(super) const fn new(words: &'static [&'static str]) -> Self {
        assert!(words.len() < u8::MAX as usize);
        let mut slots = [0; SLOTS];
        let mut index = 0;
        while index < words.len() {
            let mut at = slot(words[index].as_bytes());
            while slots[at] != 0 {
                at = (at + 1) % SLOTS;
            }
            index += 1;
            slots[at] = index as u8;
        }
        Self { words, slots }
    }

    /// The words, sorted.
    pub fn words(&self) -> &'static [&'static str] {
        self.words
    }

    /// Whether a name is one of the words.
    #[inline]
    fn contains(&self, name: &str) -> bool {
        let mut at = slot(name.as_bytes());
        while let Some(index) = usize::from(self.slots[at]).checked_sub(1) {
            if self.words[index] == name {
                return true;
            }
            at = (at + 1) % SLOTS;
        }
        false
    }
}

/// The slot where the search for a word begins. The factors are such that hardly any usual name of a column shares it.
#[inline]
const fn slot(word: &[u8]) -> usize {
    let length = word.len();
    if length == 0 {
        return 0;
    }
    let (first, middle, last) = (word[0], word[length / 2], word[length - 1]);
    (length * 355 + first as usize * 75 + middle as usize * 171 + last as usize * 99) % SLOTS
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
        out.push(digit(number));
        return;
    }
    if number < 100 {
        out.push(digit(number / 10));
        out.push(digit(number % 10));
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

/// A number below ten.
fn digit(number: u64) -> char {
    char::from(b'0' + number as u8)
}
