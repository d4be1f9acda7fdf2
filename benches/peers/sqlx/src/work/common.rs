// Included for each database, which says what `Conn` and `Pool` are, and how many rows are written.

pub async fn run(conn: &mut Conn, pool: &Pool, workload: &str, clock: &mut Clock) -> sqlx::Result<Option<u64>> {
    Ok(Some(match workload {
        "load_1" => load("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 1", conn, clock).await?,
        "load_100" => load("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 100", conn, clock).await?,
        "load_10000" => load("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 10000", conn, clock).await?,
        "gets_1000" => gets(conn, key, clock).await?,
        "get_held" => gets(conn, |_| 1, clock).await?,
        "gets_tasks" => sum_items(&clock.wait(tasks(pool)).await?),
        "insert_1" => insert(conn, 1, clock).await?,
        "insert_100" => insert(conn, 100, clock).await?,
        "insert_10000" => insert(conn, 10_000, clock).await?,
        "change_1000" => {
            let changed = clock
                .wait(async {
                    let query = "SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 1000";
                    let mut items: Vec<Item> = sqlx::query_as(query).fetch_all(&mut *conn).await?;
                    for item in &mut items {
                        item.price += 1.0;
                    }
                    let mut transaction = conn.begin().await?;
                    update_items(&mut transaction, &items).await?;
                    transaction.commit().await?;
                    ok(items)
                })
                .await?;
            sum_items(&changed)
        }
        "change_commit_500" => {
            let changed = clock
                .wait(async {
                    let mut changed = Vec::new();
                    for n in 0..500 {
                        let mut item: Item = sqlx::query_as(ITEM).bind(key(n)).fetch_one(&mut *conn).await?;
                        item.price += 1.0;
                        // A statement alone is a transaction.
                        sqlx::query(UPDATE).bind(item.price).bind(item.id).execute(&mut *conn).await?;
                        changed.push(item);
                    }
                    ok(changed)
                })
                .await?;
            sum_items(&changed)
        }
        "graph_eager" => {
            let graph = clock
                .wait(async {
                    let authors: Vec<Author> = sqlx::query_as(AUTHORS).fetch_all(&mut *conn).await?;
                    let query = "SELECT id, title, year, author_id FROM books ORDER BY author_id, id";
                    let books: Vec<Book> = sqlx::query_as(query).fetch_all(&mut *conn).await?;
                    let query = "SELECT id, stars, body, book_id FROM reviews ORDER BY book_id, id";
                    let reviews: Vec<Review> = sqlx::query_as(query).fetch_all(&mut *conn).await?;
                    let books = nest(books, reviews, |book| book.0, |review| review.3);
                    ok(nest(authors, books, |author| author.0, |book| book.0.3))
                })
                .await?;
            sum_graph(&graph)
        }
        "graph_lazy" => {
            let graph = clock
                .wait(async {
                    let authors: Vec<Author> = sqlx::query_as(AUTHORS).fetch_all(&mut *conn).await?;
                    let mut graph: Graph = Vec::new();
                    for author in authors {
                        let query = "SELECT id, title, year, author_id FROM books WHERE author_id = $1 ORDER BY id";
                        let found: Vec<Book> = sqlx::query_as(query).bind(author.0).fetch_all(&mut *conn).await?;
                        let mut books = Vec::new();
                        for book in found {
                            let query = "SELECT id, stars, body, book_id FROM reviews WHERE book_id = $1 ORDER BY id";
                            let reviews: Vec<Review> = sqlx::query_as(query).bind(book.0).fetch_all(&mut *conn).await?;
                            books.push((book, reviews));
                        }
                        graph.push((author, books));
                    }
                    ok(graph)
                })
                .await?;
            sum_graph(&graph)
        }
        "left_join" => sum_pairs(&clock.wait(sqlx::query_as(PAIRS[0]).fetch_all(&mut *conn)).await?),
        "users_medium" => sum_pairs(&clock.wait(sqlx::query_as(PAIRS[1]).fetch_all(&mut *conn)).await?),
        "users_10000" => {
            let query = "SELECT id, name, hair_color FROM users ORDER BY id";
            sum_users(&clock.wait(sqlx::query_as(query).fetch_all(&mut *conn)).await?)
        }
        "users_insert_100" => {
            let users: Vec<_> = (1..=100).map(|n| (format!("User {n}"), protocol::hair(n))).collect();
            clock
                .wait(async {
                    let mut transaction = conn.begin().await?;
                    insert_users(&mut transaction, &users).await?;
                    transaction.commit().await
                })
                .await?;
            0
        }
        "users_associations" => {
            let users = clock
                .wait(async {
                    let query = "SELECT id, name, hair_color FROM users WHERE id <= 100 ORDER BY id";
                    let users: Vec<User> = sqlx::query_as(query).fetch_all(&mut *conn).await?;
                    let query = "SELECT id, title, body, user_id FROM posts WHERE user_id <= 100 ORDER BY user_id, id";
                    let posts: Vec<Post> = sqlx::query_as(query).fetch_all(&mut *conn).await?;
                    let query = "SELECT id, text, post_id FROM comments WHERE post_id <= $1 ORDER BY post_id, id";
                    let last = posts.last().map_or(0, |post| post.0);
                    let comments: Vec<Comment> = sqlx::query_as(query).bind(last).fetch_all(&mut *conn).await?;
                    let posts = nest(posts, comments, |post| post.0, |comment| comment.2);
                    ok(nest(users, posts, |user| user.0, |post| post.0.3))
                })
                .await?;
            sum_posters(&users)
        }
        "graph_insert_small" => graph_insert(conn, SMALL, clock).await?,
        "graph_insert_large" => graph_insert(conn, LARGE, clock).await?,
        "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
            let query = sqlx::query("DELETE FROM authors WHERE id > $1").bind(protocol::DOOMED);
            clock.wait(query.execute(&mut *conn)).await?;
            0
        }
        _ => return Ok(None),
    }))
}

async fn load(query: &'static str, conn: &mut Conn, clock: &mut Clock) -> sqlx::Result<u64> {
    Ok(sum_items(&clock.wait(sqlx::query_as(query).fetch_all(&mut *conn)).await?))
}

async fn gets(conn: &mut Conn, key: impl Fn(i64) -> i64, clock: &mut Clock) -> sqlx::Result<u64> {
    let found = clock
        .wait(async {
            let mut found: Vec<Item> = Vec::new();
            for n in 0..GETS {
                found.push(sqlx::query_as(ITEM).bind(key(n)).fetch_one(&mut *conn).await?);
            }
            ok(found)
        })
        .await?;
    Ok(sum_items(&found))
}

async fn tasks(pool: &Pool) -> sqlx::Result<Vec<Item>> {
    let tasks: Vec<_> = (0..TASKS as i64)
        .map(|task| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut conn = pool.acquire().await?;
                let mut found: Vec<(i64, Item)> = Vec::new();
                for n in (task..GETS).step_by(TASKS) {
                    found.push((n, sqlx::query_as(ITEM).bind(key(n)).fetch_one(&mut *conn).await?));
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

async fn insert(conn: &mut Conn, count: i64, clock: &mut Clock) -> sqlx::Result<u64> {
    let rows = protocol::items(count);
    let keys = clock
        .wait(async {
            let mut transaction = conn.begin().await?;
            let keys = insert_items(&mut transaction, &rows).await?;
            transaction.commit().await?;
            ok(keys)
        })
        .await?;
    let mut sum = Sum::default();
    for (id, row) in keys.iter().zip(&rows) {
        sum.item(*id, row.author_id, &row.title, row.year, row.price);
    }
    Ok(sum.done())
}

async fn graph_insert(conn: &mut Conn, shape: Shape, clock: &mut Clock) -> sqlx::Result<u64> {
    let count = shape.authors * shape.books;
    let names: Vec<_> = (1..=shape.authors).map(protocol::author_name).collect();
    let countries: Vec<_> = (1..=shape.authors).map(protocol::country).collect();
    let titles: Vec<_> = (1..=count).map(protocol::book_title).collect();
    let years: Vec<_> = (1..=count).map(|n| 1900 + (n % 120) as i32).collect();
    let texts: Vec<_> = (1..=count * shape.reviews).map(protocol::review_text).collect();
    let stars: Vec<_> = (1..=count * shape.reviews).map(|n| (n % 5 + 1) as i32).collect();
    let keys = clock
        .wait(async {
            let mut transaction = conn.begin().await?;
            let keys = insert_authors(&mut transaction, &names, &countries).await?;
            let parents: Vec<i64> = keys.iter().flat_map(|key| (0..shape.books).map(move |_| *key)).collect();
            let books = insert_books(&mut transaction, &parents, &titles, &years).await?;
            let parents: Vec<i64> = books.iter().flat_map(|key| (0..shape.reviews).map(move |_| *key)).collect();
            insert_reviews(&mut transaction, &parents, &stars, &texts).await?;
            transaction.commit().await?;
            ok(keys)
        })
        .await?;
    let mut sum = Sum::default();
    for key in keys {
        sum.int(key);
    }
    Ok(sum.done())
}
