//! The tables on which the SQL cases were recorded: users, their addresses, a tree, and names that need quotes.

use orm_core::engine::Engine;
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "users")]
pub(crate) struct User {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) nick: Option<String>,
    pub(crate) age: Option<i32>,
    pub(crate) active: Option<bool>,
    #[orm(back_populates = user, order_by = Address::id)]
    pub(crate) addresses: HasMany<Address>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "addresses")]
pub(crate) struct Address {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = User::id)]
    pub(crate) user_id: Option<i64>,
    pub(crate) email: Option<String>,
    #[orm(back_populates = addresses)]
    pub(crate) user: BelongsTo<User>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "nodes")]
pub(crate) struct Node {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = Node::id)]
    pub(crate) parent_id: Option<i64>,
    pub(crate) data: Option<String>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "Mixed")]
pub(crate) struct Mixed {
    #[orm(primary_key, column = "Order")]
    pub(crate) order: i64,
    #[orm(column = "select")]
    pub(crate) selected: Option<i32>,
    pub(crate) ok: Option<i32>,
}

/// The tables with the recorded rows: users 1 'ed', 2 'jack', 3 'Wendy'; addresses 1 and 2 of ed, 3 of jack; a tree.
pub(crate) async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(User, Address, Node, Mixed)>()?
        .create_all(engine)
        .await?;
    let mut session = engine.session();
    let user = |name: &str, nick: Option<&str>, age, active| User {
        name: name.into(),
        nick: nick.map(Into::into),
        age,
        active,
        ..Default::default()
    };
    session.add(user("ed", None, Some(25), Some(true)));
    session.add(user("jack", Some("j%"), Some(47), Some(false)));
    session.add(user("Wendy", Some("w"), None, None));
    session.flush().await?;
    for (user_id, email) in [(1, "a1"), (1, "a2"), (2, "b1")] {
        session.add(Address {
            user_id: Some(user_id),
            email: Some(email.into()),
            ..Default::default()
        });
    }
    for (parent_id, data) in [(None, "r"), (Some(1), "a"), (Some(2), "b"), (None, "z")] {
        session.add(Node {
            parent_id,
            data: Some(data.into()),
            ..Default::default()
        });
        session.flush().await?;
    }
    session.commit().await
}
