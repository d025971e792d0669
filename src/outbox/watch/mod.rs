//! The outbox as a whole: is anything stuck, is anybody flooded?

pub(super) mod store;
