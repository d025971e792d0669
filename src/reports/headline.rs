//! The four figures on top, each beside the days before.

use super::figure::{Figure, is_few, percent};
use super::filter::ReportFilter;
use super::gather::Report;
use super::section::Unit;
use super::tally::{Slot, Tally};
use super::view::{self, Table};

/// A share of fewer than these says nothing: three after one are no growth of 200 percent.
const ENOUGH: u64 = 20;

/// A figure on top.
#[derive(Debug, Clone)]
pub struct Headline {
    /// Its name in `data-figure`.
    pub name: &'static str,
    /// Its words.
    pub label: &'static str,
    /// The figure.
    pub figure: Figure,
    /// Beside the days before.
    pub compared: String,
    /// Where its leads are listed.
    pub href: Option<String>,
}

/// Name, words, and the cell: section, row, column.
const TOP: [(&str, &str, &str, &str, &str); 4] = [
    ("inquiries", "Inquiries", "funnel", "inquiries", "people"),
    ("median_contact", "Median first contact", "contact", "all", "median"),
    ("within_15", "Spoken with within 15 min", "contact", "all", "within_15"),
    ("admitted", "Admitted", "funnel", "admitted", "people"),
];

/// The figures on top.
pub fn headlines(tables: &[Table], report: &Report, filter: &ReportFilter, sees_leads: bool) -> Vec<Headline> {
    let headline = |(name, label, section, row, column): (&'static str, &'static str, &str, &str, &str)| {
        let figure = view::find(tables, section, row, column).copied().unwrap_or(Figure::Nothing);
        let before = before(&report.before, name, sees_leads);
        let link = format!("/staff/reports/leads?{}&figure={section}&row={row}&column={column}", filter.query());
        Headline {
            name,
            label,
            figure,
            compared: compared(figure, before),
            href: (sees_leads && figure.has_leads()).then_some(link),
        }
    };
    TOP.into_iter().map(headline).collect()
}

fn before(tally: &Tally, name: &str, sees_leads: bool) -> Figure {
    let count = |row| tally.of("funnel").map_or(0, |cells| cells.count(row, 0));
    let slot = |column| tally.of("contact").and_then(|cells| cells.slot(0, column));
    let figure = match name {
        "inquiries" => Figure::Count(count(0)),
        "admitted" => Figure::Count(count(4)),
        "median_contact" => {
            slot(1).and_then(|slot| slot.percentile(50)).map_or(Figure::Nothing, |s| Figure::Length(s, Unit::Seconds))
        }
        _ => match slot(4) {
            Some(Slot::Share(part, whole)) => Figure::Share(*part, *whole),
            Some(Slot::Count(_) | Slot::Values(_)) | None => Figure::Nothing,
        },
    };
    let few = match figure {
        Figure::Count(count) => is_few(count),
        Figure::Share(part, whole) => is_few(part) || is_few(whole - part),
        Figure::Length(..) => count(1) < super::figure::FEWEST,
        Figure::Nothing | Figure::Few => false,
    };
    if few && !sees_leads { Figure::Few } else { figure }
}

fn compared(now: Figure, before: Figure) -> String {
    match (now, before) {
        (Figure::Count(_), Figure::Count(0)) => "none in the days before".to_owned(),
        (Figure::Count(_), Figure::Count(before)) if before < ENOUGH => format!("{before} in the days before"),
        (Figure::Count(now), Figure::Count(before)) if now >= before => {
            format!("+{}% from {}", percent(now - before, before), Figure::Count(before).words())
        }
        (Figure::Count(now), Figure::Count(before)) => {
            format!("−{}% from {}", percent(before - now, before), Figure::Count(before).words())
        }
        (_, Figure::Nothing | Figure::Share(_, 0)) => "nothing to compare with".to_owned(),
        (_, before) => format!("{} in the days before", before.words()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_against_almost_nothing_is_told_without_percent() {
        let beside = |now, before| compared(Figure::Count(now), Figure::Count(before));
        assert_eq!(beside(212, 0), "none in the days before");
        assert_eq!(beside(212, 3), "3 in the days before");
        assert_eq!(beside(0, 19), "19 in the days before");
        assert_eq!(beside(30, 20), "+50% from 20");
        assert_eq!(beside(10, 20), "−50% from 20");
        assert_eq!(beside(212, 3_000), "−93% from 3,000");
        assert_eq!(compared(Figure::Count(212), Figure::Few), "< 5 in the days before");
    }
}
