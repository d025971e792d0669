//! Exports, through the page and the command, read by programs that are not ours.

mod command;
mod cut;
mod files;
mod limits;
mod page;
mod readers;

use crate::support::{Client, Page};

/// Asks for an export and fetches its file.
pub async fn export(client: &Client, fields: &[(&str, &str)]) -> Page {
    let asked = client.post("/staff/exports", fields).await.assert_status(303);
    client.get(asked.location()).await.assert_status(200)
}

/// The rows of a CSV file, head first.
pub fn rows(file: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A form for an export of everything.
pub fn asking<'a>(format: &'a str, columns: &'a str) -> [(&'a str, &'a str); 3] {
    [("format", format), ("columns", columns), ("purpose", "The yearly count for the board")]
}
