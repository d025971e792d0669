//! Promises to get in touch again, over all leads: what is due first, and a way to say it is done.

pub mod follow_ups_page;
mod store;
