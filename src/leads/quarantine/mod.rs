//! Where suspected spam waits for a person. Nothing here was refused or deleted; one click releases it, and then everybody is
//! told as of a new inquiry; one click closes it as spam. A flood folds into one row, which is closed as one.

pub mod fold;
mod folding;
pub mod quarantine_page;
pub mod release;
pub mod spam;
mod store;
