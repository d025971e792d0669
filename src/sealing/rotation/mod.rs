//! Rotation: a new record key writes from now on, and every envelope is brought under it, in batches, while Intake runs.
//!
//! A running process that meets an envelope under a key it does not know reads its private key file again. A rotation that was
//! cut off goes on where it stood: only envelopes that are not under the first key are touched.

mod removal;
mod reseal;
mod store;
mod trying;

pub use removal::{Removal, allow_removal};
pub use reseal::{Batch, count_by_key, reseal_batch};
pub use trying::{Tried, try_batch};
