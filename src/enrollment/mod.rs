//! Floor 3: the public side: the form, the one transaction that stores an inquiry, the receipt.

pub mod acknowledgement;
pub mod api;
pub mod api_document;
mod batch;
pub mod by_phone;
pub mod consent;
pub mod form_page;
pub mod hours;
pub mod inquiry_page;
pub mod prepared;
pub mod receipt;
pub mod receipt_page;
pub mod spooling;
pub mod stop_page;
pub mod store;
pub mod submit;
pub mod take;
