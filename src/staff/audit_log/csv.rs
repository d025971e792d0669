//! The audit log as a file, a page at a time, so that its length does not matter.

use chrono::SecondsFormat;
use chrono_tz::Tz;
use csv::WriterBuilder;

use super::line::{actor, record};
use super::store::{EventRow, Names};
use crate::values::spreadsheet::harmless;

const HEADER: [&str; 9] = ["id", "at", "actor", "who", "action", "record_kind", "record", "details", "request_id"];

/// The first bytes: what spreadsheets tell UTF-8 by, and the header.
pub(super) fn head() -> anyhow::Result<Vec<u8>> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(lines(std::iter::once(HEADER.map(str::to_owned)))?);
    Ok(bytes)
}

/// Lines of a page.
pub(super) fn rows(rows: &[EventRow], names: &Names, zone: Tz) -> anyhow::Result<Vec<u8>> {
    lines(rows.iter().map(|row| {
        [
            row.id.to_string(),
            row.at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Millis, false),
            row.actor.clone(),
            actor(row, names),
            row.action.clone(),
            row.subject_kind.clone().unwrap_or_default(),
            record(row, names),
            row.details.to_string(),
            row.request_id.clone().unwrap_or_default(),
        ]
    }))
}

fn lines(rows: impl Iterator<Item = [String; 9]>) -> anyhow::Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|text| harmless(text).into_owned()))?;
    }
    writer.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))
}
