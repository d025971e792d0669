//! Tests of the house itself.

mod floors;
mod names;
mod schema;
mod settings;
mod sizes;
mod source;
mod texts;
