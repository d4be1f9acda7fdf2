//! What is generated is documented, and clean under every lint that a program may turn on.
#![deny(warnings, missing_docs, unreachable_pub, unused, nonstandard_style, future_incompatible)]
#![deny(missing_debug_implementations, rust_2018_idioms, let_underscore, private_bounds)]
#![deny(single_use_lifetimes, unused_lifetimes, unused_qualifications, unsafe_code)]

/// Models in a module of their own.
pub mod shop {
    use orm_core::mapping::{BelongsTo, HasMany, HasOne};
    use orm_core::{DbEnum, Model};

    /// A state.
    #[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Status {
        /// New.
        New,
        /// Old.
        Old,
    }

    /// A customer.
    #[derive(Model, Debug)]
    pub struct Customer {
        /// The key.
        #[orm(primary_key)]
        pub id: i64,
        /// The state.
        #[orm(default = Status::New)]
        pub status: Status,
        /// The orders.
        #[orm(back_populates = customer)]
        pub orders: HasMany<Order>,
        /// Nobody else's.
        #[orm(back_populates = customer)]
        note: HasOne<Note>,
    }

    /// An order.
    #[derive(Model, Debug)]
    pub struct Order {
        /// The key.
        #[orm(primary_key)]
        pub id: i64,
        /// Whose it is.
        #[orm(references = Customer::id, on_delete = "set null")]
        pub customer_id: Option<i64>,
        /// Whose it is.
        #[orm(back_populates = orders)]
        pub customer: BelongsTo<Customer>,
    }

    #[derive(Model, Debug)]
    pub(crate) struct Note {
        #[orm(primary_key)]
        pub(super) id: i64,
        #[orm(references = Customer::id)]
        customer_id: i64,
        #[orm(back_populates = note)]
        customer: BelongsTo<Customer>,
    }

    /// Uses what is not seen from outside.
    pub fn notes() -> i64 {
        let note = Note::create().customer_id(3_i64).build().object;
        note.id + note.customer_id + i64::from(note.customer.is_unloaded())
    }

    mod private {
        use orm_core::Model;

        #[derive(Model, Debug)]
        struct Secret {
            #[orm(primary_key)]
            word: String,
        }

        #[derive(Model, Debug)]
        pub(in crate::shop) struct Open {
            #[orm(primary_key)]
            pub(in crate::shop) word: String,
        }

        pub(super) fn secret() -> String {
            Secret::create().word("x").build().object.word
        }
    }

    /// Uses the private module.
    pub fn secret() -> String {
        private::secret() + private::Open::word.name() + &private::Open::create().word("y").build().object.word
    }
}

use orm_core::Model;
use shop::{Customer, Note};

fn main() {
    assert_eq!(Customer::descriptor().relations.len(), 2);
    assert_eq!(Note::id.name(), "id");
    assert_eq!(shop::notes(), 4);
    assert_eq!(shop::secret(), "xwordy");
    assert_eq!(shop::Order::create().build().object.customer_id, None);
}
