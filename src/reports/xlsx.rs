//! XLSX with typed cells, written as a stream: one sheet grows row by row, nothing but a small window is held in memory.
//!
//! Texts are inline strings, so that nothing in them is ever a formula; instants are date-times with a style, in the zone that the
//! header names; numbers are numbers. The same rows make the same bytes: times inside the archive are fixed. A sheet holds at
//! most 1,048,576 rows; what is more goes on in a further one with the same header.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{NaiveDate, NaiveDateTime};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::cell::Cell;
use super::xml::escape;

/// Rows of a sheet, header included, as the format allows.
const SHEET_ROWS: u32 = 1_048_576;
/// Bytes of a sheet before compression; an archive without 64-bit sizes holds 4 GiB.
const SHEET_BYTES: u64 = 3 << 30;
/// Characters of a cell, as the format allows.
const CELL_CHARS: usize = 32_767;
/// Rows are handed to the compressor in portions of this size.
const PORTION: usize = 64 << 10;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// What the archive has written and nobody has taken yet.
#[derive(Debug, Clone, Default)]
struct Ready(Arc<Mutex<Vec<u8>>>);

impl Write for Ready {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes rows; [`XlsxWriter::take`] hands over what is ready, [`XlsxWriter::finish`] ends the file.
pub struct XlsxWriter {
    zip: ZipWriter<StreamWriter<Ready>>,
    ready: Ready,
    title: String,
    headers: Vec<String>,
    sheets: usize,
    row: u32,
    written: u64,
    portion: String,
}

impl std::fmt::Debug for XlsxWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XlsxWriter").field("sheets", &self.sheets).field("row", &self.row).finish_non_exhaustive()
    }
}

impl XlsxWriter {
    /// A file with one sheet named `title` (at most 25 plain characters) and these columns.
    pub fn new(title: &str, headers: &[String]) -> io::Result<Self> {
        let ready = Ready::default();
        let mut writer = Self {
            zip: ZipWriter::new_stream(ready.clone()),
            ready,
            title: title.to_owned(),
            headers: headers.to_vec(),
            sheets: 0,
            row: 0,
            written: 0,
            portion: String::with_capacity(PORTION + 4096),
        };
        writer.begin_sheet()?;
        Ok(writer)
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        if self.row >= SHEET_ROWS || self.written >= SHEET_BYTES {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.row += 1;
        put(&mut self.portion, format_args!("<row r=\"{}\">", self.row));
        for cell in cells {
            write_cell(&mut self.portion, cell);
        }
        self.portion.push_str("</row>");
        if self.portion.len() >= PORTION { self.flush() } else { Ok(()) }
    }

    /// Hands over what is ready.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.ready.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends the file; the last bytes.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        self.end_sheet()?;
        let (sheets, title) = (self.sheets, std::mem::take(&mut self.title));
        for (name, text) in parts(sheets, &title) {
            self.zip.start_file(name, options())?;
            self.zip.write_all(text.as_bytes())?;
        }
        let ready = self.ready.clone();
        self.zip.finish()?;
        Ok(std::mem::take(&mut *ready.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        self.sheets += 1;
        (self.row, self.written) = (0, 0);
        self.zip.start_file(format!("xl/worksheets/sheet{}.xml", self.sheets), options())?;
        let frozen = "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" \
                      state=\"frozen\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\" defaultColWidth=\"18\"/>";
        put(&mut self.portion, format_args!("{XML}<worksheet xmlns=\"{MAIN}\">{frozen}<sheetData>"));
        let headers = self.headers.clone();
        let cells: Vec<Cell<'_>> = headers.iter().map(|header| Cell::text(header.as_str())).collect();
        self.row(&cells)
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        self.portion.push_str("</sheetData></worksheet>");
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.write_all(self.portion.as_bytes())?;
        self.written += self.portion.len() as u64;
        self.portion.clear();
        Ok(())
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

/// Writing into a `String` cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _infallible = out.write_fmt(text);
}

fn write_cell(out: &mut String, cell: &Cell<'_>) {
    match cell {
        Cell::Text(text) => {
            out.push_str("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            escape(out, text, CELL_CHARS);
            out.push_str("</t></is></c>");
        }
        Cell::Whole(number) => put(out, format_args!("<c><v>{number}</v></c>")),
        Cell::Decimal(number) if number.is_finite() => put(out, format_args!("<c><v>{number}</v></c>")),
        Cell::Empty | Cell::Decimal(_) => out.push_str("<c/>"),
        Cell::Time(at) => put(out, format_args!("<c s=\"1\"><v>{:.8}</v></c>", serial(at.naive_local()))),
        Cell::Day(day) => put(out, format_args!("<c s=\"2\"><v>{:.0}</v></c>", serial(day.and_time(chrono::NaiveTime::MIN)))),
    }
}

/// Days since the format's day 0, 1899-12-30.
fn serial(at: NaiveDateTime) -> f64 {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
    let seconds = (at - start).num_seconds();
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1899 fit exactly")]
    let days = seconds as f64 / 86_400.0;
    days
}

/// The small files around the sheets.
fn parts(sheets: usize, title: &str) -> Vec<(&'static str, String)> {
    let mut safe_title = String::new();
    escape(&mut safe_title, title, CELL_CHARS);
    let (mut list, mut links, mut types) = (String::new(), String::new(), String::new());
    for at in 1..=sheets {
        let name = if at == 1 { safe_title.clone() } else { format!("{safe_title} {at}") };
        put(&mut list, format_args!("<sheet name=\"{name}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>"));
        let sheet = format!("worksheets/sheet{at}.xml");
        put(&mut links, format_args!("<Relationship Id=\"rId{at}\" Type=\"{DOCUMENT}/worksheet\" Target=\"{sheet}\"/>"));
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
        put(&mut types, format_args!("<Override PartName=\"/xl/{sheet}\" ContentType=\"{kind}\"/>"));
    }
    let styles = format!("<Relationship Id=\"rId{}\" Type=\"{DOCUMENT}/styles\" Target=\"styles.xml\"/>", sheets + 1);
    let book = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    vec![
        ("xl/workbook.xml", format!("{XML}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets>{list}</sheets></workbook>")),
        (
            "xl/_rels/workbook.xml.rels",
            format!("{XML}<Relationships xmlns=\"{PACKAGE}/relationships\">{links}{styles}</Relationships>"),
        ),
        ("xl/styles.xml", style_sheet()),
        (
            "_rels/.rels",
            format!(
                "{XML}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "[Content_Types].xml",
            format!(
                "{XML}<Types xmlns=\"{PACKAGE}/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{book}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"{book}.styles+xml\"/>{types}</Types>"
            ),
        ),
    ]
}

/// Style 1 is an instant, style 2 a day.
fn style_sheet() -> String {
    format!(
        "{XML}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/>\
         <numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\"/></numFmts>\
         <fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
         <xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let headers = ["reference".to_owned(), "count".to_owned()];
        let mut writer = XlsxWriter::new("Leads", &headers).unwrap();
        let mut bytes = Vec::new();
        for count in 0..5_000 {
            writer.row(&[Cell::text("=1+1 <&> \u{1} _x000D_"), Cell::Whole(count)]).unwrap();
            bytes.extend(writer.take());
        }
        bytes.extend(writer.finish().unwrap());
        bytes
    }

    #[test]
    fn the_same_rows_make_the_same_bytes() {
        assert_eq!(sample(), sample());
    }

    #[test]
    fn texts_stay_texts_whatever_is_in_them() {
        let mut out = String::new();
        write_cell(&mut out, &Cell::text("=1+1 <&> \u{1} _x000D_"));
        assert_eq!(out, "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1 &lt;&amp;&gt; _x0001_ _x005F_x000D_</t></is></c>");
    }

    #[test]
    fn a_serial_is_the_local_time() {
        let at = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
        assert!((serial(at) - 46_082.5).abs() < 1e-9);
    }
}
