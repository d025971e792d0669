//! Floor 3: immutable submissions. Raw strings come in through the form, are parsed into a [`NewInquiry`] with all field
//! errors at once, and are never edited afterwards.

pub mod adoption;
pub mod form;
pub mod inquiry;
pub mod store;
pub mod trap;

pub use form::{FieldErrors, InquiryForm};
pub use inquiry::{Answers, Campaign, Contact, Message, NewInquiry};
