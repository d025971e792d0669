//! Floor 1: the way to Postgres: pools, migrations, and a private server when none was named.

pub mod durability;
pub mod embedded;
pub mod migrations;
mod pool;
pub mod schema;

pub use pool::{Connection, Pool, Pooled, pool};
