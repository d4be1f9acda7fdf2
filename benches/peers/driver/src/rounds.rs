//! Everyone does the work in turns, round after round, and must have loaded and written the same.

use std::collections::HashMap;

use crate::Options;
use crate::peer::Process;
use crate::plan::{Contender, WORKLOADS, Workload};

/// By workload, by contender: nanoseconds a run, round by round; empty where a contender has no such workload.
pub type Times = Vec<(&'static Workload, Vec<Vec<f64>>)>;

/// Work that takes longer warms itself up: its first half second does not weigh much.
const WARM: u64 = 500_000_000;

pub fn run(options: &Options, database: &str, contenders: &[&'static Contender], peers: &mut [(String, Process)]) -> Times {
    let mut auditor = Process::auditor(&options.root);
    let mut times = Vec::new();
    for workload in WORKLOADS {
        if options.only.as_ref().is_some_and(|only| !workload.name.contains(only.as_str())) {
            continue;
        }
        eprintln!("{database}: {}", workload.name);
        let mut rounds = vec![Vec::new(); contenders.len()];
        // What the nth run of a workload loads and writes is the same for all.
        let mut seen: HashMap<u64, (&str, u64, u64)> = HashMap::new();
        for round in 0..options.rounds {
            // Each round begins with another contender.
            for place in 0..contenders.len() {
                let place = (place + round) % contenders.len();
                let (url, process) = &mut peers[place];
                let contender = contenders[place].name;
                let mut turn = |tick: u64| -> Option<u64> {
                    if workload.writes {
                        auditor.ask(&format!("prepare {} {url}", workload.name), contender);
                    }
                    let answer = process.ask(&format!("run {} {tick} {}", workload.name, workload.times), contender);
                    let wrote = match workload.writes {
                        true => auditor
                            .ask(&format!("verify {} {url}", workload.name), contender)
                            .map_or(0, |answer| answer.checksum),
                        false => 0,
                    };
                    let answer = answer?;
                    let (first, same_checksum, same_wrote) = *seen.entry(tick).or_insert((contender, answer.checksum, wrote));
                    assert_eq!(
                        (answer.checksum, wrote),
                        (same_checksum, same_wrote),
                        "{database}, {}: {contender} did not load or write the same as {first}",
                        workload.name
                    );
                    Some(answer.nanoseconds)
                };
                // While the others had their turns, its memory went out of the processor's caches, and out of its hands.
                let tick = round as u64 * 2_000;
                let Some(mut spent) = turn(tick) else { continue };
                if spent < WARM {
                    spent = turn(tick + 1_000).expect("it has such a workload");
                }
                rounds[place].push(spent as f64 / workload.times as f64);
            }
        }
        times.push((workload, rounds));
    }
    times
}
