//! Exports against `psql \copy` of the same rows, in one run on one machine: A B A B, medians; peak memory of the server above idle;
//! and how long submissions take while an export runs.
//!
//! `bin/bench export [LEADS]`. The export is asked for and fetched over HTTP as a browser does it; `\copy` writes the same columns of
//! the same rows to nowhere, the sealed ones as they are.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark stops loudly and prints what it measures"
)]

#[expect(dead_code, reason = "shared with other benchmarks")]
#[path = "../served/mod.rs"]
mod served;
mod yardstick;

use std::fmt::Write;
use std::time::{Duration, Instant};

use served::Served;

/// Rounds of each pair.
const ROUNDS: usize = 3;
/// Leads, if none are named.
const LEADS: usize = 20_000;
/// Submissions whose time is taken, alone and beside an export.
const SUBMISSIONS: usize = 400;
/// Time between two submissions.
const PACE: Duration = Duration::from_millis(25);

fn main() {
    // `cargo test --benches` asks benchmarks to do nothing much.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let leads = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(LEADS);
    let home = served::home();
    let folder = home.0.join(format!("leads-{leads}"));
    let url = served::prepare(&folder, leads);
    let text = actix_web::rt::System::new().block_on(measure(&folder, &url));
    println!("{text}");
    served::write_page("export", "Exports", &text);
    served::leave(&[&folder], &home);
}

async fn measure(folder: &std::path::Path, url: &str) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "| export | rows | MB | Intake, s | psql \\copy, s | ratio: median (range) | peak above idle, MiB |");
    let _ = writeln!(text, "| --- | --- | --- | --- | --- | --- | --- |");
    for (format, columns) in [("csv", "deidentified"), ("csv", "identified"), ("xlsx", "deidentified"), ("xlsx", "identified")] {
        served::forget_exports(url);
        let served = Served::start(folder).await;
        served.page("/staff/exports").await;
        let idle = served.settled_mib();
        served.forget_peak();
        let (mut ours, mut theirs, mut bytes) = (Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            bytes = served.export(format, columns).await;
            ours.push(begun.elapsed().as_secs_f64());
            theirs.push(yardstick::copy(url, columns));
        }
        let above = served.peak_mib() - idle;
        let rows = served::psql(url, "SELECT rows FROM exports ORDER BY asked_at DESC LIMIT 1");
        let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect();
        let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let high = ratios.iter().copied().fold(0.0, f64::max);
        #[expect(clippy::cast_precision_loss, reason = "megabytes with one decimal")]
        let megabytes = bytes as f64 / 1e6;
        let _ = writeln!(
            text,
            "| {format}, {columns} | {} | {megabytes:.1} | {:.2} | {:.2} | **{:.2}** ({low:.2} to {high:.2}) | {above:.0} (idle {idle:.0}) |",
            rows.trim(),
            median(ours),
            median(theirs),
            median(ratios),
        );
    }
    beside(folder, url, &mut text).await;
    let _ = writeln!(text, "\nLoad of the machine at the end: {}.", served::load());
    text
}

/// What submissions take alone, and beside exports that follow one another.
async fn beside(folder: &std::path::Path, url: &str, text: &mut String) {
    let served = Served::start(folder).await;
    let alone = submissions(&served).await;
    let (times, exports) = {
        let submitting = submissions(&served);
        let mut submitting = std::pin::pin!(submitting);
        let mut exports = 0;
        loop {
            // One person may take so many within an hour.
            if exports % 20 == 0 {
                served::forget_exports(url);
            }
            let exporting = async {
                served.export("csv", "identified").await;
            };
            let mut exporting = std::pin::pin!(exporting);
            tokio::select! {
                times = &mut submitting => {
                    exporting.await;
                    break (times, exports + 1);
                }
                () = &mut exporting => exports += 1,
            }
        }
    };
    let _ = writeln!(text, "\n| submissions, one every {} ms | median, ms | p99, ms |\n| --- | --- | --- |", PACE.as_millis());
    let _ = writeln!(text, "| alone | {:.1} | {:.1} |", at(&alone, 50), at(&alone, 99));
    let _ = writeln!(text, "| beside {exports} exports, one after the other | {:.1} | {:.1} |", at(&times, 50), at(&times, 99));
}

/// Milliseconds of each submission, shortest first.
async fn submissions(served: &Served) -> Vec<f64> {
    let mut times = Vec::new();
    let mut ticks = actix_web::rt::time::interval(PACE);
    for number in 0..SUBMISSIONS {
        ticks.tick().await;
        let begun = Instant::now();
        served.submit(number).await;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    at(&values, 50)
}
