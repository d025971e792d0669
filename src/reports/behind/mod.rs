//! The leads behind a figure: the same test that counted them lists them, the latest first.

pub mod behind_page;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::filter::ReportFilter;
use super::gather::walk;
use super::section::{Column, Section};
use super::sections;
use super::words::Words;
use crate::config::Config;
use crate::db::Connection;
use crate::programs;
use crate::values::LeadId;

/// Which figure, as its address names it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the parameters")]
pub struct FigureQuery {
    pub figure: String,
    pub row: String,
    pub column: String,
    pub after: String,
}

/// A cell of a report.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its table.
    pub section: &'static Section,
    /// Its column.
    pub column: &'static Column,
    /// Its row.
    pub row: String,
}

impl Place {
    /// The cell a query names, if there is one.
    pub fn read(query: &FigureQuery) -> Option<Self> {
        let section = sections::find(&query.figure)?;
        Some(Self { section, column: section.column(&query.column)?, row: query.row.clone() })
    }
}

/// When the last row of a page was received, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(i64, Uuid);

impl Cursor {
    /// Reads a cursor.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (at, id) = bytes.split_first_chunk::<8>()?;
        Some(Self(i64::from_be_bytes(*at), Uuid::from_slice(id).ok()?))
    }

    /// As it stands in addresses.
    pub fn text(&self) -> String {
        let bytes: Vec<u8> = self.0.to_be_bytes().into_iter().chain(*self.1.as_bytes()).collect();
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// The leads of one page, how many there are in all, and where the next page goes on.
#[derive(Debug, Default)]
pub struct Found {
    /// Ids, the latest first.
    pub ids: Vec<LeadId>,
    /// How many leads stand behind the figure.
    pub total: u64,
    /// Where the next page goes on.
    pub next: Option<Cursor>,
}

/// Lists at most `most` leads behind a figure after a cursor.
pub async fn leads(
    conn: &mut Connection,
    (filter, place): (&ReportFilter, &Place),
    (config, now): (&Config, DateTime<Utc>),
    (after, most): (Option<Cursor>, usize),
) -> diesel::QueryResult<Found> {
    let programs = programs::store::all_programs(conn).await?;
    let (mut found, mut last) = (Found::default(), None);
    walk(conn, (&filter.period, config, now), &mut Words::default(), |case| {
        let fact = case.fact;
        let counted = fact.is_apart() == place.section.apart
            && place.section.row_holds(&place.row, case)
            && place.column.measure.holds(case)
            && filter.keeps(fact, case.words, &programs);
        if !counted {
            return;
        }
        found.total += 1;
        let here = Cursor(fact.received, fact.id);
        if after.is_some_and(|after| here >= after) {
            return;
        }
        if found.ids.len() < most {
            found.ids.push(fact.id.into());
            last = Some(here);
        } else {
            found.next = last;
        }
    })
    .await?;
    Ok(found)
}
