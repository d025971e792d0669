//! Floor 2: who did or saw what. Append-only; the worker links committed rows into a keyed chain.

pub mod chain;
mod event;
pub mod mark;
mod store;
pub mod tally;

pub use event::{Action, Actor, Event, Subject};
pub use store::record;
