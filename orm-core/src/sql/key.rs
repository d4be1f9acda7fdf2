//! What a statement is told by: all that its text depends on, as bytes.

use std::hash::Hasher;

/// Keeps what it is fed, rather than make a number of it.
#[derive(Debug)]
pub(crate) struct Key {
    /// What is kept stands at its beginning; the rest is left from another key.
    memory: Vec<u8>,
    length: usize,
}

impl Key {
    /// A longer key is of a statement that will not come again.
    const LONGEST: usize = 16_384;

    /// An empty key; the memory is that of another one, or new.
    pub(crate) fn new(memory: Vec<u8>) -> Self {
        Self { memory, length: 0 }
    }

    /// The memory, for the next key.
    pub(crate) fn into_memory(self) -> Vec<u8> {
        self.memory
    }

    /// All that was fed, unless it was too much.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.memory.get(..self.length)
    }

    /// The place of the next bytes; none when the key is too long.
    #[inline]
    fn place(&mut self, length: usize) -> &mut [u8] {
        let start = self.length;
        self.length += length;
        if self.length > self.memory.len() && !self.grow() {
            return &mut [];
        }
        &mut self.memory[start..self.length]
    }

    /// A name after a mark, in one go.
    #[inline]
    pub(super) fn name(&mut self, mark: u8, name: &str) {
        let length = name.len();
        if length < 255
            && let [first, second, place @ ..] = self.place(length + 2)
        {
            (*first, *second) = (mark, length as u8);
            copy(name.as_bytes(), place);
        } else {
            self.write_u8(mark);
            self.write_usize(length);
            self.write(name.as_bytes());
        }
    }

    #[cold]
    fn grow(&mut self) -> bool {
        let enough = self.length <= Self::LONGEST;
        if enough {
            let length = self.length.next_power_of_two().max(512);
            self.memory.resize(length, 0);
        }
        enough
    }
}

impl Hasher for Key {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        copy(bytes, self.place(bytes.len()));
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        if let [place] = self.place(1) {
            *place = byte;
        }
    }

    // Small numbers, as most are, in one byte; 255 says that all bytes follow.
    #[inline]
    fn write_usize(&mut self, value: usize) {
        match u8::try_from(value) {
            Ok(byte) if byte < u8::MAX => self.write_u8(byte),
            _ => {
                self.write_u8(u8::MAX);
                self.write(&value.to_ne_bytes());
            }
        }
    }

    #[inline]
    fn write_isize(&mut self, value: isize) {
        self.write_usize(value.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// Copies bytes to where there is room for them. Nearly all are names, which are short: two fixed moves that overlap copy them
/// without a call.
#[inline]
fn copy(from: &[u8], to: &mut [u8]) {
    if from.len() != to.len() {
        return;
    }
    match from.len() {
        8..=16 => ends::<8>(from, to),
        4..8 => ends::<4>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// Copies the first and the last `N` bytes: everything, where there are no more than twice as many.
#[inline]
fn ends<const N: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) {
        if let Some(place) = to.first_chunk_mut::<N>() {
            *place = *first;
        }
        if let Some(place) = to.last_chunk_mut::<N>() {
            *place = *last;
        }
    }
}
