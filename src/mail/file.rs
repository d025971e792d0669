//! Mails as files, for a first try without a mail server: one `.eml` each, which any mail program opens.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lettre::message::Mailbox;

use super::Email;
use super::letter::{self, Letter};
use super::verdict::{Reply, Verdict};
use crate::files;

/// A folder of `.eml` files.
#[derive(Debug, Clone)]
pub struct Folder {
    from: Mailbox,
    path: PathBuf,
}

impl Folder {
    pub(super) const fn new(from: Mailbox, path: PathBuf) -> Self {
        Self { from, path }
    }

    pub(super) fn describes(&self) -> String {
        format!("Mails are written to {} as .eml files; no mail server is set.", self.path.display())
    }

    /// Writes beside, then renames: a file that is there is whole. The same message written again is the same file.
    pub(super) async fn send(&self, email: &Email) -> Verdict {
        let letter = match letter::write(&self.from, email) {
            Ok(letter) => letter,
            Err(reply) => return Verdict::NeverRetry(reply),
        };
        let (path, name) = (self.path.clone(), file_name(&email.message_id));
        match tokio::task::spawn_blocking(move || put(&path, &name, &letter)).await {
            Ok(Ok(())) => Verdict::Sent,
            Ok(Err(_)) | Err(_) => Verdict::RetryLater(Reply::of_server("file")),
        }
    }
}

fn file_name(message_id: &str) -> String {
    message_id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

fn put(folder: &Path, name: &str, letter: &Letter) -> io::Result<()> {
    files::make_folder(folder)?;
    let unfinished = folder.join(format!(".{name}.unfinished"));
    let mut file = files::create_new(&unfinished, 0o600)?;
    files::own_as_folder(&file, &unfinished)?;
    // A mail server would note the return path on arrival; a null one shows as `<>`.
    let return_path = letter.envelope.from().map(ToString::to_string).unwrap_or_default();
    file.write_all(format!("Return-Path: <{return_path}>\r\n").as_bytes())?;
    file.write_all(&letter.bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(format!("{name}.eml")))
}
