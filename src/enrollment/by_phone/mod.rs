//! Adding a lead while the person is on the phone: the same answers as the form, kept at every change as a sealed draft that
//! its writer finds again after an idle log-off, and stored the same way as what comes from the web.

pub mod add;
pub mod by_phone_page;
pub mod draft;
mod log_off_page;
pub mod store;
