//! Which claims have lapsed.

pub(super) mod store;
