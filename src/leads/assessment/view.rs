//! The checklist as the lead's page shows it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::store::ItemRow;
use super::{Item, Status};
use crate::leads::clocks;
use crate::sealing::{Keys, OpenError};

/// One item, opened.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names are the parts")]
pub struct ItemView {
    pub item: Item,
    pub status: Option<Status>,
    pub tone: &'static str,
    pub symbol: &'static str,
    pub words: String,
    /// When it was last touched; empty while it was not.
    pub at: String,
    /// What was typed with it.
    pub note: String,
}

impl ItemView {
    /// States of the benefits check that may follow.
    pub const fn benefits_next(&self) -> &'static [Status] {
        Status::benefits_after(self.status)
    }
}

/// The three items in order; those that were not begun stand there too.
pub fn checklist(keys: &Keys, rows: &[ItemRow], now: DateTime<Utc>, zone: Tz) -> Result<Vec<ItemView>, OpenError> {
    let today = now.with_timezone(&zone).date_naive();
    Item::ALL.iter().map(|item| one(keys, *item, rows.iter().find(|row| row.item == *item), (now, today), zone)).collect()
}

fn one(
    keys: &Keys,
    item: Item,
    row: Option<&ItemRow>,
    (now, today): (DateTime<Utc>, NaiveDate),
    zone: Tz,
) -> Result<ItemView, OpenError> {
    let Some(row) = row else {
        let words = "Not begun".to_owned();
        return Ok(ItemView { item, status: None, tone: "quiet", symbol: "st-new", words, at: String::new(), note: String::new() });
    };
    let expired = row.valid_until.is_some_and(|day| day < today);
    let (tone, symbol) = match row.status {
        Status::Verified if expired => ("warn", "hourglass"),
        Status::Done | Status::Verified | Status::Accepted => ("good", "check"),
        Status::Skipped | Status::Unable => ("quiet", "close"),
        Status::Declined | Status::NotActive | Status::OutOfNetwork => ("bad", "close"),
        Status::Begun | Status::Requested | Status::InProgress => ("info", "hourglass"),
    };
    let note = keys.open(row.id.uuid(), &row.details)?.note.reveal().to_owned();
    Ok(ItemView {
        item,
        status: Some(row.status),
        tone,
        symbol,
        words: words(row, expired),
        at: clocks::past(row.updated_at, now, zone),
        note,
    })
}

fn words(row: &ItemRow, expired: bool) -> String {
    let label = row.status.label();
    match (row.status, row.valid_until, row.reason) {
        (Status::Verified, Some(day), _) if expired => format!("Verified, but only until {day}: check again"),
        (Status::Verified, Some(day), _) => format!("Verified until {day}"),
        (Status::Declined, _, Some(reason)) => format!("Declined: {}", reason.label().to_lowercase()),
        (Status::Begun | Status::Done, ..) => format!("{label}, {} of {} answered", row.answered, row.asked),
        _ => label.to_owned(),
    }
}
