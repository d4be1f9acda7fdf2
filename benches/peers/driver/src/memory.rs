//! How much memory a workload takes at its peak, in a process that has done nothing before.

use std::fmt::Write;

use crate::peer::Process;
use crate::plan::{Contender, MEMORY, Workload};
use crate::report::dash;
use crate::{Options, Results};

/// By workload, by contender: how far the peak lies above what the process held when it began, in KiB; `None` where a
/// contender has no such workload.
pub type Memory = Vec<(&'static Workload, Vec<Option<u64>>)>;

/// The databases are those of the rounds, by contender.
pub fn measure(
    options: &Options,
    contenders: &[&'static Contender],
    urls: &[String],
    workloads: impl Iterator<Item = &'static Workload>,
) -> Memory {
    let mut auditor = Process::auditor(&options.root);
    workloads
        .filter(|workload| MEMORY.contains(&workload.name))
        .map(|workload| {
            let cells = contenders.iter().zip(urls).map(|(contender, url)| {
                eprintln!("memory of {}: {}", contender.name, workload.name);
                let mut process = Process::start(contender, &options.root, url);
                process.expect("ready", contender.name);
                if workload.writes {
                    auditor.ask(&format!("prepare {} {url}", workload.name), contender.name);
                }
                let answer = process.ask(&format!("run {} 1 1", workload.name), contender.name);
                if workload.writes {
                    auditor.ask(&format!("verify {} {url}", workload.name), contender.name);
                }
                answer.map(|answer| answer.peak)
            });
            (workload, cells.collect())
        })
        .collect()
}

pub fn write(text: &mut String, result: &Results) {
    if result.memory.is_empty() {
        return;
    }
    text.push_str(
        "\n### Memory at the peak, in MB\n\nWhat a new process takes more than when it was connected; the server's is not in it.\n\n| work |",
    );
    for contender in &result.contenders {
        let _ = write!(text, " {} |", contender.label);
    }
    let _ = writeln!(text, "\n| --- |{}", " ---: |".repeat(result.contenders.len()));
    for (workload, cells) in &result.memory {
        let _ = write!(text, "| {} |", workload.title);
        for (contender, cell) in result.contenders.iter().zip(cells) {
            let _ = match cell {
                Some(kib) => write!(text, " {:.1} |", *kib as f64 * 1024.0 / 1e6),
                None => write!(text, " {} |", dash(contender, workload)),
            };
        }
        text.push('\n');
    }
}
