//! The tables of a report as they are read: rows named and in order, figures told or held back.

use std::collections::HashMap;

use super::figure::{Figure, is_few};
use super::gather::Report;
use super::period::Period;
use super::section::{Look, Measure, Naming, Rows, Section};
use super::steps::ending_words;
use super::tally::{Cells, Slot};

/// Who reads, and about which days.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The days.
    pub period: Period,
    /// Names of the staff, by id.
    pub members: &'a HashMap<String, String>,
    /// Whether leads may be seen; otherwise few people never stand alone.
    pub sees_leads: bool,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it is about.
    pub section: &'static Section,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name in addresses and files.
    pub key: String,
    /// Its words.
    pub label: String,
    /// A figure for each column.
    pub cells: Vec<Figure>,
    /// The first column, of the step or of everybody.
    pub share: Figure,
    /// The first column in the days before.
    pub before: Figure,
    /// Length of its bar, in thousandths of the longest.
    pub bar: u64,
}

/// All tables of a report.
pub fn tables(report: &Report, reading: &Reading<'_>) -> Vec<Table> {
    let everybody = report.now.of("funnel").map_or(0, |cells| cells.count(0, 0));
    let pairs = report.now.sections().zip(report.before.sections());
    pairs.map(|((section, cells), (_, before))| table(section, cells, before, report, reading, everybody)).collect()
}

fn table(
    section: &'static Section,
    cells: &Cells,
    before: &Cells,
    report: &Report,
    reading: &Reading<'_>,
    everybody: u64,
) -> Table {
    let mut rows: Vec<Row> = named(section, cells, before, report, reading)
        .into_iter()
        .map(|(at, key, label)| {
            let figures = section
                .columns
                .iter()
                .enumerate()
                .map(|(column, what)| figure(cells.slot(at, column), &what.measure, reading.sees_leads))
                .collect();
            Row { key, label, cells: figures, share: Figure::Nothing, before: Figure::Count(before.count(at, 0)), bar: 0 }
        })
        .collect();
    if !reading.sees_leads {
        hold_back(section, &mut rows);
    }
    let longest = rows.iter().filter_map(|row| row.cells.first()?.count()).max().unwrap_or(0).max(1);
    let mut step = None;
    for row in &mut rows {
        let count = row.cells.first().and_then(Figure::count);
        row.bar = count.map_or(0, |count| count * 1000 / longest);
        let whole = if section.look == Look::Funnel { step } else { Some(everybody) };
        row.share = match (count, whole) {
            (Some(count), Some(whole)) => Figure::Share(count, whole),
            (None, _) | (_, None) => Figure::Nothing,
        };
        step = count;
    }
    Table { section, rows }
}

fn figure(slot: Option<&Slot>, measure: &Measure, sees_leads: bool) -> Figure {
    let told = |slot: &Slot| sees_leads || !is_few(slot.count());
    let ranked = |percent, unit| match slot {
        Some(slot) if told(slot) => slot.percentile(percent).map_or(Figure::Nothing, |value| Figure::Length(value, unit)),
        Some(_) => Figure::Few,
        None => Figure::Nothing,
    };
    match (measure, slot) {
        (Measure::Count(_) | Measure::Sum(_), slot) => Figure::Count(slot.map_or(0, Slot::count)),
        (Measure::Share(..), Some(Slot::Share(part, whole))) => Figure::Share(*part, *whole),
        (Measure::Share(..), _) => Figure::Nothing,
        (Measure::Median(_, unit), _) => ranked(50, *unit),
        (Measure::Ninth(_, unit), _) => ranked(90, *unit),
    }
}

type Named = (usize, String, String);

/// Rows by number, key and words, in the order they are shown.
fn named(section: &Section, cells: &Cells, before: &Cells, report: &Report, reading: &Reading<'_>) -> Vec<Named> {
    match &section.rows {
        Rows::Steps(steps) => {
            let step = |(at, step): (usize, &super::section::Step)| (at, step.key.to_owned(), step.label.to_owned());
            steps.iter().enumerate().map(step).collect()
        }
        Rows::Coded(_, []) => cells.rows().map(|at| (at, at.to_string(), ending_words(at))).collect(),
        Rows::Coded(_, codes) => {
            let places = codes.iter().enumerate();
            places.map(|(at, (code, label))| (at, code.to_string(), (*label).to_owned())).collect()
        }
        Rows::Hours => (0..24).map(|hour| (hour, hour.to_string(), format!("{hour:02}:00"))).collect(),
        Rows::Time => {
            let days = reading.period.buckets().into_iter().enumerate();
            days.map(|(at, day)| (at, at.to_string(), day.format("%b %-d").to_string())).collect()
        }
        Rows::Words(_, naming) => by_words(*naming, cells, before, report, reading),
    }
}

fn by_words(naming: Naming, cells: &Cells, before: &Cells, report: &Report, reading: &Reading<'_>) -> Vec<Named> {
    let mut numbers: Vec<usize> = cells.rows().chain(before.rows()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let word = |at: usize| u32::try_from(at).map_or("", |at| report.words.text(at)).to_owned();
    let mut rows: Vec<Named> =
        numbers.into_iter().map(|at| (at, word(at), words_for(naming, &word(at), report, reading))).collect();
    match naming {
        Naming::Member | Naming::Program => {
            rows.sort_by(|(_, key, one), (_, other, two)| (key.is_empty(), one).cmp(&(other.is_empty(), two)));
        }
        Naming::Address(_) => {
            rows.sort_by_key(|(at, key, _)| (key.is_empty(), std::cmp::Reverse(cells.count(*at, 0)), key.clone()));
        }
    }
    rows
}

fn words_for(naming: Naming, key: &str, report: &Report, reading: &Reading<'_>) -> String {
    match naming {
        Naming::Program if key.is_empty() => "Not routed yet".to_owned(),
        Naming::Program => {
            let program = report.programs.iter().find(|program| program.id.to_string() == key);
            program.map_or_else(|| "A program that is gone".to_owned(), crate::programs::Program::label)
        }
        Naming::Member if key.is_empty() => "Nobody yet".to_owned(),
        Naming::Member => reading.members.get(key).cloned().unwrap_or_else(|| "Somebody who left".to_owned()),
        Naming::Address(none) if key.is_empty() => none.to_owned(),
        Naming::Address(_) => key.to_owned(),
    }
}

/// Holds back what is about one to four people: such a count, the count that leaves so few over, what is measured on so few, and,
/// where a single figure of a column would follow from the others, the next smallest too.
fn hold_back(section: &Section, rows: &mut [Row]) {
    let mut step: Option<u64> = None;
    for row in rows.iter_mut() {
        let base = row.cells.first().and_then(Figure::count).unwrap_or(0);
        let lost = step.filter(|_| section.look == Look::Funnel).map_or(0, |step| step.saturating_sub(base));
        step = Some(base);
        let whole_row = is_few(base);
        for (at, (cell, column)) in row.cells.iter_mut().zip(section.columns).enumerate() {
            let few = whole_row
                || match (&column.measure, &*cell) {
                    (Measure::Count(_), Figure::Count(count)) => {
                        is_few(*count) || (at > 0 && is_few(base.saturating_sub(*count))) || is_few(lost)
                    }
                    (_, Figure::Share(part, whole)) => is_few(*part) || is_few(whole.saturating_sub(*part)),
                    _ => false,
                };
            if few && *cell != Figure::Nothing {
                *cell = Figure::Few;
            }
        }
        if row.before.count().is_some_and(is_few) {
            row.before = Figure::Few;
        }
    }
    for column in 0..section.columns.len() {
        single_out(rows, column);
    }
}

/// One figure alone held back in a column would follow from the sum: the next smallest goes with it.
fn single_out(rows: &mut [Row], column: usize) {
    let hidden = rows.iter().filter(|row| row.cells.get(column) == Some(&Figure::Few)).count();
    if hidden != 1 {
        return;
    }
    let told = rows.iter_mut().filter_map(|row| row.cells.get_mut(column));
    let smallest = told.filter(|cell| cell.count().is_some_and(|count| count > 0)).min_by_key(|cell| cell.count());
    if let Some(cell) = smallest {
        *cell = Figure::Few;
    }
}

/// A figure by section, row and column.
pub fn find<'a>(tables: &'a [Table], section: &str, row: &str, column: &str) -> Option<&'a Figure> {
    let table = tables.iter().find(|table| table.section.id == section)?;
    let at = table.section.columns.iter().position(|known| known.key == column)?;
    table.rows.iter().find(|known| known.key == row)?.cells.get(at)
}
