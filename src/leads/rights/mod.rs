//! What may be done about one person's record: a legal hold, erasure on request, and everything we hold as one file.

mod erase_asked;
pub mod erasure_page;
mod export;
mod hold;
pub mod record;
pub mod rights_page;
pub mod store;
mod tombstone_page;

pub(super) use tombstone_page::tombstone;
