//! How the promise to get in touch stands, as two figures for those who watch the machine.

pub mod store;
