//! The places of pages, as texts for clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::{Error, ErrorKind, Result};
use crate::types::Value;

/// What a place says.
pub(super) struct Place {
    pub(super) backward: bool,
    pub(super) query: u64,
    pub(super) values: Vec<Value>,
}

/// What makes and reads places of one query.
#[derive(Debug)]
pub(crate) struct Seal {
    mac: Hmac<Sha256>,
    query: u64,
}

const VERSION: u8 = 2;

/// How much of the code authenticates a place: half of it, as RFC 2104 allows, since places stand in URLs.
const CODE: usize = 16;

type Code = [u8; CODE];

impl Seal {
    /// The seal of the query with this text.
    ///
    /// # Errors
    /// `Configuration` when the secret is no key.
    pub(crate) fn new(secret: &[u8], query: &str) -> Result<Self> {
        let mac = Hmac::new_from_slice(secret).map_err(|error| {
            Error::new(
                ErrorKind::Configuration,
                "the secret of EngineBuilder::cursor_secret is no key",
            )
            .with_source(error)
        })?;
        let mut seal = Self { mac, query: 0 };
        let [a, b, c, d, e, f, g, h, ..] = seal.code(query.as_bytes());
        seal.query = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        Ok(seal)
    }

    /// What tells the query from others.
    pub(super) fn query(&self) -> u64 {
        self.query
    }

    fn code(&self, bytes: &[u8]) -> Code {
        let whole = self.mac.clone().chain_update(bytes).finalize().into_bytes();
        let mut code = Code::default();
        code.copy_from_slice(&whole[..CODE]);
        code
    }

    fn verify(&self, bytes: &[u8], code: &Code) -> bool {
        let mac = self.mac.clone().chain_update(bytes);
        mac.verify_truncated_left(code).is_ok()
    }
}

impl Place {
    pub(super) fn write(&self, seal: &Seal) -> Result<String> {
        let mut bytes = vec![VERSION, u8::from(self.backward)];
        bytes.extend(self.query.to_le_bytes());
        for value in &self.values {
            value.write_portable(&mut bytes)?;
        }
        bytes.extend(seal.code(&bytes));
        Ok(URL_SAFE_NO_PAD.encode(&bytes))
    }

    pub(super) fn read(text: &str, seal: &Seal, values: usize) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let place = bytes.and_then(|bytes| Self::parse(&bytes, seal, values));
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

    fn parse(bytes: &[u8], seal: &Seal, most: usize) -> Option<Self> {
        let (signed, code) = bytes.split_last_chunk::<CODE>()?;
        if !seal.verify(signed, code) {
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
