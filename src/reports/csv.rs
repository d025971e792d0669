//! CSV that opens clean: RFC 4180, UTF-8 with a byte order mark, CRLF, every text in quotes, numbers bare, times RFC 3339.
//! What a spreadsheet would run is made harmless ([`crate::values::spreadsheet`]).

use std::fmt::Write as _;

use super::cell::Cell;
use crate::values::spreadsheet::harmless;

/// The byte order mark that tells spreadsheets it is UTF-8.
const MARK: &str = "\u{feff}";

/// Writes rows; [`CsvWriter::take`] hands over what is ready.
#[derive(Debug)]
pub struct CsvWriter {
    ready: String,
}

impl CsvWriter {
    /// A file with these columns.
    pub fn new(headers: &[String]) -> Self {
        let mut writer = Self { ready: MARK.to_owned() };
        let cells: Vec<Cell<'_>> = headers.iter().map(|header| Cell::text(header.as_str())).collect();
        writer.row(&cells);
        writer
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.ready.push(',');
            }
            self.cell(cell);
        }
        self.ready.push_str("\r\n");
    }

    /// How many bytes are ready.
    pub const fn ready(&self) -> usize {
        self.ready.len()
    }

    /// Hands over what is ready.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.ready).into_bytes()
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        // Writing into a `String` cannot fail.
        let _infallible = match cell {
            Cell::Empty => Ok(()),
            Cell::Text(text) => {
                self.quoted(&harmless(text));
                Ok(())
            }
            Cell::Whole(number) => write!(self.ready, "{number}"),
            Cell::Decimal(number) => write!(self.ready, "{number}"),
            Cell::Time(at) => write!(self.ready, "{}", at.format("%Y-%m-%dT%H:%M:%S%:z")),
            Cell::Day(day) => write!(self.ready, "{day}"),
        };
    }

    fn quoted(&mut self, text: &str) {
        self.ready.push('"');
        for (at, part) in text.split('"').enumerate() {
            if at > 0 {
                self.ready.push_str("\"\"");
            }
            self.ready.push_str(part);
        }
        self.ready.push('"');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::spreadsheet::{runs, typed};

    #[test]
    fn f27_formulas_are_made_harmless_and_phones_are_not_harmed() {
        for formula in
            ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "\u{200b}=1", "+1|cmd", "'=1", "+5550100*2-SUM(A1)"]
        {
            assert_eq!(harmless(formula), format!("'{formula}"));
            assert_eq!(typed(&harmless(formula)), formula);
        }
        for kept in
            ["+1 831 555 0100", "+18315550100", "+1 (831) 555-0100 x12", "+49.89.1234567", "J'Marcus", "'Twas", "-", "a=b", ""]
        {
            assert_eq!(harmless(kept), kept);
        }
    }

    #[test]
    fn a_row_is_quoted_as_rfc_4180_says() {
        let mut writer = CsvWriter::new(&["a".to_owned(), "b".to_owned(), "c".to_owned()]);
        writer.row(&[Cell::text("say \"hi\",\nJune"), Cell::Whole(-3), Cell::Empty]);
        let text = String::from_utf8(writer.take()).unwrap();
        assert_eq!(text, "\u{feff}\"a\",\"b\",\"c\"\r\n\"say \"\"hi\"\",\nJune\",-3,\r\n");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_exactly(text in any::<String>()) {
            let mut writer = CsvWriter::new(&[]);
            writer.take();
            writer.row(&[Cell::text(text.as_str()), Cell::Whole(1)]);
            let bytes = writer.take();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(typed(&record[0]), &text);
            prop_assert!(!runs(&record[0]));
        }
    }
}
