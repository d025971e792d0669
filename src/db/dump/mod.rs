//! Copies of a whole database, made and read by Postgres's own `pg_dump` and `pg_restore`, in one file with a manifest that says
//! what must come out again. No key is in it: a stolen copy names nobody.
//!
//! The file is a ZIP with `manifest.json` and `database.dump` (custom format), so that it can be restored without Intake too.

mod manifest;
mod programs;
mod restore;
mod write;

pub use manifest::{Manifest, counts, manifest};
pub use restore::{is_empty, read_manifest, restore};
pub use write::write;
