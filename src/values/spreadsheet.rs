//! Text in files that spreadsheets open: what one would run as a formula is made harmless. Every CSV file uses it.
//!
//! A text whose first visible character is `=`, `+`, `-`, `@` (or a full-width form of one), or that begins with a tab or a
//! carriage return, gets one apostrophe in front. Two exceptions keep people's data
//! as they typed it: a text that as a whole is a phone number (`+1 831 555 0100`, `+49 (89) 123-45 x6`) and a lone dash stay as
//! they are; neither can be run. A text that already has such an apostrophe gets one more, so that [`typed`] gives back every
//! text exactly. Phones in international form stand in quotes; spreadsheets that read a quoted field as text (`LibreOffice`: "Format
//! quoted field as text") show them unharmed, and in XLSX every text is a text without any setting.

use std::borrow::Cow;

/// Fewest digits of a phone number.
const FEWEST_DIGITS: usize = 7;
/// Most digits of a phone number, extension included.
const MOST_DIGITS: usize = 20;

/// A text as it may stand in a cell.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if runs(text.trim_start_matches('\'')) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`harmless`] was given.
pub fn typed(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| runs(rest.trim_start_matches('\''))).unwrap_or(cell)
}

/// Whether a spreadsheet could take the text for a formula.
pub fn runs(text: &str) -> bool {
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
