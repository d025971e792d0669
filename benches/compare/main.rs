//! The benchmarks with their yardsticks, in one run on one machine: A B A B, medians and ratios pair by pair.
//!
//! Submissions through the real server against `pgbench -M prepared` running the same inserts on the same Postgres; the form
//! page against nginx serving the same bytes; resident memory; start-up time. Writes `docs/PERFORMANCE.md`.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark stops loudly and prints what it measures"
)]

mod machine;
mod report;
mod serving;
mod yardstick;

use report::{Figures, Pair};
use serving::Serving;
use yardstick::Yardstick;

/// Rounds of each pair.
const ROUNDS: usize = 5;
/// Seconds of each measurement.
const SECONDS: u32 = 4;

fn main() {
    // `cargo test --benches` asks benchmarks to do nothing much.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let folder = std::env::temp_dir().join(format!("intake-bench-{}", std::process::id()));
    let seeded = serving::prepare(&folder);
    let yardstick = Yardstick::prepare(&folder, &seeded);

    let mut submissions = Vec::new();
    {
        let serving = Serving::start(&folder, &["--no-worker"]);
        for connections in [1, 8, 32] {
            println!("submissions, {connections} connections");
            let pairs = (0..ROUNDS).map(|_| one_pair(&serving, &yardstick, connections)).collect();
            submissions.push((connections, pairs));
        }
        assert_eq!(serving.accepted(), serving.stored(&seeded), "every accepted submission is stored, and nothing else");
    }
    let pages = {
        let serving = Serving::start(&folder, &["--no-worker"]);
        let nginx = yardstick.nginx(&serving.get("/en"));
        println!("form page, 32 connections");
        (0..ROUNDS).map(|_| Pair { ours: serving.pages(32, SECONDS), theirs: nginx.pages(32, SECONDS) }).collect()
    };
    let (start_ms, idle_mib) = serving::idle(&folder);
    let figures = Figures { submissions, pages, start_ms, idle_mib, machine: machine::describe(&folder) };
    let text = report::write(&figures);
    println!("{text}");
    yardstick.stop();
    let _gone = std::fs::remove_dir_all(&folder);
}

fn one_pair(serving: &Serving, yardstick: &Yardstick, connections: u32) -> Pair {
    let ours = serving.submissions(connections, SECONDS);
    let theirs = yardstick.pgbench(connections, SECONDS);
    println!("  intake {ours:>8.0}/s   pgbench {theirs:>8.0}/s   ratio {:.2}", ours / theirs);
    Pair { ours, theirs }
}
