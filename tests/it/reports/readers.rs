//! Files of ours, opened by programs of others: Python's csv, openpyxl, `LibreOffice`.

use chrono::{DateTime, NaiveDate, Utc};
use intake::reports::cell::{Cell, time_header};
use intake::reports::csv::CsvWriter;
use intake::reports::xlsx::XlsxWriter;

use super::python::{file, script};
use crate::support::process;

/// Texts that have hurt spreadsheets, or been hurt by what was meant to help.
const TEXTS: &[&str] = &[
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "=HYPERLINK(\"http://example.org\",\"x\")",
    "=cmd|' /C calc'!A0",
    "\t=1",
    " =1",
    "\u{200b}=1",
    "\u{ff1d}1",
    "'=1",
    "''+1",
    "+1 831 555 0100",
    "+18315550100",
    "+1 (831) 555-0100 x12",
    "+49.89.1234567",
    "(831) 555-0100",
    "0049 89 1234567",
    "0123",
    "1e5",
    "12345678901234567890",
    "2026-03-08",
    "8 March",
    "1/2",
    "TRUE",
    "-",
    "'Twas",
    "J'Marcus",
    "say \"hi\",\nJune; twice\r\nand \"\"again\"\"",
    "  spaces before and after  ",
    "<b>&amp;</b> ]]>",
    "_x000D_ and _x0041_",
    "José Ñandú \u{1f499} 日本語 \u{202e}txt\u{202c} مرحبا",
    "e\u{301}",
];

fn both() -> (Vec<u8>, Vec<u8>) {
    let zone = chrono_tz::America::Los_Angeles;
    let heads = ["text".to_owned(), "whole".to_owned(), "decimal".to_owned(), time_header("at", zone), "day".to_owned()];
    let (mut csv, mut xlsx) = (CsvWriter::new(&heads), XlsxWriter::new("Leads", &heads).unwrap());
    for (whole, text) in (0_i32..).zip(TEXTS) {
        // Around the hour that comes twice.
        let at: DateTime<Utc> =
            "2026-11-01T08:14:59.6Z".parse::<DateTime<Utc>>().unwrap() + chrono::Duration::minutes(7 * i64::from(whole));
        let day = NaiveDate::from_ymd_opt(1957, 2, 28).unwrap() + chrono::Duration::days(i64::from(whole));
        let cells = [
            Cell::text(*text),
            Cell::Whole(i64::from(whole) * 1_000_003),
            Cell::Decimal(f64::from(whole) / 7.0),
            if whole % 5 == 0 { Cell::Empty } else { Cell::time(at, zone) },
            Cell::Day(day),
        ];
        csv.row(&cells);
        xlsx.row(&cells).unwrap();
    }
    let mut bytes = xlsx.take();
    bytes.extend(xlsx.finish().unwrap());
    (csv.take(), bytes)
}

#[test]
fn f27_f20_python_and_libreoffice_read_the_same_cells_from_csv_and_xlsx() {
    let folder = process::folder("readers");
    let (csv, xlsx) = both();
    let (csv, xlsx) = (file(&folder, "hard.csv", &csv), file(&folder, "hard.xlsx", &xlsx));
    let said = script("same_cells.py", &[&csv, &xlsx]).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(said.trim(), format!("the same: {} rows, 5 columns", TEXTS.len()));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn one_cell_that_differs_is_found() {
    let folder = process::folder("readers-differ");
    let (csv, xlsx) = both();
    let other = String::from_utf8(csv.clone()).unwrap().replace("J'Marcus", "J'Markus");
    let (other, xlsx) = (file(&folder, "other.csv", other.as_bytes()), file(&folder, "hard.xlsx", &xlsx));
    let why = script("same_cells.py", &[&other, &xlsx, "--without-libreoffice"]).unwrap_err();
    assert!(why.starts_with("csv and openpyxl: row 29, text"), "{why}");
    assert!(!why.contains("Mar"), "what a cell holds is not told: {why}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn f27_a_formula_that_was_let_through_is_found() {
    let folder = process::folder("readers-formula");
    let heads = ["text".to_owned()];
    let mut xlsx = XlsxWriter::new("Leads", &heads).unwrap();
    xlsx.row(&[Cell::text("=1+1")]).unwrap();
    let mut bytes = xlsx.take();
    bytes.extend(xlsx.finish().unwrap());
    let careless = "\u{feff}\"text\"\r\n\"=1+1\"\r\n";
    let (csv, xlsx) = (file(&folder, "careless.csv", careless.as_bytes()), file(&folder, "safe.xlsx", &bytes));
    let why = script("same_cells.py", &[&csv, &xlsx]).unwrap_err();
    assert!(why.contains("LibreOffice: row 2, text") || why.contains("a formula in row 2"), "{why}");
    std::fs::remove_dir_all(folder).unwrap();
}
