//! What a person may ask for about their own record, and how long anything is kept.

pub mod erasure;
mod retention;
mod stopping;
