//! Pausing: a lead that waits for a day both sides agreed on leaves the queue, and comes back by itself when the day has come.

mod pause;
mod resume;
pub mod store;

pub use pause::{end_pause, pause};
pub use resume::resume_due;
