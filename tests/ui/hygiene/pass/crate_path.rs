//! The crate may be reached by another path, and a model may come from a macro or stand in a function.

mod reexport {
    pub use orm_core;
}

use reexport::orm_core::{DbEnum, Model};

#[derive(DbEnum, Clone, Copy, PartialEq)]
#[orm(crate = crate::reexport::orm_core)]
enum Kind {
    Small,
}

macro_rules! model {
    ($name:ident, $($field:ident: $ty:ty),*) => {
        #[derive(Model)]
        #[orm(crate = $crate::reexport::orm_core)]
        struct $name {
            #[orm(primary_key)]
            id: i64,
            $($field: $ty,)*
        }
    };
}

model!(Thing, kind: Kind, size: i32);

fn main() {
    #[derive(Model)]
    #[orm(crate = reexport::orm_core)]
    struct Local {
        #[orm(primary_key)]
        id: i64,
        #[orm(references = Self::id)]
        parent_id: Option<i64>,
    }

    let thing = Thing::create().size(1).kind(Kind::Small).build().object;
    assert_eq!((thing.id, thing.size), (0, 1));
    assert_eq!(Thing::kind.index(), 1);
    let local = Local::create().parent_id(4).build().object;
    assert_eq!((local.id, local.parent_id), (0, Some(4)));
}
