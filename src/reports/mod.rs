//! Floor 3: figures and exports.
//!
//! A report reads the leads of a period as small [`fact::Fact`]s and counts them in one pass; what a figure counts is a test on a
//! fact, and the page behind the figure lists the leads that pass the same test, so that both always agree. `duplicate` and
//! `invalid` leads and suspected spam are counted apart. Who may not see leads gets figures in which fewer than five people never
//! stand alone ([`view`]).
//!
//! Days long gone are kept packed, so that a year is read at once ([`packed`]); what changed since is read from the rows.
//!
//! `csv` and `xlsx` are streaming writers: rows go in, bytes come out in portions, memory stays constant, and the same rows make
//! the same bytes. Both take the same [`cell::Cell`]s, so that what the screen, the CSV and the XLSX say about an instant is one.

pub mod behind;
pub mod case;
pub mod cell;
pub mod census;
pub mod chart;
pub mod csv;
pub mod download_page;
pub mod exports;
pub mod fact;
pub mod figure;
pub mod figures;
pub mod filter;
pub mod gather;
pub mod headline;
pub mod packed;
pub mod period;
pub mod reports_page;
pub mod section;
pub mod sections;
pub mod sheet;
pub mod steps;
pub mod tally;
pub mod view;
pub mod weekly;
pub mod words;
pub mod xlsx;
mod xml;
