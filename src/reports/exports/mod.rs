//! Exports: one row per lead as CSV or XLSX, streamed. Who took what, when and why stays in a list; what names people needs its
//! own permission and a fresh sign-in.
//!
//! The rows are read in portions inside one snapshot and made into bytes beside the web threads; memory stays constant, and the
//! same filter as of the same instant makes the same bytes as long as no lead of it changed. One export runs at a time.

pub mod columns;
pub mod exports_page;
pub mod file_page;
pub mod filter;
pub mod produce;
pub mod store;

use serde::{Deserialize, Serialize};

use crate::sealing::{Place, SealedContent};
use crate::values::FreeText;

crate::coded_choice! {
    /// The kind of file.
    ExportFormat { Csv = "csv", Xlsx = "xlsx" }
}

crate::coded_choice! {
    /// Which columns.
    ColumnSet {
        /// Codes, times and counts.
        Deidentified = "deidentified",
        /// The same, with name, phone, e-mail address and message.
        Identified = "identified",
    }
}

crate::coded_choice! {
    /// How far an export is.
    ExportState {
        /// Asked for; its file was not fetched yet.
        Asked = "asked",
        /// Being written.
        Running = "running",
        /// Written whole.
        Finished = "finished",
        /// Ended before its end: the file that came out is not whole.
        BrokenOff = "broken_off",
    }
}

/// Why somebody takes the data out. Sealed in `exports.purpose`, bound to the export's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Purpose(pub FreeText);

impl SealedContent for Purpose {
    const PLACE: Place = Place::EXPORT_PURPOSE;
}

/// Most characters of a purpose.
const PURPOSE_MOST: usize = 500;
/// Most exports one person asks for within an hour.
pub const MOST_PER_HOUR: i64 = 30;

impl Purpose {
    /// Reads a purpose; `None` if it is blank or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let short = Some(text.trim()).filter(|text| !text.is_empty() && text.chars().count() <= PURPOSE_MOST);
        short.and_then(|text| FreeText::parse(text).ok()).map(Self)
    }
}
