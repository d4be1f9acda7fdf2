//! What a program wants to happen to single objects: by model, and by what happens to them.

use std::sync::Arc;

use super::inspect::Change;
use super::{AnyHandle, SessionOptions};
use crate::error::Result;
use crate::mapping::{AnyModel, Handle, Model, RawHandle};

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Moment {
    BeforeInsert,
    BeforeUpdate,
    BeforeDelete,
    AfterInsert,
    AfterUpdate,
    AfterDelete,
    Loaded,
    Refreshed,
    Expired,
}

pub(super) type ObjectHook = Arc<dyn Fn(RawHandle, &mut dyn AnyModel) -> Result<()> + Send + Sync>;
pub(super) type ChangeHook = Arc<dyn Fn(AnyHandle, &[Change]) -> Result<()> + Send + Sync>;

impl SessionOptions {
    fn on<M: Model>(
        mut self,
        moment: Moment,
        hook: impl Fn(Handle<M>, &mut M) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let descriptor = M::descriptor();
        let hooks = self.hooks_mut();
        let erased: ObjectHook = Arc::new(move |raw, object| {
            match object.as_any_mut().downcast_mut::<M>() {
                Some(object) => hook(Handle::from_raw(raw), object),
                // The list is that of the model, so there is no other.
                None => Ok(()),
            }
        });
        let list = hooks.objects.entry(((descriptor.type_id)(), moment));
        list.or_default().push(erased);
        let reads = matches!(moment, Moment::Loaded | Moment::Refreshed | Moment::Expired);
        if reads && !hooks.watched.contains(&descriptor) {
            hooks.watched.push(descriptor);
        }
        self
    }

    /// Adds a function that is called in a flush for each new object of a model, before its row is written. What it changes
    /// is written. Its error makes the flush fail, as a constraint would. It is given no session, so that it cannot disturb
    /// the flush.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, email: String }
    /// # fn example() -> SessionOptions {
    /// SessionOptions::default().before_insert::<User>(|_, user| {
    ///     user.email = user.email.to_lowercase();
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn before_insert<M: Model>(
        self,
        hook: impl Fn(Handle<M>, &mut M) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on(Moment::BeforeInsert, hook)
    }

    /// Adds a function that is called in a flush for each object of a model whose row is to be changed; as
    /// [`SessionOptions::before_insert`].
    #[must_use]
    pub fn before_update<M: Model>(
        self,
        hook: impl Fn(Handle<M>, &mut M) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on(Moment::BeforeUpdate, hook)
    }

    /// Adds a function that is called in a flush for each object of a model whose row is to be deleted, by the program or
    /// by a cascade of the session; its error makes the flush fail. What the database deletes by itself nobody tells.
    #[must_use]
    pub fn before_delete<M: Model>(
        self,
        hook: impl Fn(Handle<M>, &M) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on(Moment::BeforeDelete, move |handle, object: &mut M| {
            hook(handle, object)
        })
    }

    /// Adds a function that is called at the end of a flush for each object of a model that it inserted, with its key. Its
    /// error makes the flush fail.
    #[must_use]
    pub fn after_insert<M: Model>(
        self,
        hook: impl Fn(Handle<M>, &M) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on(Moment::AfterInsert, move |handle, object: &mut M| {
            hook(handle, object)
        })
    }

    /// Adds a function that is called at the end of a flush for each object of a model whose row it changed; as
    /// [`SessionOptions::after_insert`].
    #[must_use]
    pub fn after_update<M: Model>(
        self,
        hook: impl Fn(Handle<M>, &M) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on(Moment::AfterUpdate, move |handle, object: &mut M| {
            hook(handle, object)
        })
    }

    /// Adds a function that is called at the end of a flush for each object of a model whose row it deleted; as
    /// [`SessionOptions::after_insert`].
    #[must_use]
    pub fn after_delete<M: Model>(
        self,
        hook: impl Fn(Handle<M>, &M) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.on(Moment::AfterDelete, move |handle, object: &mut M| {
            hook(handle, object)
        })
    }

    /// Adds a function that is called in a flush for each object of a model of which something has changed, columns and
    /// relationships, after all `before_` functions: with old and new values, and what was put in and taken out. Objects
    /// that are new, or to be deleted, are not told. Its error makes the flush fail.
    ///
    /// A field of a struct is assigned without anyone noticing, so that this is the first time that a change is known; what
    /// was set back by then was none.
    #[must_use]
    #[doc(alias = "set")]
    #[doc(alias = "append")]
    #[doc(alias = "remove")]
    pub fn on_change<M: Model>(
        mut self,
        hook: impl Fn(Handle<M>, &[Change]) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let descriptor = M::descriptor();
        let hooks = self.hooks_mut();
        let erased: ChangeHook = Arc::new(move |handle, changes| match handle.downcast::<M>() {
            Some(handle) => hook(handle, changes),
            None => Ok(()),
        });
        let list = hooks.changes.entry((descriptor.type_id)());
        list.or_default().push(erased);
        if !hooks.changing.contains(&descriptor) {
            hooks.changing.push(descriptor);
        }
        self
    }

    /// Adds a function that is called for each object of a model that comes into a session from the database.
    #[must_use]
    pub fn on_load<M: Model>(self, hook: impl Fn(Handle<M>, &M) + Send + Sync + 'static) -> Self {
        self.on(Moment::Loaded, move |handle, object: &mut M| {
            hook(handle, object);
            Ok(())
        })
    }

    /// Adds a function that is called for each object of a model whose row is read anew, because it was expired or by
    /// `refresh`.
    #[must_use]
    pub fn on_refresh<M: Model>(
        self,
        hook: impl Fn(Handle<M>, &M) + Send + Sync + 'static,
    ) -> Self {
        self.on(Moment::Refreshed, move |handle, object: &mut M| {
            hook(handle, object);
            Ok(())
        })
    }

    /// Adds a function that is called for each object of a model that is expired, by the program, with what it is a part
    /// of, or by a commit; that of a rollback is told by [`SessionOptions::after_rollback`].
    #[must_use]
    pub fn on_expire<M: Model>(self, hook: impl Fn(Handle<M>, &M) + Send + Sync + 'static) -> Self {
        self.on(Moment::Expired, move |handle, object: &mut M| {
            hook(handle, object);
            Ok(())
        })
    }
}
