//! The texts as a lead's page offers them.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Snippet, SnippetKind, store};
use crate::db::Connection;
use crate::leads::acting::ActError;
use crate::sealing::Keys;
use crate::values::{FreeText, SnippetId};

/// Texts to choose from beside a note and a mail.
pub struct Offered(Vec<(SnippetId, SnippetKind, Snippet)>);

impl Offered {
    /// One statement.
    pub async fn read(conn: &mut Connection, keys: &Keys) -> Result<Self, ActError> {
        Ok(Self(store::open(keys, &store::all(conn).await?)?))
    }

    fn of(&self, wanted: SnippetKind) -> impl Iterator<Item = (&SnippetId, &Snippet)> {
        self.0.iter().filter(move |(_, kind, _)| *kind == wanted).map(|(id, _, snippet)| (id, snippet))
    }

    /// Whether there are texts for notes.
    pub fn for_notes(&self) -> bool {
        self.of(SnippetKind::Note).next().is_some()
    }

    /// Whether there are texts for mails.
    pub fn for_mails(&self) -> bool {
        self.of(SnippetKind::Mail).next().is_some()
    }

    /// Texts for notes: id, title, words.
    pub fn notes(&self) -> Vec<(String, &str, &str)> {
        self.of(SnippetKind::Note).map(|(id, one)| (id.to_string(), one.title.reveal(), one.words.reveal())).collect()
    }

    /// Texts for mails: title, and what follows the address in a `mailto:` link.
    pub fn mails(&self, subject: &str) -> Vec<(&str, String)> {
        let encoded = |text: &str| utf8_percent_encode(&text.replace('\n', "\r\n"), NON_ALPHANUMERIC).to_string();
        let query = |one: &Snippet| format!("?subject={}&body={}", encoded(subject), encoded(one.words.reveal()));
        self.of(SnippetKind::Mail).map(|(_, one)| (one.title.reveal(), query(one))).collect()
    }

    /// A note with a text behind what was written; as it was where the text is gone or both are too long together.
    pub fn put_in(&self, id: &str, written: FreeText) -> FreeText {
        let Ok(id) = id.parse::<SnippetId>() else { return written };
        let Some((_, one)) = self.of(SnippetKind::Note).find(|(known, _)| **known == id) else { return written };
        let both = format!("{}\n{}", written.reveal().trim_end(), one.words.reveal());
        FreeText::parse(both.trim_start()).unwrap_or(written)
    }
}
