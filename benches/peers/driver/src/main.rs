//! Runs the contenders in turns and writes `docs/peers.md` with its charts. `run.sh` builds everything and calls it.
//!
//! `driver [--rounds N] [--only WORD] [--without CONTENDER] [--sqlite | --postgres] [--print | --out DIR]`; with `--print`,
//! or when only a part is run, nothing is written. `--out` writes somewhere else than to `docs`.

mod chart;
mod memory;
mod peer;
mod plan;
mod proxy;
mod report;
mod rounds;
mod trips;

use std::path::{Path, PathBuf};
use std::process::Command;

use peer::Process;
use plan::{CONTENDERS, Contender};

/// What was measured on one database.
pub struct Results {
    pub database: &'static str,
    pub contenders: Vec<&'static Contender>,
    pub times: rounds::Times,
    pub memory: memory::Memory,
    pub trips: Option<trips::Trips>,
}

pub struct Options {
    pub rounds: usize,
    pub only: Option<String>,
    without: Vec<String>,
    databases: Vec<&'static str>,
    print: bool,
    out: Option<PathBuf>,
    pub root: PathBuf,
    pub work: PathBuf,
    pub socket: PathBuf,
}

fn options() -> Options {
    let root = PathBuf::from(std::env::var("PEERS_ROOT").expect("PEERS_ROOT: start it by run.sh"));
    let mut options = Options {
        rounds: 7,
        only: None,
        without: Vec::new(),
        databases: vec!["sqlite", "postgres"],
        print: false,
        out: None,
        work: PathBuf::from(std::env::var("PEERS_WORK").expect("PEERS_WORK")),
        socket: PathBuf::from(std::env::var("PEERS_SOCKET").expect("PEERS_SOCKET")),
        root,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} wants a value"));
        match word.as_str() {
            "--rounds" => options.rounds = value().parse().expect("a number of rounds"),
            "--only" => options.only = Some(value()),
            "--without" => options.without.push(value()),
            "--sqlite" => options.databases = vec!["sqlite"],
            "--postgres" => options.databases = vec!["postgres"],
            "--out" => options.out = Some(PathBuf::from(value())),
            "--print" => options.print = true,
            other => panic!("unknown: {other}"),
        }
    }
    options
}

fn main() {
    let options = options();
    let results: Vec<Results> = options.databases.iter().map(|database| measure(&options, database)).collect();
    let whole = options.only.is_none() && options.databases.len() == 2;
    let text = report::markdown(&options, &results);
    if whole && !options.print {
        let docs = options.out.unwrap_or_else(|| options.root.join("../../docs"));
        // What `compile.sh` has measured stays.
        let compile = std::fs::read_to_string(options.root.join("compile.md")).map_or(String::new(), |table| format!("\n{table}"));
        std::fs::write(docs.join("peers.md"), text + &compile).expect("docs/peers.md");
        for result in &results {
            let file = docs.join(format!("peers-{}.svg", result.database));
            std::fs::write(file, chart::svg(result)).expect("a chart");
        }
        std::fs::write(docs.join("peers-summary.svg"), chart::summary(&results)).expect("a chart");
    } else {
        print!("{text}");
    }
}

/// Makes a database with the rows that all begin with.
fn database(options: &Options, database: &str, name: &str) -> String {
    if database == "sqlite" {
        let file = options.work.join(format!("{name}.db"));
        std::fs::copy(options.work.join("template.db"), &file).expect("a copy of the database");
        format!("sqlite://{}", file.display())
    } else {
        let sql = format!("CREATE DATABASE peer_{name} TEMPLATE peer_template");
        run(Command::new("psql")
            .arg("-qh")
            .arg(&options.socket)
            .args(["-U", "orm", "-c", &sql, "postgres"]));
        url(&options.socket, &format!("peer_{name}"))
    }
}

/// The URL of a database behind that socket.
fn url(socket: &Path, name: &str) -> String {
    format!("postgres://orm@{}/{name}", socket.display().to_string().replace('/', "%2F"))
}

fn template(options: &Options, database: &str) {
    let url = if database == "sqlite" {
        format!("sqlite://{}/template.db", options.work.display())
    } else {
        run(Command::new("psql")
            .arg("-qh")
            .arg(&options.socket)
            .args(["-U", "orm", "-c", "CREATE DATABASE peer_template", "postgres"]));
        url(&options.socket, "peer_template")
    };
    run(Command::new(options.root.join("target/release/peer-floor")).args(["fill", &url]));
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?} failed");
}

fn measure(options: &Options, name: &'static str) -> Results {
    template(options, name);
    let contenders: Vec<&'static Contender> = CONTENDERS
        .iter()
        .filter(|contender| contender.on(name) && contender.present(&options.root))
        .filter(|contender| contender.name == "floor" || !options.without.iter().any(|without| without == contender.name))
        .collect();
    let mut peers: Vec<(String, Process)> = contenders
        .iter()
        .map(|contender| {
            let url = database(options, name, contender.name);
            let mut process = Process::start(contender, &options.root, &url);
            process.expect("ready", contender.name);
            (url, process)
        })
        .collect();
    let times = rounds::run(options, name, &contenders, &mut peers);
    // The processes go, the databases stay.
    let urls: Vec<String> = peers.into_iter().map(|(url, _)| url).collect();
    let memory = memory::measure(options, &contenders, &urls, times.iter().map(|(workload, _)| *workload));
    let trips = (name == "postgres" && !times.is_empty()).then(|| trips::count(options, &contenders, &times));
    Results {
        database: name,
        contenders,
        times,
        memory,
        trips,
    }
}
