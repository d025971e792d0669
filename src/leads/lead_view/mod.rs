//! One lead as its page shows it: read with a fixed number of statements, opened, worded.

pub mod differences;
pub mod draft;
pub mod flags;
pub mod line;
mod places;
pub mod store;
pub mod view;

pub use draft::Draft;
pub use view::LeadView;
