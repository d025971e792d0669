//! What a person may ask for about their own record, and how long anything is kept.

mod erasure;
mod retention;
mod stopping;
