//! What it costs to say a query: to build it, to compile it, and to do so again with other values; beside sea-query.
//!
//! The query is a SELECT of ten columns with two predicates, an order and a limit. Each round runs both libraries one
//! after the other; the medians of nanoseconds, the ratios and the allocations are printed.

mod ours;
mod sea;

use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 201;
const REPEATS: u32 = 2_000;

/// A step of the work: what it is called, what it does, and the most that it may cost beside both of sea-query's steps.
struct Step {
    name: &'static str,
    goal: Option<f64>,
    work: Box<dyn FnMut()>,
}

impl Step {
    fn new<T>(
        name: &'static str,
        goal: Option<f64>,
        mut work: impl FnMut() -> T + 'static,
    ) -> Self {
        Self {
            name,
            goal,
            work: Box::new(move || {
                black_box(work());
            }),
        }
    }

    fn nanoseconds(&mut self) -> f64 {
        let start = Instant::now();
        for _ in 0..REPEATS {
            (self.work)();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(REPEATS)
    }

    fn allocations(&mut self) -> u64 {
        (self.work)();
        allocation_counter::measure(|| (self.work)()).count_total
    }
}

fn main() {
    let mut steps = sea::steps();
    steps.extend(ours::steps());
    let mut times = vec![Vec::with_capacity(ROUNDS); steps.len()];
    for round in 0..=ROUNDS {
        for (step, times) in steps.iter_mut().zip(&mut times) {
            let time = step.nanoseconds();
            if round > 0 {
                times.push(time);
            }
        }
    }
    // The first two are sea-query's; their sum is the measure of each round.
    let sums: Vec<f64> = (0..ROUNDS)
        .map(|round| times[0][round] + times[1][round])
        .collect();
    println!(
        "{:<44} {:>8} {:>12} {:>12}   goal",
        "10 columns, 2 predicates, order, limit", "ns", "allocations", "of sea-query"
    );
    for (step, times) in steps.iter_mut().zip(&times) {
        let ratios = times
            .iter()
            .zip(&sums)
            .map(|(time, sum)| time / sum)
            .collect();
        let ratio = median(ratios);
        let verdict = match step.goal {
            Some(goal) if ratio <= goal => format!("{goal:.2}  met"),
            Some(goal) => format!("{goal:.2}  MISSED"),
            None => "-".to_owned(),
        };
        let allocations = step.allocations();
        println!(
            "{:<44} {:>8.0} {allocations:>12} {ratio:>12.2}   {verdict}",
            step.name,
            median(times.clone()),
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
