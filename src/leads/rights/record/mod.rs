//! "Everything we hold on this person" as one JSON file, written section by section: no more than one section is in memory.

mod open;
pub mod record_page;
mod store;

pub use open::{Section, section};
