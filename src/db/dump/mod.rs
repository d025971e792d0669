//! Copies of a whole database, made and read by Postgres's own `pg_dump` and `pg_restore`, in one file with a manifest that says
//! what must come out again. No key is in it: a stolen copy names nobody.
//!
//! The file is a ZIP with `database.dump` (custom format), `manifest.json` and its MAC, so that it can be restored without Intake too.

mod manifest;
mod programs;
mod restore;
mod signature;
mod write;

pub use manifest::{Manifest, counts, manifest};
pub use restore::{is_empty, read_manifest, restore};
pub use signature::{Checked, DumpSum, Signature, check as check_signature};
pub use write::write;
