//! The public side through the front door.

mod api;
mod same_submission;
mod submission;
