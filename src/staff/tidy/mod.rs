//! What the worker clears away: sessions that ended, links that ran out, old failures.

pub mod store;
