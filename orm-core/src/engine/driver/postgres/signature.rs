//! Which parameter types each text was prepared with.
//!
//! sqlx finds prepared statements by their text alone, while the server fixes the parameter types when it prepares.
//! The same text with other types must therefore be another text: a comment makes it one.
//!
//! Where the types were learned from the server, they are declared instead of those of the values.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// The texts a connection has prepared, with the types of their parameters (0: left to the server).
pub(super) struct Signatures {
    known: FxHashMap<Arc<str>, Variants>,
    count: usize,
    limit: usize,
}

#[derive(Default)]
struct Variants {
    known: Vec<Variant>,
    /// How many texts were made for them.
    made: usize,
}

struct Variant {
    /// The types of the values.
    types: Box<[u32]>,
    sent: Sent,
}

/// How a text is sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) text: Arc<str>,
    /// The types that were learned.
    pub(super) learned: Option<Arc<Learned>>,
}

impl Sent {
    /// As it is.
    pub(super) fn plain(text: &Arc<str>) -> Self {
        Self {
            text: Arc::clone(text),
            learned: None,
        }
    }
}

/// The types that the server wants in the places of texts.
#[derive(Debug)]
pub(super) struct Learned {
    /// For each parameter, its type.
    pub(super) types: Box<[u32]>,
    /// For each parameter the type of its items, where it is an array; 0 for the usual.
    pub(super) items: Box<[u32]>,
}

impl Signatures {
    pub(super) fn new(statements: usize) -> Self {
        Self {
            known: FxHashMap::default(),
            count: 0,
            limit: statements.saturating_mul(8).max(64),
        }
    }

    /// Whether it is time to clear this, and with it the driver's cache: it must not hold a text that is unknown here.
    pub(super) fn is_full(&self) -> bool {
        self.count >= self.limit
    }

    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.count = 0;
    }

    /// What is known to be sent for `sql` with parameters of `types`, where 0 stands for a NULL.
    ///
    /// A NULL fits any type, so it takes the type known for its place: should the driver have dropped the statement, it
    /// is prepared with the same types again.
    pub(super) fn find(&self, sql: &Arc<str>, types: &mut [u32]) -> Option<Sent> {
        let variants = self.known.get(sql)?;
        let variant = variants.known.iter().find(|variant| variant.fits(types))?;
        types.copy_from_slice(match &variant.sent.learned {
            None => &variant.types,
            Some(learned) => &learned.types,
        });
        Some(variant.sent.clone())
    }

    /// The text to send for one that is new with these types.
    pub(super) fn add(&mut self, sql: &Arc<str>, types: &[u32]) -> Sent {
        let sent = Sent {
            text: self.unused(sql, sql),
            learned: None,
        };
        self.keep(sql, types, sent.clone());
        sent
    }

    /// A text for `sql` that the driver does not know yet: `text`, with a comment if need be.
    pub(super) fn unused(&mut self, sql: &Arc<str>, text: &Arc<str>) -> Arc<str> {
        let variants = self.known.entry(Arc::clone(sql)).or_default();
        variants.made += 1;
        match variants.made - 1 {
            0 => Arc::clone(text),
            nth => format!("{text} /* types {nth} */").into(),
        }
    }

    /// Keeps what is sent for `sql` with values of these types.
    pub(super) fn keep(&mut self, sql: &Arc<str>, types: &[u32], sent: Sent) {
        let variants = self.known.entry(Arc::clone(sql)).or_default();
        variants.known.push(Variant {
            types: types.into(),
            sent,
        });
        self.count += 1;
    }
}

impl Variant {
    fn fits(&self, types: &[u32]) -> bool {
        self.types.len() == types.len()
            && types
                .iter()
                .zip(&self.types)
                .all(|(wanted, known)| *wanted == 0 || wanted == known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_types_are_another_text() {
        let mut signatures = Signatures::new(1);
        let sql: Arc<str> = "SELECT $1, $2".into();
        let mut resolve = |mut types: [u32; 2]| {
            let known = signatures.find(&sql, &mut types);
            let sent = known.unwrap_or_else(|| signatures.add(&sql, &types));
            (sent.text.to_string(), types)
        };
        assert_eq!(resolve([20, 25]), ("SELECT $1, $2".into(), [20, 25]));
        assert_eq!(resolve([0, 25]), ("SELECT $1, $2".into(), [20, 25]));
        assert_eq!(
            resolve([25, 0]),
            ("SELECT $1, $2 /* types 1 */".into(), [25, 0])
        );
        // A place that was left to the server fits NULL only.
        assert_eq!(
            resolve([25, 20]),
            ("SELECT $1, $2 /* types 2 */".into(), [25, 20])
        );
        assert_eq!(resolve([20, 25]).0, "SELECT $1, $2");
    }
}
