//! A report as rows of a file: every figure on a line of its own, or one table as it is read.

use super::cell::Cell;
use super::figure::Figure;
use super::filter::ReportFilter;
use super::section::{Measure, Unit};
use super::view::Table;

/// Rows of a file under their headers.
#[derive(Debug)]
pub struct Sheet {
    /// Its name in the file's name.
    pub name: &'static str,
    /// Heads of the columns.
    pub headers: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Cell<'static>>>,
}

/// The table of this name, or all of them if none is named; `None` if there is no such table.
pub fn of(tables: &[Table], name: &str, filter: &ReportFilter) -> Option<Sheet> {
    if name.is_empty() {
        return Some(all(tables, filter));
    }
    let table = tables.iter().find(|table| table.section.id == name)?;
    let head = if table.section.head.is_empty() { "What" } else { table.section.head };
    let columns = table.section.columns.iter().map(|column| match unit(&column.measure) {
        "" => column.label.to_owned(),
        unit => format!("{} ({unit})", column.label),
    });
    let headers = ["key".to_owned(), head.to_owned()].into_iter().chain(columns).chain(["Before".to_owned()]).collect();
    let row = |row: &super::view::Row| {
        let names = [Cell::text(row.key.clone()), Cell::text(row.label.clone())];
        names.into_iter().chain(row.cells.iter().map(cell)).chain([cell(&row.before)]).collect()
    };
    Some(Sheet { name: table.section.id, headers, rows: table.rows.iter().map(row).collect() })
}

fn all(tables: &[Table], filter: &ReportFilter) -> Sheet {
    let headers = ["from", "to", "table", "key", "row", "figure", "unit", "value"].map(str::to_owned).to_vec();
    let mut rows = Vec::new();
    for table in tables {
        for row in &table.rows {
            for (column, figure) in table.section.columns.iter().zip(&row.cells) {
                rows.push(vec![
                    Cell::Day(filter.period.from),
                    Cell::Day(filter.period.to),
                    Cell::text(table.section.title),
                    Cell::text(row.key.clone()),
                    Cell::text(row.label.clone()),
                    Cell::text(column.label),
                    Cell::text(if unit(&column.measure).is_empty() { "count" } else { unit(&column.measure) }),
                    cell(figure),
                ]);
            }
        }
    }
    Sheet { name: "all", headers, rows }
}

const fn unit(measure: &Measure) -> &'static str {
    match measure {
        Measure::Count(_) | Measure::Sum(_) => "",
        Measure::Share(..) => "percent",
        Measure::Median(_, Unit::Seconds) | Measure::Ninth(_, Unit::Seconds) => "seconds",
        Measure::Median(_, Unit::Days) | Measure::Ninth(_, Unit::Days) => "days",
    }
}

/// A figure held back says so; one that there is not is empty.
fn cell(figure: &Figure) -> Cell<'static> {
    match figure {
        Figure::Nothing | Figure::Share(_, 0) => Cell::Empty,
        Figure::Few => Cell::text("fewer than 5"),
        Figure::Count(count) => Cell::Whole(i64::try_from(*count).unwrap_or(i64::MAX)),
        Figure::Length(length, _) => Cell::Whole(i64::from(*length)),
        Figure::Share(..) => figure.value().parse().map_or(Cell::Empty, Cell::Decimal),
    }
}
