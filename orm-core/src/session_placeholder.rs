//! The shapes that generated accessors name, until the session has them.

use std::marker::PhantomData;

use crate::mapping::{Handle, Many, One, Relation};

/// Stands for the session.
#[derive(Debug, Default)]
pub struct Session;

macro_rules! accessor {
    ($name:ident, $kind:ident) => {
        /// Stands for what an accessor returns.
        #[derive(Debug)]
        pub struct $name<'s, P, C>(PhantomData<(&'s mut Session, fn() -> (P, C))>);

        impl<'s, P, C> $name<'s, P, C> {
            /// What the generated accessor calls.
            pub fn new(_: &'s mut Session, _: Handle<P>, _: Relation<P, C, $kind>) -> Self {
                Self(PhantomData)
            }
        }
    };
}

accessor!(ToMany, Many);
accessor!(ToOne, One);
