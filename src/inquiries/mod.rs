//! Floor 3: immutable submissions. Raw strings come in through the form, are parsed into a [`NewInquiry`] with all field
//! errors at once, and are never edited afterwards.

pub mod inquiry;

pub use inquiry::{Answers, Contact, Message};
