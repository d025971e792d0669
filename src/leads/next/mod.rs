//! Next: the most urgent lead that nobody holds, claimed and opened in one press.

mod claim_next;
pub mod next_page;
pub mod store;

pub use claim_next::claim_next;
