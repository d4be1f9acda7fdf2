//! The floor on SQLite.

use std::collections::HashMap;

use protocol::{Clock, GETS, Item, LARGE, POOL, SMALL, Shape, Sum, Totals, items, key};

use crate::rows::{
    Author, Book, Comment, NOTE_TAGS, Note, Posted, Review, User, attach, sum_graph, sum_items, sum_notes, sum_pairs, sum_users,
};
use crate::sqlite_api::{Db, Statement};

/// A pool's connection: what 64 tasks use.
type Pooled = (Db, Statement);

pub struct Sqlite {
    db: Db,
    statements: HashMap<&'static str, Statement>,
    pool: Vec<Pooled>,
}

pub const ITEM: &str = "SELECT id, author_id, title, year, price FROM items WHERE id = ?1";
const UPDATE: &str = "UPDATE items SET price = ?1 WHERE id = ?2";

fn read(row: &Statement) -> Item {
    Item {
        id: row.get_int(0),
        author_id: row.get_int(1),
        title: row.get_text(2),
        year: row.get_int(3) as i32,
        price: row.get_real(4),
    }
}

impl Sqlite {
    pub fn open(path: &str) -> Self {
        let pool = (0..POOL)
            .map(|_| {
                let db = Db::open(path).plan_once();
                let get = db.prepare(ITEM);
                (db, get)
            })
            .collect();
        Self {
            db: Db::open(path).plan_once(),
            statements: HashMap::new(),
            pool,
        }
    }

    fn prepare(&mut self, sql: &'static str) {
        self.statements.entry(sql).or_insert_with(|| self.db.prepare(sql));
    }

    /// The statement, prepared by an earlier run.
    fn at(&mut self, sql: &'static str) -> &Statement {
        self.prepare(sql);
        &self.statements[sql]
    }

    pub fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        Some(match workload {
            "load_1" => self.load(1, clock),
            "load_100" => self.load(100, clock),
            "load_10000" => self.load(10_000, clock),
            "gets_1000" => self.gets(key, clock),
            "get_held" => self.gets(|_| 1, clock),
            "gets_tasks" => {
                let found = clock.time(|| {
                    (0..GETS)
                        .map(|n| self.pool[n as usize % POOL].1.int(1, key(n)).first(read).expect("a row"))
                        .collect::<Vec<_>>()
                });
                sum_items(&found)
            }
            "insert_1" => self.insert(1, clock),
            "insert_100" => self.insert(100, clock),
            "insert_10000" => self.insert(10_000, clock),
            "change_1000" => {
                self.prepare(UPDATE);
                let changed = clock.time(|| {
                    let mut rows = self.at("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT ?1").int(1, 1_000).all(read);
                    self.begin();
                    let update = &self.statements[UPDATE];
                    for row in &mut rows {
                        row.price += 1.0;
                        update.real(1, row.price).int(2, row.id).run();
                    }
                    self.commit();
                    rows
                });
                sum_items(&changed)
            }
            "change_commit_500" => {
                let changed = clock.time(|| {
                    (0..500)
                        .map(|n| {
                            let mut item = self.at(ITEM).int(1, key(n)).first(read).expect("a row");
                            item.price += 1.0;
                            self.begin();
                            self.at(UPDATE).real(1, item.price).int(2, item.id).run();
                            self.commit();
                            item
                        })
                        .collect::<Vec<_>>()
                });
                sum_items(&changed)
            }
            "left_join" => self.pairs(
                "SELECT u.id, u.name, u.hair_color, p.id, p.title, p.body FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE u.id <= 1000 ORDER BY u.id, p.id",
                clock,
            ),
            "users_medium" => self.pairs(
                "SELECT u.id, u.name, u.hair_color, p.id, p.title, p.body FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE u.hair_color = 'black' ORDER BY u.name DESC, p.id",
                clock,
            ),
            "users_10000" => {
                let users = clock.time(|| self.at("SELECT id, name, hair_color FROM users ORDER BY id").all(user));
                let mut sum = Sum::default();
                for (id, name, hair) in &users {
                    sum.int(*id).text(name).maybe(hair.as_deref());
                }
                sum.done()
            }
            "users_insert_100" => {
                let names: Vec<_> = (1..=100).map(|n| (format!("User {n}"), protocol::hair(n))).collect();
                clock.time(|| {
                    self.begin();
                    let insert = self.at("INSERT INTO users (name, hair_color) VALUES (?1, ?2)");
                    for (name, hair) in &names {
                        insert.text(1, name).maybe(2, *hair).run();
                    }
                    self.commit();
                });
                0
            }
            "users_associations" => {
                let users = clock.time(|| {
                    let mut users: Vec<(User, Vec<Posted>)> = self
                        .at("SELECT id, name, hair_color FROM users WHERE id <= 100 ORDER BY id")
                        .all(|row| (user(row), Vec::new()));
                    let mut posts: Vec<(i64, Posted)> = self
                        .at("SELECT id, title, body, user_id FROM posts WHERE user_id <= 100 ORDER BY user_id, id")
                        .all(|row| (row.get_int(3), Posted((row.get_int(0), row.get_text(1), row.get_maybe(2)), Vec::new())));
                    let last = posts.last().map_or(0, |post| post.1.0.0);
                    let comments = self
                        .at("SELECT id, text, post_id FROM comments WHERE post_id <= ?1 ORDER BY post_id, id")
                        .int(1, last)
                        .all(|row| (row.get_int(2), Comment(row.get_int(0), row.get_text(1))));
                    attach(&mut posts, comments, |post| post.1.0.0, |post| &mut post.1.1);
                    attach(&mut users, posts, |user| user.0.0, |user| &mut user.1);
                    users
                });
                sum_users(&users)
            }
            "graph_eager" => {
                let authors = clock.time(|| {
                    let mut authors = self.authors();
                    let mut books = self
                        .at("SELECT id, title, year, author_id FROM books ORDER BY author_id, id")
                        .all(|row| (row.get_int(3), book(row)));
                    let reviews = self
                        .at("SELECT id, stars, body, book_id FROM reviews ORDER BY book_id, id")
                        .all(|row| (row.get_int(3), review(row)));
                    attach(&mut books, reviews, |book| book.1.0, |book| &mut book.1.3);
                    attach(&mut authors, books, |author| author.0, |author| &mut author.3);
                    authors
                });
                sum_graph(&authors)
            }
            "graph_lazy" => {
                let authors = clock.time(|| {
                    let mut authors = self.authors();
                    for author in &mut authors {
                        author.3 = self
                            .at("SELECT id, title, year FROM books WHERE author_id = ?1 ORDER BY id")
                            .int(1, author.0)
                            .all(book);
                        for book in &mut author.3 {
                            book.3 = self
                                .at("SELECT id, stars, body FROM reviews WHERE book_id = ?1 ORDER BY id")
                                .int(1, book.0)
                                .all(review);
                        }
                    }
                    authors
                });
                sum_graph(&authors)
            }
            "many_to_many" => {
                let notes = clock.time(|| {
                    let mut notes: Vec<Note> = self
                        .at("SELECT id, title FROM notes ORDER BY id")
                        .all(|row| (row.get_int(0), row.get_text(1), Vec::new()));
                    let tags = self.at(NOTE_TAGS).all(|row| (row.get_int(2), (row.get_int(0), row.get_text(1))));
                    attach(&mut notes, tags, |note| note.0, |note| &mut note.2);
                    notes
                });
                sum_notes(&notes)
            }
            "stream" => {
                let mut totals = Totals::default();
                clock.time(|| {
                    let statement = self.at("SELECT id, sensor, value FROM readings ORDER BY id");
                    while statement.step() {
                        totals.add(statement.get_int(0), statement.get_int(1), statement.get_real(2));
                    }
                    statement.reset();
                });
                totals.done()
            }
            "graph_insert_small" => self.graph_insert(SMALL, clock),
            "graph_insert_large" => self.graph_insert(LARGE, clock),
            "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
                clock.time(|| {
                    self.begin();
                    self.at("DELETE FROM authors WHERE id > ?1").int(1, protocol::DOOMED).run();
                    self.commit();
                });
                0
            }
            _ => return None,
        })
    }

    fn begin(&mut self) {
        self.at("BEGIN IMMEDIATE").run();
    }

    fn commit(&mut self) {
        self.at("COMMIT").run();
    }

    fn load(&mut self, count: i64, clock: &mut Clock) -> u64 {
        let rows = clock.time(|| {
            self.at("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT ?1")
                .int(1, count)
                .all(read)
        });
        sum_items(&rows)
    }

    fn gets(&mut self, key: impl Fn(i64) -> i64, clock: &mut Clock) -> u64 {
        let get = self.at(ITEM);
        let found = clock.time(|| {
            (0..GETS)
                .map(|n| get.int(1, key(n)).first(read).expect("a row"))
                .collect::<Vec<_>>()
        });
        sum_items(&found)
    }

    fn insert(&mut self, count: i64, clock: &mut Clock) -> u64 {
        let mut rows = items(count);
        const INSERT: &str = "INSERT INTO items (author_id, title, year, price) VALUES (?1, ?2, ?3, ?4)";
        self.prepare(INSERT);
        clock.time(|| {
            self.begin();
            let insert = &self.statements[INSERT];
            for row in &mut rows {
                insert
                    .int(1, row.author_id)
                    .text(2, &row.title)
                    .int(3, row.year.into())
                    .real(4, row.price)
                    .run();
                row.id = self.db.last_id();
            }
            self.commit();
        });
        sum_items(&rows)
    }

    fn pairs(&mut self, sql: &'static str, clock: &mut Clock) -> u64 {
        let pairs = clock.time(|| {
            self.at(sql).all(|row| {
                let post = row.get_int(3);
                (user(row), (post != 0).then(|| (post, row.get_text(4), row.get_maybe(5))))
            })
        });
        sum_pairs(&pairs)
    }

    fn authors(&mut self) -> Vec<Author> {
        self.at("SELECT id, name, country FROM authors ORDER BY id")
            .all(|row| Author(row.get_int(0), row.get_text(1), row.get_text(2), Vec::new()))
    }

    fn graph_insert(&mut self, shape: Shape, clock: &mut Clock) -> u64 {
        let names: Vec<_> = (1..=shape.authors)
            .map(|n| (protocol::author_name(n), protocol::country(n)))
            .collect();
        let books = shape.authors * shape.books;
        let titles: Vec<_> = (1..=books).map(protocol::book_title).collect();
        let texts: Vec<_> = (1..=books * shape.reviews).map(protocol::review_text).collect();
        let keys = clock.time(|| {
            let mut keys = Vec::with_capacity(names.len());
            self.begin();
            let (mut book, mut review) = (0, 0);
            for (name, country) in &names {
                self.at("INSERT INTO authors (name, country) VALUES (?1, ?2)")
                    .text(1, name)
                    .text(2, country)
                    .run();
                let author = self.db.last_id();
                keys.push(author);
                for _ in 0..shape.books {
                    book += 1;
                    self.at("INSERT INTO books (author_id, title, year) VALUES (?1, ?2, ?3)")
                        .int(1, author)
                        .text(2, &titles[book as usize - 1])
                        .int(3, 1900 + book % 120)
                        .run();
                    let parent = self.db.last_id();
                    for _ in 0..shape.reviews {
                        review += 1;
                        self.at("INSERT INTO reviews (book_id, stars, body) VALUES (?1, ?2, ?3)")
                            .int(1, parent)
                            .int(2, review % 5 + 1)
                            .text(3, &texts[review as usize - 1])
                            .run();
                    }
                }
            }
            self.commit();
            keys
        });
        let mut sum = Sum::default();
        for key in keys {
            sum.int(key);
        }
        sum.done()
    }
}

fn user(row: &Statement) -> User {
    (row.get_int(0), row.get_text(1), row.get_maybe(2))
}

fn book(row: &Statement) -> Book {
    Book(row.get_int(0), row.get_text(1), row.get_int(2) as i32, Vec::new())
}

fn review(row: &Statement) -> Review {
    Review(row.get_int(0), row.get_int(1) as i32, row.get_text(2))
}
