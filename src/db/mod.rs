//! Floor 1: the way to Postgres: pools, migrations, and a private server when none was named.

mod pool;
pub mod schema;

pub use pool::{Connection, Pool, Pooled, pool};
