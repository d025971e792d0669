//! Floor 1: the only module that names lettre. An [`Email`] goes out through a [`Mailer`]; the server's reply becomes a
//! [`Verdict`], of which only the code is kept: a server's words may hold an address.

mod content;
mod email;
mod file;
mod letter;
mod mailer;
mod memory;
mod relay;
mod smtp;
mod verdict;

pub use content::Content;
pub use email::Email;
pub use mailer::{Mailer, MailerError};
pub use memory::Outgoing;
pub use smtp::Deadlines;
pub use verdict::{Reply, Verdict};
