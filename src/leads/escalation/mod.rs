//! The escalation ladder: when a promise to get in touch is about to break, and when it broke, the next person is told by mail.
//!
//! Coordinators who subscribed (or the holder) shortly before, managers when the time has passed, the configured addresses when
//! still nobody tried. Each rung once for each lead and promise, however many workers climb.

mod climb;
mod ladder;
pub mod store;

pub use climb::climb;
pub use ladder::{Rung, promise, rungs};
