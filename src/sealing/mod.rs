//! Floor 1: the only module that names a cipher. Key files, envelopes, [`Sealed<T>`].
//!
//! Everything a person typed is sealed before it reaches Postgres and bound to its place (table, column, row id).
//! The tier that faces the internet can only seal; see `docs/ARCHITECTURE.md`.

mod keys;
mod place;
mod sealed;

pub use keys::{DigestPurpose, Keys, OpenError, SealError};
pub use place::{Place, SealedContent};
pub use sealed::Sealed;
