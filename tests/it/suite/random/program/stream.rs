//! A stream in a random program, with writes between its batches.

use orm_core::prelude::*;

use super::super::model::Kind;
use super::Program;
use crate::scenarios::press::*;

impl Program {
    /// Reads the names of a table batch by batch, and does something to the session after each: the rows are those that
    /// were there at the beginning, each once.
    pub(super) async fn stream(&mut self) -> orm_core::Result<()> {
        self.flush().await?;
        let (kind, query) = match self.below(3) {
            0 => (Kind::Book, select(Book::name)),
            1 => (Kind::Chapter, select(Chapter::name)),
            _ => (Kind::Tag, select(Tag::name)),
        };
        let live = self.model.live(kind).into_iter();
        let mut expected: Vec<_> = live.map(|it| self.model.objects[it].name.clone()).collect();
        let size = 1 + self.below(3);
        self.note(format!("stream {kind:?} by {size}"));
        let mut stream = self.session.stream(query).batch_size(size);
        let mut seen = Vec::new();
        while let Some(names) = stream.next(&mut self.session).await? {
            seen.extend(names);
            assert!(seen.len() <= expected.len(), "too many: {seen:?}");
            match self.below(6) {
                0 | 1 => self.rename().await?,
                2 => self.delete().await?,
                3 => self.add().await?,
                4 => self.relink().await?,
                _ => {}
            }
            if self.below(2) == 0 {
                self.flush().await?;
            }
        }
        self.note("end of the stream");
        seen.sort_unstable();
        expected.sort_unstable();
        assert_eq!(seen, expected, "{kind:?}");
        Ok(())
    }
}
