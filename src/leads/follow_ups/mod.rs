//! Promises to get in touch again, as rows.

pub mod store;
