//! Counting the statements of a piece of code, for tests of programs.

use std::fmt::Write as _;

use super::{Engine, Recorder};

/// The statements that an engine sends from here on; what [`assert_statements!`](crate::assert_statements) counts with.
#[derive(Debug)]
pub struct StatementCount {
    recorder: Recorder,
    before: usize,
}

impl StatementCount {
    /// Begins to count.
    pub fn begin(engine: &Engine) -> Self {
        let recorder = engine.statements();
        let before = recorder.len();
        Self { recorder, before }
    }

    /// Ends the count.
    ///
    /// # Panics
    /// When other than `expected` statements were sent; the message lists them.
    #[track_caller]
    pub fn expect(self, expected: usize) {
        let sent = self.recorder.since(self.before);
        let sent: Vec<_> = sent.iter().filter(|sent| !sent.control).collect();
        if sent.len() == expected {
            return;
        }
        let mut message = format!("{expected} statements were expected, {} sent:", sent.len());
        for (index, sent) in sent.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(message, "\n{:>3}. {}", index + 1, sent.sql);
            if sent.rows > 1 {
                let _ = write!(message, "  ({} rows)", sent.rows);
            }
        }
        panic!("{message}");
    }
}

/// Asserts how many statements an engine sends while a block runs, and gives the block's value. BEGIN, COMMIT and their
/// kind do not count; a batch of rows counts as one. What other tasks send through the same engine counts too. Needs the
/// feature `testing`.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use orm_core::assert_statements;
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "authors")]
/// struct Author {
///     #[orm(primary_key)]
///     id: i64,
///     books: HasMany<Book>,
/// }
///
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "books")]
/// struct Book {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(references = Author::id)]
///     author_id: i64,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm_core::Result<()> {
/// # let engine = Engine::connect("sqlite::memory:").await?;
/// # Metadata::of::<(Author, Book)>()?.create_all(&engine).await?;
/// let mut session = engine.session();
/// session.add(Author { books: [Book::default()].into(), ..Default::default() });
/// session.commit().await?;
///
/// let authors = assert_statements!(engine, 2, {
///     engine.all(Author::select().with(Author::books)).await?
/// });
/// assert_eq!(authors.len(), 1);
/// # Ok(())
/// # }
/// # }
/// ```
///
/// # Panics
/// When the count differs; the message lists the statements.
#[macro_export]
macro_rules! assert_statements {
    ($engine:expr, $count:expr, $body:block) => {{
        let count = $crate::engine::StatementCount::begin(&$engine);
        let value = $body;
        count.expect($count);
        value
    }};
}
