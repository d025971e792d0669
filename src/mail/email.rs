//! One mail, ready to send.

use crate::values::EmailAddress;

/// One mail, ready to send. Holds no personal data beyond the address it goes to.
#[derive(Debug, Clone)]
pub struct Email {
    /// Address it goes to.
    pub to: EmailAddress,
    /// Subject line: neutral.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Left side of the `Message-ID`: the same for every try. The right side is the sender's domain.
    pub message_id: String,
    /// True for mails to inquirers: null return path, `Auto-Submitted: auto-replied`.
    pub to_inquirer: bool,
}
