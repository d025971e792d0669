//! Floor 0: what a thing *is*. Typed ids, parsed text, coded answers; no I/O, no actix, no async, no clock.
//!
//! A value that exists has been checked: after the door no bare `String` means anything.

mod choices;
mod codes;
mod host;
mod ids;
mod network;
mod private;
mod reach;
mod red_flag;
pub mod spreadsheet;
mod tally;
mod text;
mod texts;
mod us_state;

pub use choices::*;
pub use codes::{ReceiptCode, Reference};
pub use host::is_private_host;
pub use ids::*;
pub use network::Network;
pub use private::Private;
pub use reach::{EmailAddress, PhoneNumber};
pub use red_flag::RedFlag;
pub use tally::Tally;
pub use text::{FreeText, PersonName, ValueError, clean, is_longer, listed};
pub use texts::Texts;
pub use us_state::{US_STATES, us_state};
