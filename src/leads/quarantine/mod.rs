//! Where suspected spam waits for a person. Nothing here was refused or deleted; one click releases it, and then everybody is
//! told as of a new inquiry; one click closes it as spam. A flood folds into one row, which is closed as one; whatever else waits is closed
//! by reason and age, after a page that says how many. What no one looks at ends by schedule (`retention.quarantined_days`).

pub mod batch;
pub mod closing_page;
pub mod fold;
mod folding;
pub mod quarantine_page;
pub mod release;
pub mod spam;
mod store;
