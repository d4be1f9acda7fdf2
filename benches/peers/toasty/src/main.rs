//! Toasty. Keys are `u64`, as in its documentation: with `i64` its loading of relationships is not implemented.

mod models;

use models::*;
use protocol::{Clock, DOOMED, GETS, LARGE, POOL, Peer, SMALL, Shape, Sum, TASKS, Totals, key};
use toasty::Db;

/// How many rows are created at once: SQLite and PostgreSQL limit the parameters of a statement; Toasty does not divide.
const STATEMENT: usize = 5_000;

struct Toasty {
    db: Db,
}

impl Peer for Toasty {
    async fn connect(url: &str, _: &str) -> Self {
        let mut builder = Db::builder();
        builder.models(toasty::models!(
            Item, Author, Book, Review, User, Post, Comment, Note, Tag, NoteTag, Reading
        ));
        builder.max_pool_size(POOL);
        let url = match url.strip_prefix("postgres://orm@").and_then(|rest| rest.split_once('/')) {
            // It takes a socket's directory as a parameter only.
            Some((socket, name)) => format!("postgresql:///{name}?host={socket}&user=orm"),
            None => url.replace("sqlite://", "sqlite:"),
        };
        Self {
            db: builder.connect(&url).await.expect("a database"),
        }
    }

    async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        work(&mut self.db, workload, clock).await.expect(workload)
    }
}

/// Says the type of a block's error.
fn ok<T>(value: T) -> toasty::Result<T> {
    Ok(value)
}

fn main() {
    protocol::serve::<Toasty>();
}

fn sum_items(items: &[Item]) -> u64 {
    let mut sum = Sum::default();
    for Item {
        id,
        author_id,
        title,
        year,
        price,
    } in items
    {
        sum.item(*id as i64, *author_id, title, *year, *price);
    }
    sum.done()
}

async fn work(db: &mut Db, workload: &str, clock: &mut Clock) -> toasty::Result<Option<u64>> {
    Ok(Some(match workload {
        "load_1" => load(db, 1, clock).await?,
        "load_100" => load(db, 100, clock).await?,
        "load_10000" => load(db, 10_000, clock).await?,
        "gets_1000" => gets(db, key, clock).await?,
        "get_held" => gets(db, |_| 1, clock).await?,
        "gets_tasks" => sum_items(&clock.wait(tasks(db)).await?),
        "insert_1" => insert(db, 1, clock).await?,
        "insert_100" => insert(db, 100, clock).await?,
        "insert_10000" => insert(db, 10_000, clock).await?,
        "change_1000" => {
            let items = clock
                .wait(async {
                    let mut items = Item::all().order_by(Item::fields().id().asc()).limit(1_000).exec(db).await?;
                    let mut transaction = db.transaction().await?;
                    for item in &mut items {
                        let price = item.price + 1.0;
                        item.update().price(price).exec(&mut transaction).await?;
                    }
                    transaction.commit().await?;
                    ok(items)
                })
                .await?;
            sum_items(&items)
        }
        "change_commit_500" => {
            let items = clock
                .wait(async {
                    let mut items = Vec::new();
                    for n in 0..500 {
                        let mut item = Item::get_by_id(db, key(n) as u64).await?;
                        let price = item.price + 1.0;
                        // A statement alone is a transaction.
                        item.update().price(price).exec(db).await?;
                        items.push(item);
                    }
                    ok(items)
                })
                .await?;
            sum_items(&items)
        }
        "graph_eager" => {
            let query = Author::all()
                .order_by(Author::fields().id().asc())
                .include(Author::fields().books().reviews());
            let authors = clock.wait(query.exec(db)).await?;
            let mut sum = Sum::default();
            for author in &authors {
                sum.int(author.id as i64).text(&author.name).text(&author.country);
                // The order of what is included is not said.
                let mut books: Vec<_> = author.books.get().iter().collect();
                books.sort_by_key(|book| book.id);
                for book in books {
                    sum.int(book.id as i64).text(&book.title).int(book.year);
                    let mut reviews: Vec<_> = book.reviews.get().iter().collect();
                    reviews.sort_by_key(|review| review.id);
                    for review in reviews {
                        sum.int(review.id as i64).int(review.stars).text(&review.body);
                    }
                }
            }
            sum.done()
        }
        "graph_lazy" => {
            let graph = clock
                .wait(async {
                    let mut graph = Vec::new();
                    for author in Author::all().order_by(Author::fields().id().asc()).exec(db).await? {
                        let mut books = Vec::new();
                        for book in author.books().exec(db).await? {
                            let reviews = book.reviews().exec(db).await?;
                            books.push((book, reviews));
                        }
                        graph.push((author, books));
                    }
                    ok(graph)
                })
                .await?;
            let mut sum = Sum::default();
            for (author, mut books) in graph {
                sum.int(author.id as i64).text(&author.name).text(&author.country);
                books.sort_by_key(|(book, _)| book.id);
                for (book, mut reviews) in books {
                    sum.int(book.id as i64).text(&book.title).int(book.year);
                    reviews.sort_by_key(|review| review.id);
                    for review in reviews {
                        sum.int(review.id as i64).int(review.stars).text(&review.body);
                    }
                }
            }
            sum.done()
        }
        "users_10000" => {
            let mut sum = Sum::default();
            for user in clock.wait(User::all().order_by(User::fields().id().asc()).exec(db)).await? {
                sum.int(user.id as i64).text(&user.name).maybe(user.hair_color.as_deref());
            }
            sum.done()
        }
        "users_insert_100" => {
            let mut users = User::create_many();
            for n in 1..=100 {
                users = users.with_item(|user| user.name(format!("User {n}")).hair_color(protocol::hair(n).map(str::to_owned)));
            }
            clock.wait(users.exec(db)).await?;
            0
        }
        "users_associations" => {
            let query = User::filter(User::fields().id().le(100_u64))
                .order_by(User::fields().id().asc())
                .include(User::fields().posts().comments());
            let users = clock.wait(query.exec(db)).await?;
            let mut sum = Sum::default();
            for user in &users {
                sum.int(user.id as i64).text(&user.name).maybe(user.hair_color.as_deref());
                let mut posts: Vec<_> = user.posts.get().iter().collect();
                posts.sort_by_key(|post| post.id);
                for post in posts {
                    sum.int(post.id as i64).text(&post.title).maybe(post.body.as_deref());
                    let mut comments: Vec<_> = post.comments.get().iter().collect();
                    comments.sort_by_key(|comment| comment.id);
                    for comment in comments {
                        sum.int(comment.id as i64).text(&comment.text);
                    }
                }
            }
            sum.done()
        }
        "many_to_many" => {
            let query = Note::all().order_by(Note::fields().id().asc()).include(Note::fields().tags());
            let notes = clock.wait(query.exec(db)).await?;
            let mut sum = Sum::default();
            for note in &notes {
                sum.int(note.id as i64).text(&note.title);
                let mut tags: Vec<_> = note.tags.get().iter().collect();
                tags.sort_by_key(|tag| tag.id);
                for tag in tags {
                    sum.int(tag.id as i64).text(&tag.name);
                }
            }
            sum.done()
        }
        // It has pages, each of which begins after the last key of the one before.
        "stream" => {
            let mut totals = Totals::default();
            clock
                .wait(async {
                    let query = Reading::all().order_by(Reading::fields().id().asc());
                    let mut page = Some(query.paginate(1_000).exec(db).await?);
                    while let Some(some) = page {
                        for reading in &some.items {
                            totals.add(reading.id as i64, reading.sensor, reading.value);
                        }
                        page = some.next(db).await?;
                    }
                    ok(())
                })
                .await?;
            totals.done()
        }
        "graph_insert_small" => graph_insert(db, SMALL, clock).await?,
        "graph_insert_large" => graph_insert(db, LARGE, clock).await?,
        // It deletes the children itself, before their parents; of parents in a range of keys it cannot (an assertion fails).
        "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
            clock
                .wait(async {
                    let authors = Author::filter(Author::fields().id().gt(DOOMED as u64)).exec(db).await?;
                    let keys: Vec<u64> = authors.iter().map(|author| author.id).collect();
                    Author::filter(Author::fields().id().in_list(keys)).delete().exec(db).await
                })
                .await?;
            0
        }
        _ => return Ok(None),
    }))
}

async fn load(db: &mut Db, count: usize, clock: &mut Clock) -> toasty::Result<u64> {
    let items = clock
        .wait(async { Item::all().order_by(Item::fields().id().asc()).limit(count).exec(db).await })
        .await?;
    Ok(sum_items(&items))
}

async fn gets(db: &mut Db, key: impl Fn(i64) -> i64, clock: &mut Clock) -> toasty::Result<u64> {
    let found = clock
        .wait(async {
            let mut found = Vec::new();
            for n in 0..GETS {
                found.push(Item::get_by_id(db, key(n) as u64).await?);
            }
            ok(found)
        })
        .await?;
    Ok(sum_items(&found))
}

async fn tasks(db: &Db) -> toasty::Result<Vec<Item>> {
    let tasks: Vec<_> = (0..TASKS as i64)
        .map(|task| {
            let mut db = db.clone();
            tokio::spawn(async move {
                let mut found = Vec::new();
                for n in (task..GETS).step_by(TASKS) {
                    found.push((n, Item::get_by_id(&mut db, key(n) as u64).await?));
                }
                ok(found)
            })
        })
        .collect();
    let mut found = Vec::new();
    for task in tasks {
        found.extend(task.await.expect("a task")?);
    }
    found.sort_by_key(|(n, _)| *n);
    Ok(found.into_iter().map(|(_, item)| item).collect())
}

async fn insert(db: &mut Db, count: i64, clock: &mut Clock) -> toasty::Result<u64> {
    let rows = protocol::items(count);
    let items = clock
        .wait(async {
            let mut transaction = db.transaction().await?;
            let mut items = Vec::new();
            for rows in rows.chunks(STATEMENT) {
                let mut new = Item::create_many();
                for row in rows {
                    new = new.with_item(|item| item.author_id(row.author_id).title(&row.title).year(row.year).price(row.price));
                }
                items.extend(new.exec(&mut transaction).await?);
            }
            transaction.commit().await?;
            ok(items)
        })
        .await?;
    Ok(sum_items(&items))
}

/// A level at a time: a nested `create!` would be a statement for the children of each parent.
async fn graph_insert(db: &mut Db, shape: Shape, clock: &mut Clock) -> toasty::Result<u64> {
    let count = shape.authors * shape.books;
    let names: Vec<String> = (1..=shape.authors).map(protocol::author_name).collect();
    let titles: Vec<String> = (1..=count).map(protocol::book_title).collect();
    let texts: Vec<String> = (1..=count * shape.reviews).map(protocol::review_text).collect();
    let authors = clock
        .wait(async {
            let mut transaction = db.transaction().await?;
            let mut new = Author::create_many();
            for (n, name) in (1..).zip(&names) {
                new = new.with_item(|author| author.name(name).country(protocol::country(n)));
            }
            let authors = new.exec(&mut transaction).await?;
            let mut new = Book::create_many();
            for (n, title) in titles.iter().enumerate() {
                let author = authors[n / shape.books as usize].id;
                let year = 1900 + ((n + 1) % 120) as i32;
                new = new.with_item(|book| book.author_id(author).title(title).year(year));
            }
            let books = new.exec(&mut transaction).await?;
            let reviews: Vec<(usize, &String)> = texts.iter().enumerate().collect();
            for some in reviews.chunks(STATEMENT) {
                let mut new = Review::create_many();
                for (n, text) in some {
                    let book = books[n / shape.reviews as usize].id;
                    let stars = ((n + 1) % 5 + 1) as i32;
                    new = new.with_item(|review| review.book_id(book).stars(stars).body(*text));
                }
                new.exec(&mut transaction).await?;
            }
            transaction.commit().await?;
            ok(authors)
        })
        .await?;
    let mut sum = Sum::default();
    for author in authors {
        sum.int(author.id as i64);
    }
    Ok(sum.done())
}
