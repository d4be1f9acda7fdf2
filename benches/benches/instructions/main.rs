//! What `.ci/instructions` counts the instructions of: `instructions list`, or `instructions <workload> <times>`.
//!
//! Only what happens inside [`instructions_counted`] counts. Everything runs on one thread, hash maps have the same seeds
//! each time, and nothing depends on the clock: the counts of two runs are equal.
#![allow(
    unsafe_code,
    reason = "the names are those that callgrind and the standard library look for"
)]

mod models;
mod work;

use std::ffi::{c_uint, c_void};
use std::hint::black_box;

use work::{Bench, WORKLOADS};

/// Callgrind begins to count when this is entered, and stops when it is left.
// SAFETY: no other function has the name.
#[unsafe(no_mangle)]
#[inline(never)]
fn instructions_counted(work: &mut dyn FnMut()) {
    work();
    black_box(());
}

/// Takes the place of the C library's, from which hash maps get their seeds.
// SAFETY: it has the signature and the meaning of the function whose name it takes.
#[unsafe(no_mangle)]
extern "C" fn getrandom(buffer: *mut c_void, length: usize, _flags: c_uint) -> isize {
    // SAFETY: the caller owns a buffer of that length.
    unsafe { std::ptr::write_bytes(buffer.cast::<u8>(), 7, length) };
    length as isize
}

/// Once to prepare statements and to grow what keeps its memory, then `times` times.
fn run(name: &str, times: i64) -> orm_core::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut bench = runtime.block_on(Bench::prepare())?;
    runtime.block_on(bench.run(name, 1))?;
    let mut outcome = Ok(());
    instructions_counted(&mut || {
        outcome = runtime.block_on(async {
            for n in 0..times {
                bench.run(name, n + 2).await?;
            }
            Ok(())
        });
    });
    outcome
}

fn main() -> orm_core::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["list"] => {
            for (name, times) in WORKLOADS {
                println!("{name} {times}");
            }
        }
        [name, times] => run(name, times.parse().expect("a number of times"))?,
        // `cargo test --benches` and `cargo bench` want to know that all of it runs.
        _ => {
            for (name, _) in WORKLOADS {
                run(name, 1)?;
            }
            println!("{} workloads run; .ci/instructions counts", WORKLOADS.len());
        }
    }
    Ok(())
}
