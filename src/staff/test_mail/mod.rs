//! A mail to oneself that shows whether mail arrives at all. It goes the way of every other mail.

pub mod emails;
pub mod send;
pub mod test_mail_page;
