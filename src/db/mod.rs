//! Floor 1: the way to Postgres: pools, migrations, and a private server when none was named.

pub mod data_inventory;
pub mod dump;
pub mod durability;
pub mod embedded;
pub mod fence;
pub mod first;
pub mod health;
mod listen;
pub mod migrations;
pub mod newer_schema;
mod pool;
pub mod privileges;
pub mod schema;

pub use fence::connect;
pub use listen::{Lock, listen, try_lock};
pub use pool::{Connection, LendError, Pool, Pooled, is_busy, pool};
