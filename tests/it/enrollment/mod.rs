//! The public side through the front door.

mod api;
mod by_phone;
mod naughty;
mod same_submission;
mod submission;
mod too_long;
