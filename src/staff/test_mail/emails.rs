//! The test mail.

/// A mail that says it arrived.
#[derive(Debug, Clone)]
pub struct TestMail {
    /// The center.
    pub center: String,
    /// Where its state stands.
    pub url: String,
}

crate::mail_templates!(TestMail: "emails/test_mail/subject.txt", "emails/test_mail/body.txt", "emails/test_mail/body.html");

impl TestMail {
    /// From this installation.
    pub fn new(center: &str, base_url: &str) -> Self {
        Self { center: center.to_owned(), url: format!("{base_url}/staff/deliveries") }
    }

    /// For the preview.
    pub fn sample() -> Self {
        Self::new("Elevate Addiction Services", "https://intake.example.org")
    }
}
