//! What `.ci/instructions` counts the instructions of: `instructions list`, or `instructions <workload> <times>`.
//!
//! A workload is prepared alike however often it is then done, so the difference of two runs is that of the work alone.
//! Everything runs on one thread and nothing depends on the clock, or the counts would not repeat.

mod models;
mod work;

use work::{Bench, WORKLOADS};

#[tokio::main(flavor = "current_thread")]
async fn main() -> orm_core::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["list"] => {
            for (name, times) in WORKLOADS {
                println!("{name} {times}");
            }
        }
        [name, times] => {
            let times = times.parse().expect("a number of times");
            let mut bench = Bench::prepare().await?;
            for n in 1..=times {
                bench.run(name, n).await?;
            }
        }
        // `cargo test --benches` and `cargo bench` want to know that all of it runs.
        _ => {
            for (name, _) in WORKLOADS {
                let mut bench = Bench::prepare().await?;
                for n in 1..=2 {
                    bench.run(name, n).await?;
                }
            }
            println!("{} workloads run; .ci/instructions counts", WORKLOADS.len());
        }
    }
    Ok(())
}
