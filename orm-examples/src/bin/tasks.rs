//! Tasks: create, read, change, delete, and a user whose tasks are reached through the relationship.
//!
//! `cargo run -p orm-examples --bin tasks` runs on SQLite in memory; give a URL to run on another database. The tables
//! `tasks` and `users` are dropped and created anew.

use std::fmt;

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct User {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = user, order_by = Task::id)]
    tasks: HasMany<Task>,
}

#[derive(Model, Debug, Clone, Default)]
struct Task {
    #[orm(primary_key)]
    id: i64,
    title: String,
    done: bool,
    #[orm(references = User::id)]
    user_id: Option<i64>,
    #[orm(back_populates = tasks)]
    user: BelongsTo<User>,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<Task: {} {}>",
            if self.done { "✅" } else { "⏳" },
            self.title
        )
    }
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<User: {}>", self.name)
    }
}

fn task(title: &str) -> Task {
    Task {
        title: title.into(),
        ..Default::default()
    }
}

#[tokio::main]
async fn main() -> orm_core::Result<()> {
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "sqlite::memory:".to_owned());
    let engine = Engine::connect(&url).await?;
    let metadata = Metadata::of::<(User, Task)>()?;
    metadata.drop_all(&engine).await?;
    metadata.create_all(&engine).await?;

    println!("--- Create ---");
    let mut session = engine.session();
    let [learn, rust] = ["Learn ORM", "Learn Rust"].map(|title| session.add(task(title)));
    session.commit().await?;
    println!("{} has id {}", session[learn], session[learn].id);
    println!("{} has id {}", session[rust], session[rust].id);
    let (learn, rust) = (session[learn].id, session[rust].id);

    println!("\n--- Read all ---");
    let mut session = engine.session();
    for task in session.all(Task::select().order_by(Task::id)).await? {
        println!("{}", session[task]);
    }

    println!("\n--- Read by id ---");
    let first = session.get_one::<Task>(learn).await?;
    println!("{}", session[first]);

    println!("\n--- Change ---");
    session[first].title.push_str(" ✨");
    session[first].done = true;
    session.commit().await?;
    println!(
        "{}",
        engine
            .one(Task::select().filter(Task::id.eq(learn)))
            .await?
    );

    println!("\n--- Delete ---");
    let second = session.get_one::<Task>(rust).await?;
    println!("deleting {}", session[second]);
    session.delete(second)?;
    session.commit().await?;

    println!("\n--- What remains ---");
    for task in engine.all(Task::select().order_by(Task::id)).await? {
        println!("{task}");
    }

    println!("\n--- A user with tasks ---");
    let ada = session.add(User {
        name: "Ada".into(),
        tasks: [task("Write the program"), task("Build the engine")].into(),
        ..Default::default()
    });
    session.commit().await?;
    let id = session[ada].id;

    let mut session = engine.session();
    let ada = session.get_one::<User>(id).await?;
    println!("{}", session[ada]);
    for task in ada.tasks(&mut session).await? {
        println!("  {}", session[task]);
    }
    Ok(())
}
