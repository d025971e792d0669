//! The chain over the audit log: `hash = H(previous hash, canonical row)`, keyed by a key that only the private ring holds.
//!
//! The worker links rows after they were committed: linking in the writer's transaction would make writers wait for each
//! other, and the public role holds no such key. So there is a short tail that is not linked yet; `verify` reports it. A chain
//! alone cannot see that its end was cut off, so signed checkpoints go to a file and to the log.

mod anchor;
pub mod checkpoints;
mod link;
mod row;
mod store;
mod verify;

pub use anchor::{Anchor, AnchorError};
pub use link::{Linked, Linker};
pub use row::{ChainHash, EventRow};
pub use store::{estimate_unlinked, head};
pub use verify::{Broken, Flaw, Report, verify};

/// A stored hash as one.
fn as_hash(bytes: &[u8]) -> anyhow::Result<ChainHash> {
    bytes.try_into().map_err(|_length| anyhow::anyhow!("the head of the audit chain is not a hash; run `intake audit verify`"))
}
