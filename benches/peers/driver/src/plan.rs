//! Who takes part, and in what.

use std::path::Path;

/// A contender. `floor` comes first: the others are shown as ratios to it.
pub struct Contender {
    pub name: &'static str,
    pub label: &'static str,
    pub program: &'static str,
    pub variant: &'static str,
    databases: &'static [&'static str],
    pub colour: &'static str,
    pub what: &'static str,
}

const BOTH: &[&str] = &["sqlite", "postgres"];

pub const CONTENDERS: &[Contender] = &[
    Contender {
        name: "floor",
        label: "floor",
        program: "peer-floor",
        variant: "",
        databases: BOTH,
        colour: "#888888",
        what: "by hand: prepared statements on a held connection, SQLite's C API (SQLite 3.51.3) and tokio-postgres 0.7.18, arrays for many rows",
    },
    Contender {
        name: "ours",
        label: "ours",
        program: "peer-ours",
        variant: "session",
        databases: BOTH,
        colour: "#d62728",
        what: "this ORM with a session: identity map, unit of work",
    },
    Contender {
        name: "ours_plain",
        label: "ours, plain",
        program: "peer-ours",
        variant: "plain",
        databases: BOTH,
        colour: "#ff9896",
        what: "this ORM with plain values, which no session keeps; many are inserted by `bulk_insert_keys`. It has only the rows that this makes sense for",
    },
    Contender {
        name: "diesel",
        label: "Diesel",
        program: "peer-diesel",
        variant: "",
        databases: BOTH,
        colour: "#1f77b4",
        what: "Diesel 2.3.14, synchronous; on PostgreSQL by libpq",
    },
    Contender {
        name: "diesel_async",
        label: "diesel-async",
        program: "peer-diesel-async",
        variant: "",
        databases: &["postgres"],
        colour: "#17becf",
        what: "diesel-async 0.9.2 with Diesel 2.3.14",
    },
    Contender {
        name: "sqlx",
        label: "sqlx",
        program: "peer-sqlx",
        variant: "",
        databases: BOTH,
        colour: "#2ca02c",
        what: "sqlx 0.9.0 by hand on a held connection",
    },
    Contender {
        name: "seaorm",
        label: "SeaORM",
        program: "peer-seaorm",
        variant: "",
        databases: BOTH,
        colour: "#9467bd",
        what: "SeaORM 2.0.4, without pinging connections before use",
    },
    Contender {
        name: "tideorm",
        label: "TideORM",
        program: "peer-tideorm",
        variant: "",
        databases: BOTH,
        colour: "#ff7f0e",
        what: "TideORM 0.16.2 on SeaORM 2.0.4; it pings connections before use and has no setting for that",
    },
    Contender {
        name: "toasty",
        label: "Toasty",
        program: "peer-toasty",
        variant: "",
        databases: BOTH,
        colour: "#8c564b",
        what: "Toasty 0.11.0",
    },
    Contender {
        name: "sqlalchemy",
        label: "SQLAlchemy",
        program: "peer-sqlalchemy",
        variant: "",
        databases: BOTH,
        colour: "#e377c2",
        what: "SQLAlchemy 2 in Python; optional",
    },
];

impl Contender {
    pub fn on(&self, database: &str) -> bool {
        self.databases.contains(&database)
    }

    /// Whether it was built.
    pub fn present(&self, root: &Path) -> bool {
        root.join("target/release").join(self.program).is_file()
    }
}

/// A piece of work.
pub struct Workload {
    pub name: &'static str,
    pub title: &'static str,
    /// How many times it is done in a row, for a time that can be measured.
    pub times: u32,
    /// Whether it changes the database: then what it wrote is checked and taken away.
    pub writes: bool,
}

const fn reads(name: &'static str, title: &'static str, times: u32) -> Workload {
    Workload {
        name,
        title,
        times,
        writes: false,
    }
}

const fn writes(name: &'static str, title: &'static str, times: u32) -> Workload {
    Workload {
        name,
        title,
        times,
        writes: true,
    }
}

pub const WORKLOADS: &[Workload] = &[
    reads("load_1", "load 1 row", 200),
    reads("load_100", "load 100 rows", 50),
    reads("load_10000", "load 10,000 rows", 5),
    reads("gets_1000", "1,000 gets by key", 3),
    reads("gets_tasks", "1,000 gets, 64 tasks, pool of 8", 1),
    reads("get_held", "1,000 gets of a held object", 1),
    writes("insert_1", "insert 1, key back, commit", 50),
    writes("insert_100", "insert 100, keys back", 20),
    writes("insert_10000", "insert 10,000, keys back", 1),
    writes("change_1000", "load 1,000, change one column each, save", 1),
    writes("change_commit_500", "500 × (get, change, commit)", 1),
    reads("graph_eager", "graph 100 × 10 × 3, eager", 10),
    reads("many_to_many", "many-to-many 1,000 × 20, eager", 2),
    reads("graph_lazy", "graph 100 × 10 × 3, lazy", 3),
    reads("stream", "stream 1,000,000 rows", 1),
    reads("left_join", "1,000 users left join posts", 10),
    writes("graph_insert_small", "insert a graph 1 × 3 × 2", 50),
    writes("graph_delete_small", "delete a graph 1 × 3 × 2", 1),
    writes("graph_insert_large", "insert a graph 100 × 10 × 10", 1),
    writes("graph_delete_large", "delete a graph 100 × 10 × 10", 1),
    writes("cascade_10000", "delete one with 10,000 children", 1),
    reads("users_10000", "diesel_bench: trivial query, 10,000", 5),
    reads("users_medium", "diesel_bench: medium complex query", 5),
    writes("users_insert_100", "diesel_bench: insert 100", 20),
    reads("users_associations", "diesel_bench: associations, 100 users", 10),
];

/// The workloads in the chart of the README: what an application does all day, whoever leads there.
pub const SUMMARY: &[&str] = &[
    "load_1",
    "load_10000",
    "gets_1000",
    "insert_1",
    "insert_10000",
    "change_1000",
    "graph_eager",
    "many_to_many",
    "graph_delete_large",
];

/// The workloads whose peak of memory is looked at too.
pub const MEMORY: &[&str] = &["load_10000", "insert_10000", "graph_eager", "stream"];

/// Why a contender has no such workload: its name, the workloads, the reason. They become footnotes.
pub const REASONS: &[(&str, &[&str], &str)] = &[
    (
        "ours_plain",
        &[
            "get_held",
            "change_1000",
            "change_commit_500",
            "graph_lazy",
            "graph_insert_small",
            "graph_insert_large",
        ],
        "plain values are not held, nor saved for what has changed in them: that is the session's work",
    ),
    (
        "toasty",
        &["left_join", "users_medium"],
        "Toasty's queries give one model, not pairs of a join",
    ),
];

/// The number of the footnote.
pub fn reason(contender: &Contender, workload: &Workload) -> Option<usize> {
    REASONS
        .iter()
        .position(|(name, workloads, _)| *name == contender.name && workloads.contains(&workload.name))
        .map(|place| place + 1)
}
