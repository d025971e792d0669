//! `Private<T>`: a person's data wears a type that cannot print itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Wraps anything that could identify a person. `Debug` shows `[private]`; there is no `Display`.
/// Reading it is a visible act: [`Private::reveal`].
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for sealing, sending or showing to somebody who may see it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}
