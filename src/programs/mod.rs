//! Floor 3: what leads are routed to. A program belongs to a location, has a modality and a capacity; telehealth is licensed by
//! state. Closing keeps the row: leads that were routed there still say so.

pub mod capacity;
mod change;
pub mod offering;
mod program;
pub mod program_page;
pub mod programs_page;
pub mod store;
mod typed;

pub use program::{Location, Program};
pub use typed::{LocationErrors, NewLocation, NewProgram, ProgramErrors, RawLocation, RawProgram, parse_location, parse_program};
