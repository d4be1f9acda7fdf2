//! Going through a million rows with their children: how much memory a process needs that does nothing else.

use std::process::Command;
use std::time::Instant;

use orm_core::prelude::*;
use orm_core::sql::text_unchecked;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "loading_parents")]
struct Parent {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = parent, order_by = Child::id)]
    children: HasMany<Child>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "loading_children", index(parent_id))]
struct Child {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Parent::id)]
    parent_id: i64,
    name: String,
    #[orm(back_populates = children)]
    parent: BelongsTo<Parent>,
}

const PARENTS: i64 = 1_000_000;
const CHILDREN: i64 = 2;
const MEGABYTES: f64 = 64.0;

/// The word that makes the program such a process; after it come the URL, and what the rows become.
pub const WORD: &str = "stream";

/// Makes the rows, and lets a process of its own go through them in each way.
pub async fn measure(url: &str, name: &str) -> orm_core::Result<()> {
    let engine = Engine::connect(url).await?;
    let metadata = Metadata::of::<(Parent, Child)>()?;
    metadata.drop_all(&engine).await?;
    metadata.create_all(&engine).await?;
    let numbers = |count| {
        format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        )
    };
    let parents = format!(
        "{} INSERT INTO loading_parents (id, name) SELECT n, 'Parent number ' || n FROM numbers",
        numbers(PARENTS)
    );
    let children = format!(
        "{} INSERT INTO loading_children (id, parent_id, name) \
         SELECT n, (n - 1) / {CHILDREN} + 1, 'Child number ' || n FROM numbers",
        numbers(PARENTS * CHILDREN)
    );
    // SQLite's INSERT takes its WITH in front of it too, and so does PostgreSQL's.
    engine.execute(text_unchecked(parents)).await?;
    engine.execute(text_unchecked(children)).await?;
    for what in ["plain", "tracked"] {
        let program = std::env::current_exe().expect("a program");
        let output = Command::new(program).args([WORD, url, what]).output();
        let output = output.expect("a process");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let line = String::from_utf8_lossy(&output.stdout);
        let mut words = line.split_whitespace().map(|word| word.parse::<f64>());
        let (Some(Ok(seconds)), Some(Ok(megabytes))) = (words.next(), words.next()) else {
            panic!("{line}");
        };
        let verdict = if megabytes <= MEGABYTES {
            "met"
        } else {
            "MISSED"
        };
        println!(
            "{name}: {PARENTS} rows with {CHILDREN} children each, {what}: {seconds:.1} s, {megabytes:.1} MB at the peak \
             (goal: {MEGABYTES}, {verdict})"
        );
    }
    metadata.drop_all(&engine).await
}

/// Goes through all rows, and says how long it took and the most memory that was resident.
pub async fn child(url: &str, what: &str) -> orm_core::Result<()> {
    let engine = Engine::builder(url).max_connections(1).connect().await?;
    let query = Parent::select().order_by(Parent::id).with(Parent::children);
    let start = Instant::now();
    let (mut rows, mut children) = (0, 0);
    if what == "plain" {
        let mut stream = engine.stream(query);
        while let Some(batch) = stream.next_batch().await? {
            rows += batch.len();
            for parent in &batch {
                let of = parent.children.get()?;
                assert!(of.iter().all(|child| child.parent_id == parent.id));
                children += of.len();
            }
        }
    } else {
        let mut session = engine.session();
        let mut stream = session.stream(query);
        while let Some(batch) = stream.next(&mut session).await? {
            rows += batch.len();
            for parent in batch {
                children += parent.children(&mut session).await?.len();
            }
            session.expunge_all();
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(rows as i64, PARENTS);
    assert_eq!(children as i64, PARENTS * CHILDREN);
    println!("{seconds} {}", peak());
    Ok(())
}

/// In megabytes, as Linux counts it.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let word = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: f64 = word.and_then(|word| word.parse().ok()).expect("a number");
    kilobytes / 1024.0
}
