//! Demonstration leads: a believable month of plainly fictional people, in every stage and outcome. The same seed, time and
//! number give the same people; numbers are 555-01xx ones, addresses end in example.org.

mod dice;
mod people;
pub mod plant;
mod store;
mod story;
mod teller;

pub use plant::{Planted, Setting, plant};
