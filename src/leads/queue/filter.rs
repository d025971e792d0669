//! Which part of the leads is asked for, and where a page goes on.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::values::{Language, LeadId, MemberId, ProgramId};

crate::coded_choice! {
    /// A view of the leads.
    View {
        /// Open leads nobody holds back: the queue itself.
        Everyone = "everyone",
        /// Those the reader holds.
        Mine = "mine",
        /// Those nobody holds.
        Unclaimed = "unclaimed",
        /// Those who wrote in Spanish.
        Spanish = "spanish",
        /// Those who wait for a place.
        Waitlist = "waitlist",
        /// Those who asked not to be contacted, until it is settled.
        Stopped = "stopped",
        /// Those held back until a date.
        Paused = "paused",
        /// Closed leads, the latest first.
        Closed = "closed",
        /// Every lead outside quarantine, the latest first.
        All = "all",
    }
}

impl View {
    /// Ordered by what is due; the others by when they came in, the latest first.
    pub const fn by_due(self) -> bool {
        match self {
            Self::Everyone | Self::Mine | Self::Unclaimed | Self::Spanish | Self::Waitlist => true,
            Self::Stopped | Self::Paused | Self::Closed | Self::All => false,
        }
    }

    /// As the page names it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Everyone => "Everyone",
            Self::Mine => "Mine",
            Self::Unclaimed => "Unclaimed",
            Self::Spanish => "Spanish",
            Self::Waitlist => "Waitlist",
            Self::Stopped => "Asked to stop",
            Self::Paused => "Paused",
            Self::Closed => "Closed",
            Self::All => "All",
        }
    }
}

/// The query string of the queue; what cannot be read filters nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the parameters")]
pub struct QueueQuery {
    pub view: String,
    pub stage: String,
    pub owner: String,
    pub program: String,
    pub language: String,
    pub after: String,
    /// What just happened, as a code.
    pub said: String,
    /// The mark of the page before, in microseconds.
    pub since: i64,
}

/// What a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueFilter {
    /// Which view.
    pub view: View,
    /// Only this stage code.
    pub stage: Option<String>,
    /// Only those this member holds.
    pub owner: Option<MemberId>,
    /// Only those routed here.
    pub program: Option<ProgramId>,
    /// Only those who wrote in this language.
    pub language: Option<Language>,
    /// After this row.
    pub after: Option<Cursor>,
}

/// Stage codes a list can be narrowed to.
pub(super) const STAGES: [&str; 6] = ["new", "attempting_contact", "contacted", "assessment", "waitlisted", "scheduled"];

impl QueueFilter {
    /// The first page of a view.
    pub const fn of(view: View) -> Self {
        Self { view, stage: None, owner: None, program: None, language: None, after: None }
    }

    /// Reads the query string; `me` as owner is the reader.
    pub fn read(query: &QueueQuery, reader: MemberId) -> Self {
        let named = query.view.parse().unwrap_or(View::Everyone);
        let view = if query.stage == "closed" { View::Closed } else { named };
        let owner = if query.owner == "me" { Some(reader) } else { query.owner.parse().ok() };
        Self {
            view,
            stage: STAGES.contains(&query.stage.as_str()).then(|| query.stage.clone()),
            owner,
            program: query.program.parse().ok(),
            language: query.language.parse().ok(),
            after: Cursor::parse(&query.after),
        }
    }

    /// The whole queue from its beginning, nothing left out.
    pub fn is_whole_queue(&self) -> bool {
        *self == Self::of(View::Everyone)
    }

    /// What is chosen, as a query string of codes and ids.
    pub fn query(&self) -> String {
        let stage = self.stage.as_ref().map_or_else(String::new, |stage| format!("&stage={stage}"));
        let owner = self.owner.map_or_else(String::new, |owner| format!("&owner={owner}"));
        let program = self.program.map_or_else(String::new, |program| format!("&program={program}"));
        let language = self.language.map_or_else(String::new, |language| format!("&language={}", language.code()));
        format!("view={}{stage}{owner}{program}{language}", self.view)
    }

    /// The address of the list.
    pub fn href(&self) -> String {
        format!("/staff/leads?{}", self.query())
    }

    /// The address of the same list after `cursor`.
    pub fn href_after(&self, cursor: &Cursor) -> String {
        format!("{}&after={}", self.href(), cursor.text())
    }
}

/// The last row of a page: what it is ordered by, and its id as tie-break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// No red flag stands.
    pub calm: bool,
    /// Somebody has spoken with the person.
    pub reached: bool,
    /// Due, or received where a list is ordered by that.
    pub at: DateTime<Utc>,
    /// The lead.
    pub id: LeadId,
}

impl Cursor {
    /// Opaque to whoever holds it; ids and times only.
    pub fn text(&self) -> String {
        let mut bytes = vec![u8::from(self.reached) | (u8::from(self.calm) << 1)];
        bytes.extend_from_slice(&self.at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(self.id.uuid().as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Cursor::text`] wrote; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (reached, rest) = bytes.split_first()?;
        let (micros, id) = rest.split_first_chunk::<8>()?;
        Some(Self {
            calm: reached & 2 != 0,
            reached: reached & 1 != 0,
            at: DateTime::from_timestamp_micros(i64::from_be_bytes(*micros))?,
            id: Uuid::from_slice(id).ok()?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_read_filters_nothing() {
        let query = QueueQuery {
            view: "x".into(),
            stage: "'; drop".into(),
            owner: "nobody".into(),
            program: "1".into(),
            language: "klingon".into(),
            said: String::new(),
            after: "%%%".into(),
            since: 0,
        };
        assert!(QueueFilter::read(&query, MemberId::new()).is_whole_queue());
        let closed = QueueQuery { stage: "closed".into(), ..QueueQuery::default() };
        assert_eq!(QueueFilter::read(&closed, MemberId::new()).view, View::Closed);
    }

    proptest! {
        #[test]
        fn a_cursor_survives_its_text(calm: bool, reached: bool, micros in -1_000_000_000_000_i64..4_000_000_000_000_000, id: u128) {
            let at = DateTime::from_timestamp_micros(micros).unwrap();
            let cursor = Cursor { calm, reached, at, id: Uuid::from_u128(id).into() };
            prop_assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }

        #[test]
        fn no_text_breaks_a_cursor(text in any::<String>()) {
            let _read = Cursor::parse(&text);
        }
    }
}
