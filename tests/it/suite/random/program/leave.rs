//! Objects that are read anew, leave the session, come back, or are merged, in a random program.

use super::super::world::Held;
use super::Program;

/// The same for a handle of whatever model.
macro_rules! with {
    ($held:expr, $handle:ident => $body:expr) => {
        match $held {
            Held::Shelf($handle) => $body,
            Held::Book($handle) => $body,
            Held::Chapter($handle) => $body,
            Held::Cover($handle) => $body,
        }
    };
}

impl Program {
    pub(super) async fn leave(&mut self) -> orm_core::Result<()> {
        let kind = self.kind();
        let Some(index) = self.pick(&self.model.live(kind)) else {
            return Ok(());
        };
        self.flush().await?;
        let held = self.handle(index).await?;
        self.note_keys();
        let session = &mut self.session;
        match self.random % 4 {
            0 => {
                self.log.push(format!("read {index} anew"));
                with!(held, handle => session.refresh(handle).await?);
            }
            1 => {
                self.log.push(format!("expunge {index}"));
                with!(held, handle => drop(session.expunge(handle)?));
            }
            2 => {
                self.log.push(format!("expunge and attach {index}"));
                with!(held, handle => {
                    let plain = session.expunge(handle)?;
                    session.attach(plain)?;
                });
            }
            _ => self.merge(index, held).await?,
        }
        self.forget_stale();
        Ok(())
    }

    async fn merge(&mut self, index: usize, held: Held) -> orm_core::Result<()> {
        let name = format!("{}~", self.model.objects[index].name);
        self.log.push(format!("merge {index} as {name}"));
        let session = &mut self.session;
        match held {
            Held::Shelf(handle) => {
                let mut plain = session.detach(handle)?;
                plain.label = name.clone();
                assert_eq!(session.merge(plain).await?, handle);
            }
            Held::Book(handle) => {
                let mut plain = session.detach(handle)?;
                plain.title = name.clone();
                assert_eq!(session.merge(plain).await?, handle);
            }
            Held::Chapter(handle) => {
                let mut plain = session.detach(handle)?;
                plain.title = name.clone();
                assert_eq!(session.merge(plain).await?, handle);
            }
            Held::Cover(handle) => {
                let mut plain = session.detach(handle)?;
                plain.art = name.clone();
                assert_eq!(session.merge(plain).await?, handle);
            }
        }
        self.model.objects[index].name = name;
        Ok(())
    }

    /// The keys of what is in the database, by which it is found again.
    pub(super) fn note_keys(&mut self) {
        for (index, held) in self.held.iter().enumerate() {
            if let Some(held) = held.filter(|_| self.model.objects[index].live) {
                self.keys[index] = held.id(&self.session);
            }
        }
    }

    /// Reads what a rollback has expired, since its row may have been read with changes that are gone.
    pub(super) async fn meet_again(&mut self) -> orm_core::Result<()> {
        for (index, held) in self.held.iter().enumerate() {
            let object = &self.model.objects[index];
            if let Some(held) = held.filter(|_| object.live) {
                let again = Held::get(&mut self.session, object.kind, self.keys[index]).await?;
                assert_eq!(again, held);
            }
        }
        Ok(())
    }

    /// What left the session is met again by its key.
    fn forget_stale(&mut self) {
        let session = &self.session;
        for held in &mut self.held {
            let stale = |held: &mut Held| with!(*held, handle => session.try_get(handle).is_err());
            held.take_if(stale);
        }
    }
}
