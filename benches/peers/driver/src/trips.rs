//! Round trips of each workload, and its time when each takes a millisecond more.

use std::fmt::Write;
use std::sync::atomic::Ordering;

use crate::peer::Process;
use crate::plan::{Contender, Workload};
use crate::proxy::Proxy;
use crate::rounds::Times;
use crate::{Options, Results};

pub struct Trips {
    /// By workload, by contender: round trips and milliseconds; `None` where a contender has no such workload.
    rows: Vec<(&'static Workload, Vec<Option<(u64, f64)>>)>,
}

/// The workloads that are done more than once in a row are done once here.
pub fn count(options: &Options, contenders: &[&'static Contender], times: &Times) -> Trips {
    let mut rows: Vec<(&'static Workload, Vec<Option<(u64, f64)>>)> = times.iter().map(|(workload, _)| (*workload, Vec::new())).collect();
    let mut auditor = Process::auditor(&options.root);
    for contender in contenders {
        let proxy = Proxy::start(options.work.join(contender.name), options.socket.clone());
        let direct = crate::url(&options.socket, &format!("peer_{}", contender.name));
        let url = crate::url(&proxy.directory, &format!("peer_{}", contender.name));
        let mut process = Process::start(contender, &options.root, &url);
        process.expect("ready", contender.name);
        for (workload, cells) in &mut rows {
            eprintln!("round trips of {}: {}", contender.name, workload.name);
            let mut cell = None;
            // Once to warm up: statements that are prepared once are not what is asked about.
            for delay in [0, 1_000] {
                if workload.writes {
                    auditor.ask(&format!("prepare {} {direct}", workload.name), contender.name);
                }
                proxy.trips.store(0, Ordering::SeqCst);
                proxy.delay.store(delay, Ordering::SeqCst);
                let answer = process.ask(&format!("run {} 1 1", workload.name), contender.name);
                proxy.delay.store(0, Ordering::SeqCst);
                cell = answer.map(|answer| (proxy.trips.load(Ordering::SeqCst), answer.nanoseconds as f64 / 1e6));
                if workload.writes {
                    auditor.ask(&format!("verify {} {direct}", workload.name), contender.name);
                }
            }
            cells.push(cell);
        }
    }
    Trips { rows }
}

impl Trips {
    pub fn write(&self, text: &mut String, result: &Results) {
        text.push_str(
            "\n### Round trips, and time with 1 ms added to each\n\nCounted by a proxy between contender and server, with statements prepared by an \
             earlier run.\n\n| work |",
        );
        for contender in &result.contenders {
            let _ = write!(text, " {} |", contender.label);
        }
        let _ = writeln!(text, "\n| --- |{}", " ---: |".repeat(result.contenders.len()));
        for (workload, cells) in &self.rows {
            let _ = write!(text, "| {} |", workload.title);
            for (contender, cell) in result.contenders.iter().zip(cells) {
                let _ = match cell {
                    Some((trips, ms)) if *ms < 100.0 => write!(text, " {trips}: {ms:.1} ms |"),
                    Some((trips, ms)) => write!(text, " {trips}: {ms:.0} ms |"),
                    None => write!(text, " {} |", crate::report::dash(contender, workload)),
                };
            }
            text.push('\n');
        }
    }
}
