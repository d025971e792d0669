//! How long records are kept, and what erases them when their time is over.
//!
//! Leads count from the day they closed, one in quarantine from the day it was received; any other open one and one on legal hold are
//! never touched. What is due is erased in small portions. Nothing is erased while the clocks disagree, nor when so much is due at once
//! that a mistake is likelier.

pub mod class;
mod clocks;
pub mod plan;
pub mod retention_page;
pub mod store;
mod sweep;

pub use class::Class;
pub use sweep::{Swept, run, sweep};
