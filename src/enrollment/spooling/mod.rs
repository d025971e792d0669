//! When Postgres is away the form still says yes: the submission goes, sealed, to the local [`Spool`](crate::spool::Spool), is
//! synced to the disk, and gets its receipt. When Postgres is back it is stored under that receipt, the oldest first.
//!
//! Draining again what was drained changes nothing: an inquiry keeps its id, and the digests find what was stored under
//! another. A code that turns out to be the second one of an inquiry stays good (`second_receipts`).

pub mod drain;
mod index;
mod keep;
mod record;
mod store;

pub use index::Kept;
pub use keep::{Keeper, NotKept};
