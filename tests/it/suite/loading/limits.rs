//! Joined collections of queries that count, order, group and combine: the parents are those of the query, in its order.

use orm_core::mapping::{Select, alias};
use orm_core::prelude::*;

use crate::harness::both;
use crate::scenarios::library::{self, Book, Shelf};

both! {
    async fn parents_keep_their_order(db: Db) {
        let engine = db.engine().await;
        library::data(&engine).await?;
        let shelves = || Shelf::select();
        let joined = || shelves().join(Shelf::books);
        let counted = || joined().group_by(Shelf::id);
        let number = || scalar(select(func::count(Book::id)).filter(Book::shelf_id.eq(Shelf::id)));
        let one = |id: i64| shelves().filter(Shelf::id.eq(id));
        let a = alias::<Shelf>("a");
        let c = shelves().filter(Shelf::id.gt(0)).cte("c");
        let all: &[(i64, usize)] = &[(1, 2), (2, 1)];
        let turned: &[(i64, usize)] = &[(2, 1), (1, 2)];
        let cases: Vec<(Select<_>, &[(i64, usize)])> = vec![
            (counted().having(func::count(Book::id).gt(1)), &all[..1]),
            (counted().order_by(func::count(Book::id).desc()), all),
            (counted().order_by(func::count(Book::id)), turned),
            (joined().order_by(Book::title.desc()), turned),
            (joined().order_by(Book::title.desc()).limit(1), &turned[..1]),
            (joined().order_by(Book::title.desc()).limit(5).offset(1), &all[..1]),
            (shelves().order_by(number().desc()).limit(1), &all[..1]),
            (shelves().order_by(number()).limit(2), turned),
            (shelves().order_by(func::lower(Shelf::label).desc()).limit(2), turned),
            (shelves().order_by((Shelf::parent_id.asc().nulls_last(), Shelf::id.desc())).limit(2), turned),
            (joined().distinct().order_by(Shelf::label.desc()).limit(2), turned),
            (one(1).union(one(2)).order_by(Shelf::label.desc()).limit(2), turned),
            (select(a.entity()).order_by(a.col(Shelf::id).desc()).limit(2), turned),
            (select(c.entity::<Shelf>()).order_by(c.col(Shelf::id).desc()).limit(1), &turned[..1]),
            (shelves().order_by(Shelf::id).limit(1).for_update(), &all[..1]),
        ];
        for (number, (query, expected)) in cases.into_iter().enumerate() {
            let found = engine.all(query.with(Shelf::books.joined())).await?;
            let found: Vec<_> = found.iter().map(|shelf| (shelf.id, shelf.books.get().map_or(99, <[_]>::len))).collect();
            assert_eq!(found, expected, "case {number}");
        }
    }
}
