//! CSV that opens clean: RFC 4180, UTF-8 with a byte order mark, CRLF, every text in quotes, numbers bare, times RFC 3339.
//!
//! **What a spreadsheet would run is made harmless.** A text whose first visible character is `=`, `+`, `-`, `@` (or a full-width
//! form of one), or that begins with a tab or a carriage return, gets one apostrophe in front. Two exceptions keep people's data
//! as they typed it: a text that as a whole is a phone number (`+1 831 555 0100`, `+49 (89) 123-45 x6`) and a lone dash stay as
//! they are; neither can be run. A text that already has such an apostrophe gets one more, so that [`typed`] gives back every
//! text exactly. Phones in international form stand in quotes; spreadsheets that read a quoted field as text (`LibreOffice`: "Format
//! quoted field as text") show them unharmed, and in XLSX every text is a text without any setting.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::cell::Cell;

/// The byte order mark that tells spreadsheets it is UTF-8.
const MARK: &str = "\u{feff}";
/// Fewest digits of a phone number.
const FEWEST_DIGITS: usize = 7;
/// Most digits of a phone number, extension included.
const MOST_DIGITS: usize = 20;

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

/// A text as it may stand in a cell.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if runs(text.trim_start_matches('\'')) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`harmless`] was given.
pub fn typed(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| runs(rest.trim_start_matches('\''))).unwrap_or(cell)
}

/// Whether a spreadsheet could take the text for a formula.
fn runs(text: &str) -> bool {
    if text.starts_with(['\t', '\r']) {
        return true;
    }
    let seen = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    let risky = seen.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{2212}']);
    risky && !(is_phone(text) || text == "-")
}

/// Marks that take no room: joiners, marks of direction, the byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// `+`, then what phone numbers are made of, perhaps with an extension; nothing else.
fn is_phone(text: &str) -> bool {
    let Some(number) = text.strip_prefix('+') else { return false };
    let lower = number.trim_end().to_ascii_lowercase();
    let (number, extension) = ["ext.", "ext", "x", "#"].iter().find_map(|mark| lower.split_once(mark)).unwrap_or((&lower, ""));
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    number.starts_with(|c: char| c.is_ascii_digit() || c == '(' || c == ' ')
        && number.chars().all(|c| c.is_ascii_digit() || " ()-./\u{a0}".contains(c))
        && extension.chars().all(|c| c.is_ascii_digit() || c == ' ')
        && (FEWEST_DIGITS..=MOST_DIGITS).contains(&digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
