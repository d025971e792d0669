//! Floor 1: the way to Postgres: connections, pools, migrations, and a private server when none was named.

mod address;
pub mod commits;
mod connect;
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
mod order;
mod pool;
pub mod privileges;
pub mod schema;
mod tls;
mod wire;

pub use address::{Address, AddressError, CONNECT_TIMEOUT, Server, set_connect_timeout};
pub use connect::{connect, longest};
pub use listen::{Listener, Lock, listen, lock, try_lock};
pub use pool::{Connection, LendError, Pool, Pooled, is_busy, pool};
pub use tls::check as check_files;
