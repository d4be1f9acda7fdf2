//! The places of pages, as texts for clients.

use crate::error::{Error, ErrorKind, Result};
use crate::types::Value;
use crate::util::{base64, siphash::siphash};

/// What a place says.
pub(super) struct Place {
    pub(super) backward: bool,
    pub(super) query: u64,
    pub(super) values: Vec<Value>,
}

/// What makes and reads places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seal {
    /// The key of their checksum.
    pub(crate) secret: [u64; 2],
    /// The checksum of the query.
    pub(crate) query: u64,
}

const VERSION: u8 = 1;

impl Place {
    pub(super) fn write(&self, seal: Seal) -> Result<String> {
        let mut bytes = vec![VERSION, u8::from(self.backward)];
        bytes.extend(self.query.to_le_bytes());
        for value in &self.values {
            value.write_portable(&mut bytes)?;
        }
        bytes.extend(siphash(seal.secret, &bytes).to_le_bytes());
        Ok(base64::encode(&bytes))
    }

    pub(super) fn read(text: &str, seal: Seal, values: usize) -> Result<Self> {
        let bytes = base64::decode(text);
        let place = bytes.and_then(|bytes| Self::parse(&bytes, seal.secret, values));
        match place {
            None => Err(Error::new(
                ErrorKind::InvalidCursor,
                "the place of the page was changed on its way, or was never one; begin with the first page",
            )),
            Some(place) if place.query != seal.query || place.values.len() != values => {
                Err(Error::new(
                    ErrorKind::InvalidCursor,
                    "the place of the page belongs to another query, or to an earlier form of this one; begin with the \
                     first page",
                ))
            }
            Some(place) => Ok(place),
        }
    }

    fn parse(bytes: &[u8], secret: [u64; 2], most: usize) -> Option<Self> {
        let (signed, sum) = bytes.split_last_chunk::<8>()?;
        if siphash(secret, signed) != u64::from_le_bytes(*sum) {
            return None;
        }
        let (&[VERSION, direction], rest) = signed.split_first_chunk::<2>()? else {
            return None;
        };
        let (query, mut rest) = rest.split_first_chunk::<8>()?;
        let mut values = Vec::with_capacity(most);
        while !rest.is_empty() {
            values.push(Value::read_portable(&mut rest)?);
        }
        Some(Self {
            backward: direction == 1,
            query: u64::from_le_bytes(*query),
            values,
        })
    }
}
