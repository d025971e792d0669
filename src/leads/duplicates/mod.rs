//! Leads that may be about one person: suggested with evidence, looked at side by side, merged and taken apart by a person.
//!
//! A merge moves nothing a person wrote: the merged lead keeps its inquiry, its timeline and its page, closes as `duplicate`
//! and names the lead that stays, which shows it. Only open promises move, and come back when the merge is taken back: but
//! for versions, timelines and the audit log every table is then as it was. Software suggests and never merges.

pub mod dismiss;
pub mod duplicates_page;
pub mod evidence;
pub mod merge;
mod store;
pub mod unmerge;
pub mod view;
