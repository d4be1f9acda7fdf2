// Included once for each kind of connection, which says what `Conn`, `run!`, `begin`, `commit`, `insert_items`,
// `insert_authors`, `insert_books` and `insert_reviews` are.

pub async fn work(conn: &mut Conn, workload: &str, clock: &mut Clock) -> QueryResult<Option<u64>> {
    Ok(Some(match workload {
        "load_1" => load(conn, 1, clock).await?,
        "load_100" => load(conn, 100, clock).await?,
        "load_10000" => load(conn, 10_000, clock).await?,
        "gets_1000" => gets(conn, key, clock).await?,
        "get_held" => gets(conn, |_| 1, clock).await?,
        "insert_1" => insert(conn, 1, clock).await?,
        "insert_100" => insert(conn, 100, clock).await?,
        "insert_10000" => insert(conn, 10_000, clock).await?,
        "change_1000" => {
            let changed = clock
                .wait(async {
                    let mut all = run!(items::table.order(items::id).limit(1_000).select(Item::as_select()).load(conn))?;
                    begin(conn).await?;
                    for item in &mut all {
                        item.price += 1.0;
                        run!(diesel::update(items::table.find(item.id)).set(items::price.eq(item.price)).execute(conn))?;
                    }
                    commit(conn).await?;
                    QueryResult::Ok(all)
                })
                .await?;
            sum_items(&changed)
        }
        "change_commit_500" => {
            let changed = clock
                .wait(async {
                    let mut changed = Vec::new();
                    for n in 0..500 {
                        let mut item = run!(items::table.find(key(n)).select(Item::as_select()).first(conn))?;
                        item.price += 1.0;
                        // A statement alone is a transaction.
                        run!(diesel::update(items::table.find(item.id)).set(items::price.eq(item.price)).execute(conn))?;
                        changed.push(item);
                    }
                    QueryResult::Ok(changed)
                })
                .await?;
            sum_items(&changed)
        }
        "graph_eager" => {
            let graph: Graph = clock
                .wait(async {
                    let all = run!(authors::table.order(authors::id).select(Author::as_select()).load(conn))?;
                    let books = run!(Book::belonging_to(&all).order(books::id).select(Book::as_select()).load(conn))?;
                    let reviews = run!(Review::belonging_to(&books).order(reviews::id).select(Review::as_select()).load(conn))?;
                    let reviews = reviews.grouped_by(&books);
                    let books = books.into_iter().zip(reviews).grouped_by(&all);
                    QueryResult::Ok(all.into_iter().zip(books).collect())
                })
                .await?;
            sum_graph(&graph)
        }
        "graph_lazy" => {
            let graph: Graph = clock
                .wait(async {
                    let mut graph = Vec::new();
                    for author in run!(authors::table.order(authors::id).select(Author::as_select()).load(conn))? {
                        let mut books = Vec::new();
                        for book in run!(Book::belonging_to(&author).order(books::id).select(Book::as_select()).load(conn))? {
                            let reviews = run!(Review::belonging_to(&book).order(reviews::id).select(Review::as_select()).load(conn))?;
                            books.push((book, reviews));
                        }
                        graph.push((author, books));
                    }
                    QueryResult::Ok(graph)
                })
                .await?;
            sum_graph(&graph)
        }
        "left_join" => {
            let query = users::table
                .left_join(posts::table)
                .filter(users::id.le(1_000))
                .order((users::id, posts::id))
                .select((User::as_select(), Option::<Post>::as_select()));
            sum_pairs(&clock.wait(async { run!(query.load::<(User, Option<Post>)>(conn)) }).await?)
        }
        "users_medium" => {
            let query = users::table
                .left_join(posts::table)
                .filter(users::hair_color.eq("black"))
                .order((users::name.desc(), posts::id))
                .select((User::as_select(), Option::<Post>::as_select()));
            sum_pairs(&clock.wait(async { run!(query.load::<(User, Option<Post>)>(conn)) }).await?)
        }
        "users_10000" => {
            let query = users::table.order(users::id).select(User::as_select());
            let mut sum = Sum::default();
            for user in clock.wait(async { run!(query.load(conn)) }).await? {
                sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
            }
            sum.done()
        }
        "users_insert_100" => {
            let new: Vec<NewUser> =
                (1..=100).map(|n| NewUser { name: format!("User {n}"), hair_color: protocol::hair(n) }).collect();
            clock.wait(async { run!(diesel::insert_into(users::table).values(&new).execute(conn)) }).await?;
            0
        }
        "users_associations" => {
            let users: Vec<_> = clock
                .wait(async {
                    let all = run!(users::table.filter(users::id.le(100)).order(users::id).select(User::as_select()).load(conn))?;
                    let posts = run!(Post::belonging_to(&all).order(posts::id).select(Post::as_select()).load(conn))?;
                    let comments = run!(Comment::belonging_to(&posts).order(comments::id).select(Comment::as_select()).load(conn))?;
                    let comments = comments.grouped_by(&posts);
                    let posts = posts.into_iter().zip(comments).grouped_by(&all);
                    QueryResult::Ok(all.into_iter().zip(posts).collect())
                })
                .await?;
            sum_users(&users)
        }
        "graph_insert_small" => graph_insert(conn, SMALL, clock).await?,
        "graph_insert_large" => graph_insert(conn, LARGE, clock).await?,
        "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
            clock
                .wait(async { run!(diesel::delete(authors::table.filter(authors::id.gt(protocol::DOOMED))).execute(conn)) })
                .await?;
            0
        }
        _ => return Ok(None),
    }))
}

async fn load(conn: &mut Conn, count: i64, clock: &mut Clock) -> QueryResult<u64> {
    let items = clock
        .wait(async { run!(items::table.order(items::id).limit(count).select(Item::as_select()).load(conn)) })
        .await?;
    Ok(sum_items(&items))
}

async fn gets(conn: &mut Conn, key: impl Fn(i64) -> i64, clock: &mut Clock) -> QueryResult<u64> {
    let found = clock
        .wait(async {
            let mut found = Vec::new();
            for n in 0..GETS {
                found.push(run!(items::table.find(key(n)).select(Item::as_select()).first(conn))?);
            }
            QueryResult::Ok(found)
        })
        .await?;
    Ok(sum_items(&found))
}

async fn insert(conn: &mut Conn, count: i64, clock: &mut Clock) -> QueryResult<u64> {
    let rows: Vec<NewItem> = protocol::items(count)
        .into_iter()
        .map(|row| NewItem { author_id: row.author_id, title: row.title, year: row.year, price: row.price })
        .collect();
    let keys = clock
        .wait(async {
            begin(conn).await?;
            let keys = insert_items(conn, &rows).await?;
            commit(conn).await?;
            QueryResult::Ok(keys)
        })
        .await?;
    let mut sum = Sum::default();
    for (id, row) in keys.iter().zip(&rows) {
        sum.item(*id, row.author_id, &row.title, row.year, row.price);
    }
    Ok(sum.done())
}

async fn graph_insert(conn: &mut Conn, shape: Shape, clock: &mut Clock) -> QueryResult<u64> {
    let authors: Vec<NewAuthor> = (1..=shape.authors)
        .map(|n| NewAuthor { name: protocol::author_name(n), country: protocol::country(n) })
        .collect();
    let count = shape.authors * shape.books;
    let mut books: Vec<NewBook> = (1..=count)
        .map(|n| NewBook { author_id: 0, title: protocol::book_title(n), year: 1900 + (n % 120) as i32 })
        .collect();
    let mut reviews: Vec<NewReview> = (1..=count * shape.reviews)
        .map(|n| NewReview { book_id: 0, stars: (n % 5 + 1) as i32, body: protocol::review_text(n) })
        .collect();
    let keys = clock
        .wait(async {
            begin(conn).await?;
            let keys = insert_authors(conn, &authors).await?;
            for (n, book) in books.iter_mut().enumerate() {
                book.author_id = keys[n / shape.books as usize];
            }
            let parents = insert_books(conn, &books).await?;
            for (n, review) in reviews.iter_mut().enumerate() {
                review.book_id = parents[n / shape.reviews as usize];
            }
            insert_reviews(conn, &reviews).await?;
            commit(conn).await?;
            QueryResult::Ok(keys)
        })
        .await?;
    let mut sum = Sum::default();
    for key in keys {
        sum.int(key);
    }
    Ok(sum.done())
}
