//! Floor 1: the only module that names lettre. An [`Email`] goes out through a [`Mailer`]; the server's reply becomes a verdict.

/// One mail, ready to send. Holds no personal data beyond the address it goes to.
#[derive(Debug, Clone)]
pub struct Email {
    /// Address it goes to.
    pub to: crate::values::EmailAddress,
    /// Subject line: neutral.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Stable `Message-ID`, without angle brackets: the same for every try.
    pub message_id: String,
    /// True for mails to inquirers: null return path, `Auto-Submitted: auto-replied`.
    pub to_inquirer: bool,
}

/// Where mails go.
#[derive(Debug, Clone)]
pub enum Mailer {}
