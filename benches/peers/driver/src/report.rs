//! The tables.

use std::fmt::Write;
use std::process::Command;

use crate::plan::{CONTENDERS, Contender, REASONS, Workload, reason};
use crate::{Options, Results};

pub fn median(times: &[f64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

/// The median of the rounds' ratios: neighbours in time share the machine's weather.
pub fn ratio(floor: &[f64], times: &[f64]) -> Option<f64> {
    let ratios: Vec<f64> = floor.iter().zip(times).map(|(floor, time)| time / floor).collect();
    median(&ratios)
}

fn ratio_text(ratio: f64) -> String {
    match ratio {
        ratio if ratio < 0.095 => format!("{ratio:.3}"),
        ratio if ratio < 9.95 => format!("{ratio:.2}"),
        ratio => format!("{ratio:.0}"),
    }
}

fn time_text(nanoseconds: f64) -> String {
    match nanoseconds {
        ns if ns < 1e5 => format!("{:.1} µs", ns / 1e3),
        ns if ns < 1e6 => format!("{:.0} µs", ns / 1e3),
        ns => format!("{:.2} ms", ns / 1e6),
    }
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or(String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unnamed processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let count = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let pinned = match std::env::var("PEERS_PINNED") {
        Ok(cpu) => format!("clients and server pinned to processor {cpu}"),
        Err(_) => "not pinned to a processor".to_owned(),
    };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    format!(
        "{model}, {count} processors, load average {load} at the end (above 1 others were at work, and the figures are rough); {pinned}; {}; {}",
        output("rustc", &["-V"]),
        output("postgres", &["-V"])
    )
}

pub fn markdown(options: &Options, results: &[Results]) -> String {
    let mut text = String::from("# Beside others\n\n");
    let _ = writeln!(
        text,
        "Written by `benches/peers/run.sh` on {}: do not edit. {}.\n",
        output("date", &["-u", "+%Y-%m-%d"]),
        machine()
    );
    text.push_str(include_str!("preface.md"));
    let _ = writeln!(
        text,
        "\nMedians of {} rounds. In each round, the work is done once before it is timed, unless it takes longer than half a second.\n",
        options.rounds
    );
    for contender in CONTENDERS {
        let there = results
            .iter()
            .any(|result| result.contenders.iter().any(|other| other.name == contender.name));
        let missing = if there { "" } else { " (not run this time)" };
        let _ = writeln!(text, "- **{}**: {}{missing}", contender.label, contender.what);
    }
    for result in results {
        table(&mut text, result);
    }
    let used = |number: &usize| text.contains(&format!("[^{number}]"));
    let notes: Vec<usize> = (1..=REASONS.len()).filter(used).collect();
    for number in notes {
        let _ = write!(text, "\n[^{number}]: {}.\n", REASONS[number - 1].2);
    }
    // Measured by compile.sh, now and then.
    if let Ok(compile) = std::fs::read_to_string(options.root.join("compile.md")) {
        text.push('\n');
        text.push_str(&compile);
    }
    text
}

/// A dash, with the number of its reason.
pub fn dash(contender: &Contender, workload: &Workload) -> String {
    reason(contender, workload).map_or("–".to_owned(), |number| format!("– [^{number}]"))
}

fn table(text: &mut String, result: &Results) {
    let title = if result.database == "sqlite" { "SQLite" } else { "PostgreSQL" };
    let _ = writeln!(text, "\n## {title}\n\n![chart](peers-{}.svg)\n", result.database);
    text.push_str("| work | floor |");
    for contender in &result.contenders[1..] {
        let _ = write!(text, " {} |", contender.label);
    }
    let _ = writeln!(text, "\n| --- |{}", " ---: |".repeat(result.contenders.len()));
    let mut behind = Vec::new();
    for (workload, times) in &result.times {
        let _ = write!(
            text,
            "| {} | {} |",
            workload.title,
            median(&times[0]).map_or("–".to_owned(), time_text)
        );
        let ratios: Vec<Option<f64>> = times[1..].iter().map(|own| ratio(&times[0], own)).collect();
        let of = |ours: bool| {
            ratios
                .iter()
                .zip(&result.contenders[1..])
                .filter(|(_, contender)| contender.name.starts_with("ours") == ours)
                .filter_map(|(ratio, contender)| Some(((*ratio)?, contender.label)))
                .min_by(|one, other| one.0.total_cmp(&other.0))
        };
        let (ours, others) = (of(true), of(false));
        let best = [ours, others]
            .into_iter()
            .flatten()
            .map(|(ratio, _)| ratio)
            .fold(f64::MAX, f64::min);
        for (ratio, contender) in ratios.iter().zip(&result.contenders[1..]) {
            let _ = match ratio {
                Some(ratio) if *ratio <= best => write!(text, " **{}** |", ratio_text(*ratio)),
                Some(ratio) => write!(text, " {} |", ratio_text(*ratio)),
                None => write!(text, " {} |", dash(contender, workload)),
            };
        }
        text.push('\n');
        match (ours, others) {
            (Some(ours), Some((other, who))) if other < ours.0 => {
                behind.push(format!(
                    "- {}: {} for ours, {} for {who}",
                    workload.title,
                    ratio_text(ours.0),
                    ratio_text(other)
                ));
            }
            (None, _) => behind.push(format!("- {}: ours does not have it yet", workload.title)),
            _ => {}
        }
    }
    let _ = match behind.is_empty() {
        true => writeln!(text, "\nOurs leads on every row."),
        false => writeln!(
            text,
            "\nOurs does not lead on {} of {} rows:\n\n{}",
            behind.len(),
            result.times.len(),
            behind.join("\n")
        ),
    };
    crate::memory::write(text, result);
    if let Some(trips) = &result.trips {
        trips.write(text, result);
    }
}
