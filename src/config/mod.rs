//! Floor 1: what the center decided. One closed struct per concern; `load()` reads files and environment, `refuse()` says
//! what production does not start with. Every key is documented in `config/default.toml`.

mod sections;

pub use sections::*;
