//! The queue, its search, the quarantine and the follow-ups, through the pages.

mod list;
mod quarantine;
mod quarantine_closing;
mod search;
pub mod seeded;
mod urgent;

/// References in the order of the page, each once.
pub fn references(body: &str) -> Vec<String> {
    let rows = body.split("<tr class=\"lead\" role=\"row\" data-reference=\"").skip(1);
    rows.filter_map(|row| row.split_once('"')).map(|(reference, _)| reference.to_owned()).collect()
}

/// The address of the next page, if there is one.
pub fn next(body: &str) -> Option<String> {
    let (before, _) = body.split_once("\">Next page</a>")?;
    let (_, href) = before.rsplit_once("href=\"")?;
    Some(href.replace("&amp;", "&").replace("&#38;", "&"))
}
