//! The planner alone: 10,000 new, changed and deleted objects of 20 tables, each of which refers to the one before.

use std::time::Instant;

use orm_core::prelude::*;

pub const TABLES: usize = 20;
pub const CHANGES: usize = TABLES * (NEW + CHANGED + DELETED);

const NEW: usize = 250;
const CHANGED: usize = 150;
const DELETED: usize = 100;

/// A table that refers to the one before it.
macro_rules! tables {
    ($($name:ident $table:tt refers to $parent:ident,)+) => {
        $(
            #[derive(Model, Debug, Clone, Default)]
            #[orm(table = $table)]
            struct $name {
                #[orm(primary_key)]
                id: i64,
                name: String,
                size: i32,
                #[orm(references = $parent::id)]
                parent_id: Option<i64>,
                parent: BelongsTo<$parent>,
            }
        )+

        /// Changes that wait for a flush.
        fn change(session: &mut Session) -> orm_core::Result<()> {
            let above: Vec<Handle<Root>> = Vec::new();
            $(let above = {
                let stored = |n: usize| $name {
                    id: 1 + n as i64,
                    name: format!("stored {n}"),
                    ..Default::default()
                };
                for n in 0..CHANGED + DELETED {
                    let held = session.attach(stored(n))?;
                    if n >= CHANGED {
                        session.delete(held)?;
                    } else if n % 2 == 0 {
                        session[held].name = "changed".into();
                    } else {
                        session[held].size = 7;
                    }
                }
                let new = (0..NEW).map(|n| $name {
                    name: format!("new {n}"),
                    parent: parent_of(&above, n),
                    ..Default::default()
                });
                session.add_all(new.collect::<Vec<_>>())
            };)+
            std::hint::black_box(above);
            Ok(())
        }
    };
}

fn parent_of<T: orm_core::Model>(above: &[Handle<T>], n: usize) -> BelongsTo<T> {
    match above.get(n) {
        Some(&parent) => parent.into(),
        None => BelongsTo::none(),
    }
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "root")]
struct Root {
    #[orm(primary_key)]
    id: i64,
}

tables! {
    T1 "t1" refers to Root,
    T2 "t2" refers to T1,
    T3 "t3" refers to T2,
    T4 "t4" refers to T3,
    T5 "t5" refers to T4,
    T6 "t6" refers to T5,
    T7 "t7" refers to T6,
    T8 "t8" refers to T7,
    T9 "t9" refers to T8,
    T10 "t10" refers to T9,
    T11 "t11" refers to T10,
    T12 "t12" refers to T11,
    T13 "t13" refers to T12,
    T14 "t14" refers to T13,
    T15 "t15" refers to T14,
    T16 "t16" refers to T15,
    T17 "t17" refers to T16,
    T18 "t18" refers to T17,
    T19 "t19" refers to T18,
    T20 "t20" refers to T19,
}

/// The median of some runs, in milliseconds. Planning needs no database: the engine is not asked for a connection.
pub fn run(engine: &Engine) -> orm_core::Result<f64> {
    let mut times = Vec::new();
    for _ in 0..31 {
        let mut session = engine.session();
        change(&mut session)?;
        let start = Instant::now();
        let batches = orm_core::__private::planned(&mut session)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        // New ones, two sets of changed columns, and deleted ones.
        assert_eq!(batches, 4 * TABLES);
    }
    Ok(crate::median(times))
}
