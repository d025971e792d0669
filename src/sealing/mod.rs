//! Floor 1: the only module that names a cipher. Key files, envelopes, [`Sealed<T>`].
//!
//! Everything a person typed is sealed before it reaches Postgres and bound to its place (table, column, row id).
//! The tier that faces the internet can only seal; see `docs/ARCHITECTURE.md`.

mod aes;
pub mod check;
mod counts;
mod digests;
mod envelope;
mod files;
mod fingerprint;
mod held;
mod keys;
mod material;
mod place;
mod ring;
pub mod rotation;
mod sealed;
mod sending;
mod spooled;
mod store;
mod wrap;

pub use files::{KeyFileError, KeyRole};
pub use keys::{DigestPurpose, Keys, OpenError, SealError};
pub use place::{Place, SealedContent};
pub use sealed::Sealed;
