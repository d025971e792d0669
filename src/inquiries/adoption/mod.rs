//! Adoption: what the public role sealed under a sending key, the worker opens and seals under the record key, so that lists,
//! search and exports read it without HPKE.

mod adopt;
mod store;

pub use adopt::{Adopted, adopt_batch};
pub use store::count_waiting;
