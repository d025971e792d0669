//! What staff is told by mail about leads: a reference without meaning outside Intake, how soon, until when; never who or what.

pub mod emails;
pub mod store;

pub use store::{Facts, facts};
