//! Conditions given with one query, which hold wherever it reads their models, and for what its objects load later.

use super::super::{Model, ModelCriteria, Shape};
use super::{Body, Select};
use crate::sql::Condition;

impl Body {
    /// Writes its own criteria into the statement.
    pub(super) fn keep_criteria(&mut self) {
        if let Some(options) = &mut self.options {
            let criteria = std::mem::take(&mut options.criteria);
            if !criteria.is_empty() {
                criteria.restrict(&mut self.statement);
            }
        }
    }

    /// Its own criteria; `None` when it has none, as most.
    pub(super) fn criteria(&self) -> Option<&ModelCriteria> {
        let criteria = &self.options.as_ref()?.criteria;
        (!criteria.is_empty()).then_some(criteria)
    }

    /// Whether it goes without the criteria of a session.
    pub(super) fn is_free(&self) -> bool {
        self.options.as_ref().is_some_and(|options| options.free)
    }
}

impl<S> Select<S> {
    /// The query with its own criteria written into it.
    #[cold]
    pub(super) fn restricted(&self) -> Self {
        let mut restricted = self.clone();
        restricted.body().keep_criteria();
        restricted
    }

    /// With criteria that an object carries.
    pub(crate) fn carrying(mut self, criteria: Option<&ModelCriteria>) -> Self {
        if let Some(criteria) = criteria {
            self.body().options().criteria = criteria.clone();
        }
        self
    }
}

impl<S: Shape> Select<S> {
    /// Adds a condition on the rows of a model, wherever this query reads them: as its own objects, in joins and subqueries, and
    /// in what its options load beside it, by whatever strategy and at any depth. The objects that come by the query carry
    /// it: their relationships keep it when they are loaded later, and so do those of the objects that come by that.
    /// Criteria of the session
    /// ([`SessionOptions::criteria`](crate::session::SessionOptions::criteria)) hold besides.
    ///
    /// A relationship that was loaded so is shown as it was found, and does not count as the whole: a flush, a cascade,
    /// a deletion or [`replace`](crate::session::ToMany::replace) loads the rest first, so that nothing is lost.
    /// [`Session::load`](crate::session::Session::load) loads the whole. Objects that the session held before keep the
    /// criteria that they came with, if any, unless the query says [`populate_existing`](Select::populate_existing).
    ///
    /// ```
    /// # #[cfg(feature = "derive")] mod example {
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User {
    /// #     #[orm(primary_key)] id: i64,
    /// #     #[orm(back_populates = user)] addresses: HasMany<Address>,
    /// # }
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "addresses")]
    /// # struct Address {
    /// #     #[orm(primary_key)] id: i64,
    /// #     email: String,
    /// #     #[orm(references = User::id)] user_id: Option<i64>,
    /// #     #[orm(back_populates = addresses)] user: BelongsTo<User>,
    /// # }
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// let users = User::select().with_criteria::<Address>(Address::email.ne(""));
    /// for user in session.all(users).await? {
    ///     // SELECT .. FROM addresses WHERE user_id = ? AND email <> ?
    ///     let reachable = user.addresses(session).await?;
    ///     println!("{}", reachable.len());
    /// }
    /// # Ok(())
    /// # }
    /// # }
    /// ```
    #[must_use]
    #[doc(alias = "with_loader_criteria")]
    pub fn with_criteria<M: Model>(mut self, condition: impl Condition) -> Self {
        self.body().options().criteria.add::<M>(condition);
        self
    }

    /// Leaves out the criteria of the session that runs it ([`SessionOptions::criteria`](crate::session::SessionOptions::criteria)),
    /// for everything that the query itself reads; what its options load beside it keeps them. Criteria that were given to the
    /// query before, or that it has from the object whose relationship it reads, are left out altogether; those given
    /// afterwards hold.
    #[must_use]
    pub fn without_criteria(mut self) -> Self {
        let options = self.body().options();
        options.free = true;
        options.criteria = ModelCriteria::default();
        self
    }
}
