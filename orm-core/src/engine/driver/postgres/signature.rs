//! Which parameter types each text was prepared with.
//!
//! sqlx finds prepared statements by their text alone, while the server fixes the parameter types when it prepares.
//! The same text with other types must therefore be another text: a comment makes it one.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// The texts a connection has prepared, with the types of their parameters (0: left to the server).
pub(super) struct Signatures {
    known: FxHashMap<Arc<str>, Vec<Variant>>,
    count: usize,
    limit: usize,
}

struct Variant {
    types: Box<[u32]>,
    text: Arc<str>,
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

    /// The text to send for `sql` with parameters of `types`, where 0 stands for a NULL.
    ///
    /// A NULL fits any type, so it takes the type known for its place: should the driver have dropped the statement, it
    /// is prepared with the same types again.
    pub(super) fn resolve(&mut self, sql: &Arc<str>, types: &mut [u32]) -> Arc<str> {
        if types.is_empty() {
            return Arc::clone(sql);
        }
        if let Some(variants) = self.known.get(sql)
            && let Some(variant) = variants.iter().find(|variant| variant.fits(types))
        {
            types.copy_from_slice(&variant.types);
            return Arc::clone(&variant.text);
        }
        let variants = self.known.entry(Arc::clone(sql)).or_default();
        let text: Arc<str> = match variants.len() {
            0 => Arc::clone(sql),
            nth => format!("{sql} /* types {nth} */").into(),
        };
        variants.push(Variant {
            types: types.into(),
            text: Arc::clone(&text),
        });
        self.count += 1;
        text
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
            let text = signatures.resolve(&sql, &mut types).to_string();
            (text, types)
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
