//! The report, through its pages, beside figures counted from the rows by other means.

use crate::support::Page;

mod behind;
mod figures;
mod files;
mod held_back;
mod packed;
pub mod python;
mod readers;
mod recomputed;
mod rows;
mod weekly;

/// The value of a figure; empty if it is held back or there is none.
pub fn value(page: &Page, name: &str) -> String {
    let (_, rest) =
        page.body.split_once(&format!("data-figure=\"{name}\" data-value=\"")).unwrap_or_else(|| panic!("no figure {name}"));
    rest.split_once('"').unwrap().0.to_owned()
}

/// Every figure of a page with where its leads are listed.
pub fn links(page: &Page) -> Vec<(String, String, String)> {
    let parts = page.body.split("<a href=\"/staff/reports/leads?").skip(1);
    let link = |part: &str| {
        let (href, rest) = part.split_once('"')?;
        let name = rest.split_once("data-figure=\"")?.1.split_once('"')?.0;
        let value = rest.split_once("data-value=\"")?.1.split_once('"')?.0;
        Some((
            name.to_owned(),
            value.to_owned(),
            format!("/staff/reports/leads?{}", href.replace("&amp;", "&").replace("&#38;", "&")),
        ))
    };
    parts.filter_map(link).collect()
}
