//! Medians, ratios and the page `docs/PERFORMANCE.md`.

use std::fmt::Write;

/// One round: ours, then the yardstick's.
pub struct Pair {
    pub ours: f64,
    pub theirs: f64,
}

/// Everything one run measured.
pub struct Figures {
    pub submissions: Vec<(u32, Vec<Pair>)>,
    pub pages: Vec<Pair>,
    pub start_ms: f64,
    pub idle_mib: f64,
    pub machine: String,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn row(what: &str, pairs: &[Pair]) -> String {
    let ours = median(pairs.iter().map(|pair| pair.ours).collect());
    let theirs = median(pairs.iter().map(|pair| pair.theirs).collect());
    let ratios: Vec<f64> = pairs.iter().map(|pair| pair.ours / pair.theirs).collect();
    let low = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ratios.iter().copied().fold(0.0, f64::max);
    format!("| {what} | {ours:.0} | {theirs:.0} | **{:.2}** ({low:.2} to {high:.2}) |\n", median(ratios))
}

/// Writes the measured part of the page and gives it back.
pub fn write(figures: &Figures) -> String {
    let mut text =
        String::from("| what | Intake, per second | yardstick, per second | ratio: median (range) |\n| --- | --- | --- | --- |\n");
    for (connections, pairs) in &figures.submissions {
        let plural = if *connections == 1 { "connection" } else { "connections" };
        text.push_str(&row(&format!("durable submissions, {connections} {plural}, against pgbench"), pairs));
    }
    text.push_str(&row("form page, 32 connections, against nginx", &figures.pages));
    let _ = write!(
        text,
        "\nStart to first answer (warm, median): {:.0} ms. Resident memory, idle, worker included: {:.0} MiB.\n\nMeasured on {}.\n",
        figures.start_ms, figures.idle_mib, figures.machine
    );
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/PERFORMANCE.md");
    let old = std::fs::read_to_string(page).unwrap_or_default();
    let (head, tail) = match (old.split_once(BEGIN), old.split_once(END)) {
        (Some((head, _)), Some((_, tail))) => (head.to_owned(), tail.to_owned()),
        _ => (old, String::new()),
    };
    std::fs::write(page, format!("{head}{BEGIN}\n{text}{END}{tail}")).expect("docs/PERFORMANCE.md is written");
    text
}

const BEGIN: &str = "<!-- written by bin/bench -->";
const END: &str = "<!-- end of what bin/bench wrote -->";
