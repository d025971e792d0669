//! What staff wait for at a million leads, beside ten thousand on the same machine in the same minutes: queue, search while typing, a
//! year's report. Both servers run at once and are asked in turns, so that whatever else the machine does meets both.
//!
//! `bin/bench scale [LEADS]`. Writes its part of `docs/PERFORMANCE.md`.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark stops loudly and prints what it measures"
)]

#[expect(dead_code, reason = "shared with other benchmarks")]
#[path = "../served/mod.rs"]
mod served;

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use served::{Served, home, leave, load, prepare, psql, write_page};

/// Leads of the small one.
const SMALL: usize = 10_000;
/// Leads of the large one, if no number is given.
const LARGE: usize = 1_000_000;
/// Pages of each kind.
const PAGES: usize = 400;
/// Pages before anything is measured.
const WARM: usize = 30;
/// Reports of a year.
const REPORTS: usize = 15;
/// What somebody types, key by key, with typing errors, accents, parts of numbers and addresses.
const TERMS: [&str; 16] = [
    "ju", "jun", "june", "jnue", "priya", "prija", "teresa", "teréza", "walt", "marcsu", "5550", "555-01", "831555", "example",
    "el-", "wren s",
];
/// The yardstick of the report: one plain question about the same leads.
const YARDSTICK: &str = "SELECT received_at::date, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY first_contact_at - received_at) \
    FROM leads WHERE received_at >= now() - interval '365 days' GROUP BY 1";

fn main() {
    // `cargo test --benches` asks benchmarks to do nothing much.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let leads = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(LARGE);
    let home = home();
    let (small, large) = (home.0.join(format!("leads-{SMALL}")), home.0.join(format!("leads-{leads}")));
    let urls = (prepare(&small, SMALL), prepare(&large, leads));
    let text = actix_web::rt::System::new().block_on(measure((&small, &large), (&urls.0, &urls.1), leads));
    println!("{text}");
    write_page("scale", "At a million leads", &text);
    leave(&[&small, &large], &home);
}

async fn measure(folders: (&Path, &Path), urls: (&str, &str), leads: usize) -> String {
    let (small, large) = (Served::start_with(folders.0, &[]).await, Served::start_with(folders.1, &[]).await);
    packed(urls.1).await;
    packed(urls.0).await;
    // The search reads all names into memory first; what follows is about a day of work, not about the first minute.
    let mut grown = 0.0;
    while large.settled_mib() - grown > 1.0 {
        grown = large.settled_mib();
    }
    for _ in 0..WARM {
        small.page("/staff/leads").await;
        large.page("/staff/leads").await;
        found(&large, "june").await;
    }
    let mut text = format!(
        "| what, at {leads} leads and at {SMALL} | median, ms | p99, ms | p99 against {SMALL} leads |\n| --- | --- | --- | --- |\n"
    );
    let mut queue = (Vec::new(), Vec::new());
    let mut calm = (Vec::new(), Vec::new());
    let mut search = (Vec::new(), Vec::new());
    for term in TERMS.iter().cycle().take(PAGES) {
        // A search is an unsafe request: the first page after it counts anew, the second does not.
        for times in [&mut queue, &mut calm] {
            times.0.push(small.page("/staff/leads").await);
            times.1.push(large.page("/staff/leads").await);
        }
        search.0.push(found(&small, term).await);
        search.1.push(found(&large, term).await);
    }
    row(&mut text, "the queue, whole page, after a change", queue);
    row(&mut text, "the queue, whole page, nothing changed since", calm);
    row(&mut text, "search while typing, asking and answer", search);
    let (mut reports, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..REPORTS {
        reports.push(large.page("/staff/reports?period=365").await);
        let begun = Instant::now();
        psql(urls.1, YARDSTICK);
        plain.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    let (slowest, median) = (at(&mut reports, 100), at(&mut reports, 50));
    let _ = writeln!(
        text,
        "\nA year's report over {leads} leads: median {median:.0} ms, slowest {slowest:.0} ms; one plain `GROUP BY` day with a median over the same \
         leads in psql: {:.0} ms.",
        at(&mut plain, 50)
    );
    let (few, many) = (small.settled_mib(), large.settled_mib());
    #[expect(clippy::cast_precision_loss, reason = "bytes of a lead, rounded")]
    let each = (many - few) * 1_048_576.0 / (leads - SMALL) as f64;
    let _ = writeln!(
        text,
        "Resident memory: {few:.0} MiB at {SMALL} leads, {many:.0} MiB at {leads}: {each:.0} bytes a lead, the search's."
    );
    let _ = writeln!(text, "Load of the machine at the end: {}.", load());
    text
}

/// Waits until the worker has packed the days of reports.
async fn packed(url: &str) {
    let begun = Instant::now();
    loop {
        let days: u32 = psql(
            url,
            "SELECT count(*) FROM report_days WHERE NOT EXISTS (SELECT FROM report_changes c WHERE c.day = report_days.day)",
        )
        .trim()
        .parse()
        .unwrap();
        if days > 355 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_mins(20), "{days} days are packed after twenty minutes");
        actix_web::rt::time::sleep(Duration::from_secs(2)).await;
    }
}

/// Milliseconds from asking to the page with what was found, as the box does it.
async fn found(served: &Served, term: &str) -> f64 {
    let begun = Instant::now();
    let page = served.post("/staff/searches", &[("q", term)]).await;
    served.page(&page).await;
    begun.elapsed().as_secs_f64() * 1_000.0
}

fn row(text: &mut String, what: &str, (mut small, mut large): (Vec<f64>, Vec<f64>)) {
    let (few, many) = (at(&mut small, 99), at(&mut large, 99));
    let _ = writeln!(
        text,
        "| {what} | {:.1} and {:.1} | {many:.1} and {few:.1} | **{:.2}** |",
        at(&mut large, 50),
        at(&mut small, 50),
        many / few
    );
}

fn at(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
