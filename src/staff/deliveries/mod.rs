//! Every mail with how it fared: what is stuck, what the mail server answered, another try.

pub mod deliveries_page;
pub mod hold;
pub mod hold_page;
mod line;
pub mod retry;
mod store;
