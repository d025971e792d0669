//! Where suspected spam waits for a person. Nothing here was refused or deleted; one click releases it, and then everybody is
//! told as of a new inquiry.

pub mod quarantine_page;
pub mod release;
mod store;
