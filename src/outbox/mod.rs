//! Floor 2: the transactional outbox. Messages hold ids only; they are enqueued in the writer's transaction, claimed under a
//! lease by the worker, settled by the mail server's verdict, and never deleted on failure.

mod backoff;
mod claim;
mod collapse;
pub mod hold;
mod letters;
mod message;
mod recipients;
pub mod store;
mod watch;

pub use backoff::{LONGEST_PAUSE, NextTry, next_try};
pub use claim::{claim, claim_waiting_for};
pub use collapse::{Gathering, gathering};
pub use letters::store::{drop_invitations, drop_password_links, enqueue_invitation, enqueue_letter};
pub use message::{ClaimToken, Message, MessageKind, MessageState, Pressure, Recipient, Settlement, Trouble};
pub use recipients::{address_of, configured_digests};
pub use store::{enqueue_acknowledgement, enqueue_escalation, enqueue_new_inquiry};
pub use watch::store::{count_by_state, oldest_seconds, pressure, trouble, waited};
