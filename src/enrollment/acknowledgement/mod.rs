//! The neutral acknowledgement to an inquirer who ticked it. A shared mailbox must not betray anyone: it names no center, no
//! person and no program, and an address gets one a day.

pub mod emails;
pub mod store;

pub use store::{Acknowledged, inquiry};
