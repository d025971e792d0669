//! End of shift: everything one holds goes back to the queue at its age, with a word for whoever comes next.

mod end;
pub mod shift_page;
pub mod store;

pub use end::end_shift;
