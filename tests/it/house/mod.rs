//! Tests of the house itself.

mod floors;
mod names;
mod release;
mod schema;
mod security;
mod settings;
mod sizes;
pub mod source;
mod texts;
