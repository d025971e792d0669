//! Floor 3: what leads are routed to. A program belongs to a location, has a modality and a capacity; telehealth is licensed by
//! state. Closing keeps the row: leads that were routed there still say so.

mod change;
mod program;
pub mod programs_page;
pub mod store;

pub use program::{
    Location, LocationErrors, NewLocation, NewProgram, Program, ProgramErrors, RawLocation, RawProgram, parse_location,
    parse_program,
};
