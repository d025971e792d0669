//! What open pages hear: inquiries, claims and changes within a second, from whichever process made them.
//!
//! Triggers on `leads` notify (migration 002100), one connection per process listens, a broadcast hands it to the streams of the
//! browsers. An event is a kind, a reference and a version: nothing about a person. A process that was deaf for a moment says
//! `resync`, and pages ask again.

pub mod events_page;
mod hub;
pub mod store;

pub use hub::{Hub, Place};

use crate::values::Reference;

crate::coded_choice! {
    /// What happened.
    Kind {
        /// A lead is new in the queue.
        New = "new",
        /// An inquiry was put into quarantine.
        Held = "held",
        /// A lead was claimed or given back.
        Claim = "claim",
        /// A lead was changed.
        Change = "change",
        /// Who looks at a lead has changed.
        Watch = "watch",
        /// Something may have been missed: ask again.
        Resync = "resync",
        /// The session is over.
        End = "end",
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What.
    pub kind: Kind,
    /// To which lead, where it is about one.
    pub lead: Option<(Reference, i32)>,
}

impl Told {
    /// Something about no lead.
    pub const fn of(kind: Kind) -> Self {
        Self { kind, lead: None }
    }

    /// Reads a notification's payload: kind, reference, version.
    pub fn read(payload: &str) -> Option<Self> {
        let mut words = payload.split(' ');
        let (kind, reference, version) = (words.next()?.parse().ok()?, words.next()?, words.next()?.parse().ok()?);
        Some(Self { kind, lead: Reference::parse(reference).map(|reference| (reference, version)) })
    }

    /// As it stands in the stream.
    pub fn text(&self, id: &str) -> String {
        let lead = self.lead.as_ref();
        let data = lead.map_or_else(|| "{}".to_owned(), |(lead, version)| format!("{{\"lead\":\"{lead}\",\"version\":{version}}}"));
        format!("event: {}\nid: {id}\ndata: {data}\n\n", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_becomes_an_event_without_a_word_about_anybody() {
        let told = Told::read("claim EL-3D9Q71 4").unwrap();
        assert_eq!(told.text("7-1"), "event: claim\nid: 7-1\ndata: {\"lead\":\"EL-3D9Q71\",\"version\":4}\n\n");
        assert_eq!(Told::read("resync - 0"), Some(Told::of(Kind::Resync)));
        for strange in ["", "claim", "shout EL-3D9Q71 4", "claim EL-3D9Q71 four"] {
            assert_eq!(Told::read(strange), None, "{strange:?}");
        }
    }
}
