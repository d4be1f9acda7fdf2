//! Pages by number and by key.

use orm_core::engine::Engine;
use orm_core::mapping::{Page, PageRequest, Query as _, Select, entity};
use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

/// A row with a key of two columns, and columns that are often equal, or NULL.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "entries")]
struct Entry {
    #[orm(primary_key)]
    shelf: i32,
    #[orm(primary_key)]
    number: i64,
    name: String,
    score: Option<i32>,
    price: f64,
}

async fn entries(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<Entry>()?.create_all(engine).await?;
    let mut session = engine.session();
    for index in 0..23_i32 {
        session.add(Entry {
            shelf: index % 3,
            number: index.into(),
            name: format!("n{}", index % 4),
            score: (index % 5 != 0).then_some(index % 2),
            price: f64::from(index % 7) / 2.0,
        });
    }
    session.commit().await
}

type Query = Select<orm_core::mapping::Entity<Entry>>;

/// Orders of every kind: of one column and several, mixed, with NULLs in each place, by expressions.
fn orders() -> Vec<Query> {
    let all = Entry::select;
    vec![
        all(),
        all().order_by(Entry::name),
        all().order_by(Entry::name.desc()),
        all().order_by(Entry::score),
        all().order_by(Entry::score.desc()),
        all().order_by(Entry::score.asc().nulls_first()),
        all().order_by(Entry::score.asc().nulls_last()),
        all().order_by(Entry::score.desc().nulls_first()),
        all().order_by(Entry::score.desc().nulls_last()),
        all().order_by((Entry::name, Entry::score.desc())),
        all().order_by((Entry::score, Entry::name.desc(), Entry::price)),
        all().order_by((Entry::price.desc(), Entry::shelf)),
        all().order_by(Entry::number.desc()),
        all().order_by((Entry::score + 1).desc()),
        all().order_by((func::coalesce(Entry::score, 7), Entry::name)),
        all().filter(Entry::shelf.ne(1)).order_by((
            Entry::shelf.desc(),
            Entry::name,
            Entry::number.desc(),
        )),
    ]
}

both! {
    /// By every order and in pages of every size, forwards and backwards, each row comes exactly once and in its place.
    async fn every_row_once_by_every_order(db: Db) {
        let engine = db.engine().await;
        entries(&engine).await?;
        for query in orders() {
            for size in [1, 4, 23, 50] {
                let mut pages: Vec<Page<Entry>> = Vec::new();
                let mut at = None;
                loop {
                    let page = engine.page(query.clone(), PageRequest::size(size).at(at.as_deref())).await?;
                    assert_eq!(page.previous.is_some(), !pages.is_empty());
                    at = page.next.clone();
                    pages.push(page);
                    if at.is_none() {
                        break;
                    }
                }
                let rows: Vec<Entry> = pages.iter().flat_map(|page| page.rows.clone()).collect();
                let expected = engine.all(query.clone()).await?;
                assert_eq!(rows.len(), expected.len(), "{query:?} by {size}");
                // The query alone leaves rows with equal values in any order, so only those are compared.
                let mut sorted = rows.clone();
                sorted.sort_by_key(|row| (row.shelf, row.number));
                sorted.dedup();
                assert_eq!(sorted.len(), expected.len());

                let mut at = pages.last().and_then(|page| page.previous.clone());
                for page in pages.iter().rev().skip(1) {
                    let back = engine.page(query.clone(), PageRequest::size(size).at(at.as_deref())).await?;
                    assert_eq!(back.rows, page.rows, "{query:?} by {size}");
                    assert!(back.next.is_some());
                    at = back.previous;
                }
                assert_eq!(at, None);
            }
        }
    }

    /// The rows are those of the order; whole objects are ordered last by their key.
    async fn pages_keep_the_order(db: Db) {
        let engine = db.engine().await;
        entries(&engine).await?;
        let whole = Entry::select().order_by((Entry::score.desc(), Entry::name, Entry::shelf, Entry::number));
        let expected = engine.all(whole.clone()).await?;
        let (mut rows, mut at) = (Vec::new(), None);
        let short = Entry::select().order_by((Entry::score.desc(), Entry::name));
        loop {
            let page = engine.page(short.clone(), PageRequest::size(5).at(at.as_deref())).await?;
            rows.extend(page.rows);
            at = page.next;
            if at.is_none() {
                break;
            }
        }
        assert_eq!(rows, expected);
    }

    /// What is sent: one row more than the page has, and a condition that an index can serve.
    async fn the_statements_of_pages(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let query = User::select().order_by(User::name);
        let page = engine.page(query.clone(), PageRequest::size(1)).await?;
        let head = "SELECT users.id, users.name, users.fullname, users.name, users.id FROM users";
        log.sent([&*format!("{head} ORDER BY users.name, users.id LIMIT 2")]);
        engine.page(query, PageRequest::size(1).at(page.next.as_deref())).await?;
        log.sent([&*format!(
            "{head} WHERE (users.name, users.id) > (?, ?) ORDER BY users.name, users.id LIMIT 2"
        )]);

        let query = User::select().order_by((User::fullname, User::id.desc()));
        let page = engine.page(query.clone(), PageRequest::size(1)).await?;
        log.take();
        engine.page(query, PageRequest::size(1).at(page.next.as_deref())).await?;
        let head = "SELECT users.id, users.name, users.fullname, users.fullname, users.id FROM users";
        let order = "ORDER BY users.fullname, users.id DESC LIMIT 2";
        // Jack's full name is NULL, like Ed's: on one database they come first, on the other last.
        log.sent_each(
            &[&format!("{head} WHERE users.fullname IS NOT NULL OR users.fullname IS NULL AND users.id < ? {order}")],
            &[&format!("{head} WHERE users.fullname IS NULL AND users.id < ? {order}")],
        );
    }

    /// Values and tuples have pages too; a session gives handles, with what the options load.
    async fn pages_of_every_shape(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let pairs = select((Address::email, User::name)).join(Address::user).order_by(Address::id);
        let first = engine.page(pairs.clone(), PageRequest::size(2)).await?;
        assert_eq!(first.rows, [("a1".to_owned(), "ed".to_owned()), ("a2".into(), "ed".into())]);
        let second = engine.page(pairs, PageRequest::size(2).at(first.next.as_deref())).await?;
        assert_eq!(second.rows, [("b1".to_owned(), "jack".to_owned())]);
        assert_eq!(second.next, None);

        let outer = select((entity::<User>(), entity::<Address>().optional())).left_join(User::addresses);
        let outer = outer.order_by((Address::id.desc(), User::id));
        let (mut seen, mut at) = (0, None);
        loop {
            let page = engine.page(outer.clone(), PageRequest::size(1).at(at.as_deref())).await?;
            seen += page.rows.len();
            at = page.next;
            if at.is_none() {
                break;
            }
        }
        assert_eq!(seen, 3);

        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let query = User::select().order_by(User::name.desc()).with(User::addresses);
        let page = session.page(query, PageRequest::size(1)).await?;
        assert_eq!(log.take().len(), 2);
        let jack = page.rows[0];
        assert_eq!(session[jack].name, "jack");
        assert_eq!(jack.addresses(&mut session).await?.len(), 1);
        log.nothing();
    }

    /// Rows that come and go between two pages shift nothing.
    async fn pages_stand_still(db: Db) {
        let engine = db.engine().await;
        entries(&engine).await?;
        let query = Entry::select().order_by(Entry::number);
        let first = engine.page(query.clone(), PageRequest::size(5)).await?;
        engine.execute(Entry::delete().filter(Entry::number.le(4))).await?;
        let second = engine.page(query.clone(), PageRequest::size(5).at(first.next.as_deref())).await?;
        assert_eq!(second.rows[0].number, 5);
        engine.execute(Entry::delete().filter(Entry::number.ge(5))).await?;
        let empty = engine.page(query, PageRequest::size(5).at(second.next.as_deref())).await?;
        assert_eq!((empty.rows.len(), empty.next, empty.previous), (0, None, None));
    }

    /// A place that was changed, made up, or is of another query or of another program is refused.
    async fn foreign_places_are_refused(db: Db) {
        let engine = db.engine().await;
        entries(&engine).await?;
        let query = Entry::select().order_by(Entry::name);
        let page = engine.page(query.clone(), PageRequest::size(2)).await?;
        let place = page.next.unwrap();
        let refused = async |engine: &Engine, query: &Query, place: &str| {
            let page = engine.page(query.clone(), PageRequest::size(2).at(Some(place))).await;
            page.unwrap_err().kind()
        };
        for wrong in ["", "?", "AAAA", &place[1..], &place[..place.len() - 1]] {
            assert_eq!(refused(&engine, &query, wrong).await, ErrorKind::InvalidCursor, "{wrong}");
        }
        for index in 0..place.len() {
            let mut changed = place.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(refused(&engine, &query, &changed).await, ErrorKind::InvalidCursor, "{index}");
        }
        let other = Entry::select().order_by(Entry::name.desc());
        assert_eq!(refused(&engine, &other, &place).await, ErrorKind::InvalidCursor);
        // Another value in a filter, or another size, is the same list.
        let filtered = |shelf| Entry::select().filter(Entry::shelf.ge(shelf)).order_by(Entry::name);
        let page = engine.page(filtered(0), PageRequest::size(2)).await?;
        engine.page(filtered(1), PageRequest::size(3).at(page.next.as_deref())).await?;

        let sealed = Engine::builder(db.url()).cursor_secret("sixteen bytes and more").connect().await?;
        assert_eq!(refused(&sealed, &query, &place).await, ErrorKind::InvalidCursor);
        let page = sealed.page(query.clone(), PageRequest::size(2)).await?;
        let place = page.next.unwrap();
        assert_eq!(refused(&engine, &query, &place).await, ErrorKind::InvalidCursor);
        sealed.page(query, PageRequest::size(2).at(Some(&place))).await?;

        let error = Engine::builder(db.url()).cursor_secret("short").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().contains("has 5 bytes and could be guessed; give at least 16"), "{error}");
    }

    /// Queries whose rows have no place say what to do instead.
    async fn queries_without_places(db: Db) {
        let engine = db.engine().await;
        entries(&engine).await?;
        let message = async |query: Select<_>| {
            let error = engine.page(query, PageRequest::size(2)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidQuery);
            error.message().to_owned()
        };
        let names = select(Entry::name);
        for (query, advice) in [
            (names.clone(), "order it, last by something unique"),
            (names.clone().order_by(Entry::name).limit(3), "take limit and offset from the query"),
            (names.clone().order_by(Entry::name).distinct(), "select from it as a subquery"),
            (names.clone().order_by(Entry::name).group_by(Entry::name), "select from it as a subquery"),
            (names.clone().union(names).order_by(Entry::name), "select from it as a subquery"),
        ] {
            let message = message(query).await;
            assert!(message.ends_with(advice), "{message}");
        }
    }

    /// Pages by number.
    async fn pages_by_number(db: Db) {
        let engine = db.engine().await;
        entries(&engine).await?;
        let query = select(Entry::number).order_by(Entry::number);
        assert_eq!(engine.all(query.clone().page(1, 3)).await?, [0, 1, 2]);
        assert_eq!(engine.all(query.clone().page(3, 3)).await?, [6, 7, 8]);
        assert_eq!(engine.all(query.clone().page(8, 3)).await?, [21, 22]);
        assert_eq!(engine.all(query.clone().page(9, 3)).await?, [0_i64; 0]);
        assert_eq!(engine.all(query.page(0, 3)).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
    }

    /// A cap on rows: its error says what it is and what to do; a stream has none.
    async fn a_cap_on_rows(db: Db) {
        let engine = Engine::builder(db.url()).max_rows(10).connect().await?;
        entries(&engine).await?;
        assert_eq!(engine.all(Entry::select().limit(10)).await?.len(), 10);
        let error = engine.all(Entry::select()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRows);
        assert!(
            error.message().starts_with("the statement gave more than 10 rows, the cap set by EngineBuilder::max_rows"),
            "{error}"
        );
        let mut session = engine.session();
        session.begin().await?;
        assert_eq!(session.all(Entry::select()).await.unwrap_err().kind(), ErrorKind::TooManyRows);
        assert_eq!(session.held(), 0);
        session.rollback().await?;
        let mut stream = engine.stream(Entry::select());
        let mut count = 0;
        while stream.next().await?.is_some() {
            count += 1;
        }
        assert_eq!(count, 23);
    }
}

#[test]
fn pages_by_number_are_limit_and_offset() {
    use orm_core::dialect::{SQLITE, StatementCache};
    let compiled = Entry::select()
        .page(3, 20)
        .compile(&StatementCache::new(&SQLITE))
        .unwrap();
    assert!(
        compiled.sql.ends_with(" FROM entries LIMIT 20 OFFSET 40"),
        "{}",
        compiled.sql
    );
}
