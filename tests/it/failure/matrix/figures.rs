//! Writes what came out into the tables of `docs/RELIABILITY.md`: one row per fault, one per promise that was measured.

use std::sync::Mutex;
use std::time::Duration;

use super::checker::Findings;
use super::load::Seen;

const BEGIN: &str = "<!-- written by the tests: bin/soak -->";
const PROMISES: &str = "<!-- promises, written by the tests: bin/soak -->";
const END: &str = "<!-- end of what the tests wrote -->";
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub fn publish(fault: &str, runs: usize, seen: &Seen, findings: &Findings) {
    let line = format!(
        "| {fault} | {runs} | {} | {} | {} | {} | {} | {:.1} s |",
        seen.acknowledged.len(),
        seen.sent_again,
        findings.lost,
        findings.doubled,
        findings.told_twice,
        f64::from(u32::try_from(seen.slowest_milliseconds).unwrap()) / 1_000.0
    );
    write(BEGIN, &format!("| {fault} |"), &line);
    sum();
}

/// What all rows of the table say together.
fn sum() {
    let Some(table) = table(BEGIN) else { return };
    let cells = table.lines().map(|line| line.split('|').map(str::trim).map(str::to_owned).collect::<Vec<_>>());
    // Before the first bar is an empty cell: fault, runs, receipts, sent again, lost, doubled.
    let numbers =
        cells.filter_map(|row| [2, 3, 5, 6].into_iter().map(|at| row.get(at)?.parse().ok()).collect::<Option<Vec<u64>>>());
    let (mut rows, mut all) = (0, [0; 4]);
    for row in numbers {
        rows += 1;
        for (sum, number) in all.iter_mut().zip(row) {
            *sum += number;
        }
    }
    let [runs, receipts, lost, doubled] = all;
    let measured = format!("{rows} faults, struck {runs} times: {receipts} receipts, {lost} lost, {doubled} doubled");
    promise("R1", "every row of the table above", &measured, "failure::matrix");
}

/// A row that this machine does not allow: said aloud, and in the table.
pub fn not_tried(fault: &str, why: &str) {
    eprintln!("\nNOT TRIED HERE: {fault}: {why}\n");
    write(BEGIN, &format!("| {fault} |"), &format!("| {fault} | **not tried: this machine refused** | | | | | | |"));
}

/// What all but one in a hundred kept below.
pub fn p99(sorted: &[Duration]) -> Duration {
    sorted[(sorted.len() * 99).div_ceil(100) - 1]
}

/// What was measured of a promise, and by which test.
pub fn promise(number: &str, what: &str, measured: &str, test: &str) {
    let start = format!("| {number} | {what} |");
    write(PROMISES, &start, &format!("{start} {measured} | `{test}` |"));
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/RELIABILITY.md");

/// What stands in a table, where figures are kept.
fn table(begin: &str) -> Option<String> {
    std::env::var_os("INTAKE_FIGURES")?;
    let text = std::fs::read_to_string(PAGE).unwrap();
    Some(text.split_once(begin)?.1.split_once(END)?.0.to_owned())
}

fn write(begin: &str, start: &str, line: &str) {
    eprintln!("{line}");
    if std::env::var_os("INTAKE_FIGURES").is_none() {
        return;
    }
    let _one = ONE_AT_A_TIME.lock().unwrap();
    let text = std::fs::read_to_string(PAGE).unwrap();
    let (head, rest) = text.split_once(begin).expect("the table's beginning");
    let (table, tail) = rest.split_once(END).expect("the table's end");
    let mut lines: Vec<&str> = table.trim().lines().filter(|old| !old.starts_with(start)).collect();
    lines.push(line);
    std::fs::write(PAGE, format!("{head}{begin}\n{}\n{END}{tail}", lines.join("\n"))).unwrap();
}
