//! The queue: open leads in the order they are due, people nobody has spoken with first.
//!
//! A list costs a fixed number of statements however many rows it shows, and leaves one audit event that names them. Cursors are
//! opaque; a claim whose lease lapsed counts as none.

mod counting;
mod filter;
pub mod frame;
mod happened;
pub mod queue_page;
pub mod row;
mod section;
pub mod store;

pub use counting::QueueCounts;
pub use filter::{Cursor, QueueFilter, QueueQuery, View};
pub use frame::{list_shell, rail};
pub use row::{Reader, RowView};
pub use section::Section;
