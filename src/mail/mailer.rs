//! Where mails go.

use std::path::Path;
use std::sync::Arc;

use lettre::message::Mailbox;

use super::Email;
use super::file::Folder;
use super::memory::{Kept, Outgoing};
use super::relay::RelayError;
use super::smtp::{Deadlines, Smtp};
use super::verdict::Verdict;
use crate::config::Config;

/// Why mail cannot be set up. Names the setting, never its value.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// `mail.from` does not read as a sender.
    #[error("INTAKE__MAIL__FROM is not a sender such as \"Admissions <admissions@example.org>\"")]
    From,
    /// `mail.smtp_url` does not read.
    #[error("INTAKE__MAIL__SMTP_URL cannot be used: {0}")]
    Url(#[from] RelayError),
    /// No TLS for this host.
    #[error("INTAKE__MAIL__SMTP_URL cannot be used: its host is not a name that TLS can check")]
    Tls,
}

/// Where mails go. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Mailer {
    /// To a mail server.
    Smtp(Arc<Smtp>),
    /// Into `.eml` files.
    File(Arc<Folder>),
    /// Kept in memory, for tests.
    Memory(Kept),
}

impl Mailer {
    /// The mailer of the configuration: a mail server, or else files under the data directory.
    pub fn from_config(config: &Config) -> Result<Self, MailerError> {
        if let Some(url) = &config.mail.smtp_url {
            return Self::smtp(url.reveal(), &config.mail.from, Deadlines::default());
        }
        Self::folder(&config.mail.from, &config.data_dir.join("mail"))
    }

    /// A mailer that writes `.eml` files into a folder.
    pub fn folder(from: &str, path: &Path) -> Result<Self, MailerError> {
        Ok(Self::File(Arc::new(Folder::new(sender(from)?, path.to_owned()))))
    }

    /// A mailer to a mail server.
    pub fn smtp(url: &str, from: &str, deadlines: Deadlines) -> Result<Self, MailerError> {
        Ok(Self::Smtp(Arc::new(Smtp::new(url, sender(from)?, deadlines)?)))
    }

    /// A mailer that keeps mails in memory.
    pub fn memory() -> Self {
        Self::Memory(Kept::default())
    }

    /// Where mails go, as one sentence for the first lines of a start.
    pub fn describes(&self) -> String {
        match self {
            Self::Smtp(smtp) => smtp.describes(),
            Self::File(folder) => folder.describes(),
            Self::Memory(_) => "Mails are kept in memory.".to_owned(),
        }
    }

    /// True where each mail becomes a file in a folder: no mail server is set.
    pub const fn writes_files(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Hands a mail over. Takes at most a minute.
    pub async fn send(&self, email: &Email) -> Verdict {
        match self {
            Self::Smtp(smtp) => smtp.send(email).await,
            Self::File(folder) => folder.send(email).await,
            Self::Memory(kept) => kept.send(email),
        }
    }

    /// What a memory mailer was given so far; nothing for the others.
    pub fn kept(&self) -> Vec<Outgoing> {
        match self {
            Self::Memory(kept) => kept.all(),
            Self::Smtp(_) | Self::File(_) => Vec::new(),
        }
    }
}

fn sender(from: &str) -> Result<Mailbox, MailerError> {
    from.parse().map_err(|_unreadable| MailerError::From)
}
