//! SeaORM 2: the entity loader for graphs, active models for changes, many rows in one INSERT.

mod entities;
mod sums;

use entities::{author, book, comment, item, note, post, reading, review, tag, user};
use futures_util::TryStreamExt;
use protocol::{Clock, GETS, LARGE, POOL, Peer, SMALL, Shape, Sum, TASKS, Totals, key};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, IntoActiveModel, QueryOrder, QuerySelect, TransactionTrait};

use sums::{sum_items, sum_pairs};

type Result<T> = std::result::Result<T, DbErr>;

struct SeaOrm {
    db: DatabaseConnection,
    /// How many parameters a statement may have.
    parameters: usize,
}

impl Peer for SeaOrm {
    async fn connect(url: &str, _: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(POOL as u32).test_before_acquire(false).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|options| options.synchronous(SqliteSynchronous::Normal).foreign_keys(true));
        let parameters = if url.starts_with("sqlite") { 32_766 } else { 65_535 };
        Self {
            db: Database::connect(options).await.expect("a pool"),
            parameters,
        }
    }

    async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        self.work(workload, clock).await.expect(workload)
    }
}

fn main() {
    protocol::serve::<SeaOrm>();
}

impl SeaOrm {
    async fn work(&self, workload: &str, clock: &mut Clock) -> Result<Option<u64>> {
        let db = &self.db;
        Ok(Some(match workload {
            "load_1" => self.load(1, clock).await?,
            "load_100" => self.load(100, clock).await?,
            "load_10000" => self.load(10_000, clock).await?,
            "gets_1000" => self.gets(key, clock).await?,
            "get_held" => self.gets(|_| 1, clock).await?,
            "gets_tasks" => sum_items(&clock.wait(tasks(db)).await?),
            "insert_1" => self.insert(1, clock).await?,
            "insert_100" => self.insert(100, clock).await?,
            "insert_10000" => self.insert(10_000, clock).await?,
            "change_1000" => {
                let changed = clock
                    .wait(async {
                        let items = item::Entity::find().order_by_asc(item::Column::Id).limit(1_000).all(db).await?;
                        let transaction = db.begin().await?;
                        let mut changed = Vec::with_capacity(items.len());
                        for item in items {
                            let price = item.price + 1.0;
                            let mut item = item.into_active_model();
                            item.price = Set(price);
                            changed.push(item.update(&transaction).await?);
                        }
                        transaction.commit().await?;
                        Result::Ok(changed)
                    })
                    .await?;
                sum_items(&changed)
            }
            "change_commit_500" => {
                let changed = clock
                    .wait(async {
                        let mut changed = Vec::new();
                        for n in 0..500 {
                            let item = item::Entity::find_by_id(key(n)).one(db).await?.expect("a row");
                            let price = item.price + 1.0;
                            let mut item = item.into_active_model();
                            item.price = Set(price);
                            // A statement alone is a transaction.
                            changed.push(item.update(db).await?);
                        }
                        Result::Ok(changed)
                    })
                    .await?;
                sum_items(&changed)
            }
            "graph_eager" => {
                let mut authors = clock
                    .wait(
                        author::Entity::load()
                            .order_by_asc(author::COLUMN.id)
                            .with((book::Entity, review::Entity))
                            .all(db),
                    )
                    .await?;
                let mut sum = Sum::default();
                for author in &mut authors {
                    sum.int(author.id).text(&author.name).text(&author.country);
                    let mut books: Vec<_> = std::mem::take(&mut author.books).into_iter().collect();
                    // The loader says nothing of their order.
                    books.sort_by_key(|book| book.id);
                    for book in &mut books {
                        sum.int(book.id).text(&book.title).int(book.year);
                        let mut reviews: Vec<_> = std::mem::take(&mut book.reviews).into_iter().collect();
                        reviews.sort_by_key(|review| review.id);
                        for review in &reviews {
                            sum.int(review.id).int(review.stars).text(&review.body);
                        }
                    }
                }
                sum.done()
            }
            "graph_lazy" => {
                let graph = clock
                    .wait(async {
                        let mut graph = Vec::new();
                        for author in author::Entity::find().order_by_asc(author::Column::Id).all(db).await? {
                            let mut books = Vec::new();
                            for book in author.find_related(book::Entity).order_by_asc(book::Column::Id).all(db).await? {
                                let reviews = book.find_related(review::Entity).order_by_asc(review::Column::Id).all(db).await?;
                                books.push((book, reviews));
                            }
                            graph.push((author, books));
                        }
                        Result::Ok(graph)
                    })
                    .await?;
                let mut sum = Sum::default();
                for (author, books) in &graph {
                    sum.int(author.id).text(&author.name).text(&author.country);
                    for (book, reviews) in books {
                        sum.int(book.id).text(&book.title).int(book.year);
                        for review in reviews {
                            sum.int(review.id).int(review.stars).text(&review.body);
                        }
                    }
                }
                sum.done()
            }
            "left_join" => {
                let query = user::Entity::find()
                    .find_also_related(post::Entity)
                    .filter(user::Column::Id.lte(1_000))
                    .order_by_asc(user::Column::Id)
                    .order_by_asc(post::Column::Id);
                sum_pairs(&clock.wait(query.all(db)).await?)
            }
            "users_medium" => {
                let query = user::Entity::find()
                    .find_also_related(post::Entity)
                    .filter(user::Column::HairColor.eq("black"))
                    .order_by_desc(user::Column::Name)
                    .order_by_asc(post::Column::Id);
                sum_pairs(&clock.wait(query.all(db)).await?)
            }
            "users_10000" => {
                let mut sum = Sum::default();
                for user in clock.wait(user::Entity::find().order_by_asc(user::Column::Id).all(db)).await? {
                    sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
                }
                sum.done()
            }
            "users_insert_100" => {
                let users: Vec<_> = (1..=100)
                    .map(|n| user::ActiveModel {
                        id: NotSet,
                        name: Set(format!("User {n}")),
                        hair_color: Set(protocol::hair(n).map(str::to_owned)),
                    })
                    .collect();
                clock.wait(user::Entity::insert_many(users).exec(db)).await?;
                0
            }
            "users_associations" => {
                let mut users = clock
                    .wait(
                        user::Entity::load()
                            .filter(user::COLUMN.id.lte(100))
                            .order_by_asc(user::COLUMN.id)
                            .with((post::Entity, comment::Entity))
                            .all(db),
                    )
                    .await?;
                let mut sum = Sum::default();
                for user in &mut users {
                    sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
                    let mut posts: Vec<_> = std::mem::take(&mut user.posts).into_iter().collect();
                    posts.sort_by_key(|post| post.id);
                    for post in &mut posts {
                        sum.int(post.id).text(&post.title).maybe(post.body.as_deref());
                        let mut comments: Vec<_> = std::mem::take(&mut post.comments).into_iter().collect();
                        comments.sort_by_key(|comment| comment.id);
                        for comment in &comments {
                            sum.int(comment.id).text(&comment.text);
                        }
                    }
                }
                sum.done()
            }
            "many_to_many" => {
                let mut notes = clock
                    .wait(note::Entity::load().order_by_asc(note::COLUMN.id).with(tag::Entity).all(db))
                    .await?;
                let mut sum = Sum::default();
                for note in &mut notes {
                    sum.int(note.id).text(&note.title);
                    let mut tags: Vec<_> = std::mem::take(&mut note.tags).into_iter().collect();
                    tags.sort_by_key(|tag| tag.id);
                    for tag in &tags {
                        sum.int(tag.id).text(&tag.name);
                    }
                }
                sum.done()
            }
            "stream" => {
                let mut totals = Totals::default();
                clock
                    .wait(async {
                        let mut rows = reading::Entity::find().order_by_asc(reading::Column::Id).stream(db).await?;
                        while let Some(reading::Model { id, sensor, value }) = rows.try_next().await? {
                            totals.add(id, sensor, value);
                        }
                        Result::Ok(())
                    })
                    .await?;
                totals.done()
            }
            "graph_insert_small" => self.graph_insert(SMALL, clock).await?,
            "graph_insert_large" => self.graph_insert(LARGE, clock).await?,
            "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
                clock
                    .wait(
                        author::Entity::delete_many()
                            .filter(author::Column::Id.gt(protocol::DOOMED))
                            .exec(db),
                    )
                    .await?;
                0
            }
            _ => return Ok(None),
        }))
    }

    async fn load(&self, count: u64, clock: &mut Clock) -> Result<u64> {
        let query = clock.wait(async { item::Entity::find().order_by_asc(item::Column::Id).limit(count).all(&self.db).await });
        Ok(sum_items(&query.await?))
    }

    async fn gets(&self, key: impl Fn(i64) -> i64, clock: &mut Clock) -> Result<u64> {
        let found = clock
            .wait(async {
                let mut found = Vec::new();
                for n in 0..GETS {
                    found.push(item::Entity::find_by_id(key(n)).one(&self.db).await?.expect("a row"));
                }
                Result::Ok(found)
            })
            .await?;
        Ok(sum_items(&found))
    }

    /// Inserts in as few statements as parameters allow; the keys.
    async fn insert_all<A>(&self, db: &impl ConnectionTrait, columns: usize, rows: Vec<A>) -> Result<Vec<i64>>
    where
        A: ActiveModelTrait + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
        <A::Entity as EntityTrait>::PrimaryKey: PrimaryKeyTrait<ValueType = i64>,
    {
        let mut keys = Vec::with_capacity(rows.len());
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<A> = rows.by_ref().take(self.parameters / columns).collect();
            keys.extend(A::Entity::insert_many(some).exec_with_returning_keys(db).await?);
        }
        Ok(keys)
    }

    async fn insert(&self, count: i64, clock: &mut Clock) -> Result<u64> {
        let rows: Vec<_> = protocol::items(count)
            .into_iter()
            .map(|row| item::ActiveModel {
                id: NotSet,
                author_id: Set(row.author_id),
                title: Set(row.title),
                year: Set(row.year),
                price: Set(row.price),
            })
            .collect();
        let keys = clock
            .wait(async {
                let transaction = self.db.begin().await?;
                let keys = self.insert_all(&transaction, 4, rows).await?;
                transaction.commit().await?;
                Result::Ok(keys)
            })
            .await?;
        let mut sum = Sum::default();
        for (id, row) in keys.iter().zip(protocol::items(count)) {
            sum.item(*id, row.author_id, &row.title, row.year, row.price);
        }
        Ok(sum.done())
    }

    async fn graph_insert(&self, shape: Shape, clock: &mut Clock) -> Result<u64> {
        let authors: Vec<_> = (1..=shape.authors)
            .map(|n| author::ActiveModel {
                id: NotSet,
                name: Set(protocol::author_name(n)),
                country: Set(protocol::country(n).to_owned()),
            })
            .collect();
        let count = shape.authors * shape.books;
        let mut books: Vec<_> = (1..=count)
            .map(|n| book::ActiveModel {
                id: NotSet,
                author_id: NotSet,
                title: Set(protocol::book_title(n)),
                year: Set(1900 + (n % 120) as i32),
            })
            .collect();
        let mut reviews: Vec<_> = (1..=count * shape.reviews)
            .map(|n| review::ActiveModel {
                id: NotSet,
                book_id: NotSet,
                stars: Set((n % 5 + 1) as i32),
                body: Set(protocol::review_text(n)),
            })
            .collect();
        let keys = clock
            .wait(async {
                let transaction = self.db.begin().await?;
                let keys = self.insert_all(&transaction, 2, authors).await?;
                for (n, book) in books.iter_mut().enumerate() {
                    book.author_id = Set(keys[n / shape.books as usize]);
                }
                let parents = self.insert_all(&transaction, 3, books).await?;
                for (n, review) in reviews.iter_mut().enumerate() {
                    review.book_id = Set(parents[n / shape.reviews as usize]);
                }
                self.insert_all(&transaction, 3, reviews).await?;
                transaction.commit().await?;
                Result::Ok(keys)
            })
            .await?;
        let mut sum = Sum::default();
        for key in keys {
            sum.int(key);
        }
        Ok(sum.done())
    }
}

async fn tasks(db: &DatabaseConnection) -> Result<Vec<item::Model>> {
    let tasks: Vec<_> = (0..TASKS as i64)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut found = Vec::new();
                for n in (task..GETS).step_by(TASKS) {
                    found.push((n, item::Entity::find_by_id(key(n)).one(&db).await?.expect("a row")));
                }
                Result::Ok(found)
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
