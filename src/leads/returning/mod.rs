//! A person who wrote before writes again. Nothing is refused and nothing is merged: the new inquiry keeps its own lead, which
//! is due within five minutes, and who holds the earlier lead is told.

pub mod notice;
mod store;
