//! Colleagues asked to join by mail. An administrator names address, name and roles; the link in the mail works once, for 48
//! hours, and lets its holder choose a password. Sending it again makes an older link useless; it ends when its sender is no longer an
//! administrator. Until somebody joins there is no
//! account, so nobody who was only invited is told of leads or counted as an administrator.

pub mod accept;
pub mod accept_page;
pub mod emails;
pub mod invite;
pub mod invite_page;
pub(super) mod store;

pub use store::Waiting;
