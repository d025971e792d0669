//! Where sealed bytes may stand. One table in code lists every sealed column; a test holds it against the schema.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A sealed column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Table name.
    pub table: &'static str,
    /// Column name.
    pub column: &'static str,
}

impl Place {
    /// Every sealed column of the schema.
    pub const ALL: &'static [Self] = &[
        Self::INQUIRY_CONTACT,
        Self::INQUIRY_MESSAGE,
        Self::TIMELINE_BODY,
        Self::FOLLOW_UP_BODY,
        Self::CALL_DRAFT,
        Self::NOTE_DRAFT,
        Self::SNIPPET,
        Self::EXPORT_PURPOSE,
        Self::ASSESSMENT_DETAILS,
        Self::SEARCH_TERM,
        Self::SAVED_VIEW_NAME,
        Self::TOTP_SECRET,
        Self::OFFERED_SEED,
    ];
    /// Name, phone, e-mail of an inquiry.
    pub const INQUIRY_CONTACT: Self = Self { table: "inquiries", column: "contact" };
    /// What the inquirer wrote.
    pub const INQUIRY_MESSAGE: Self = Self { table: "inquiries", column: "message" };
    /// What staff typed on a lead's timeline.
    pub const TIMELINE_BODY: Self = Self { table: "timeline_entries", column: "body" };
    /// What a follow-up is about.
    pub const FOLLOW_UP_BODY: Self = Self { table: "follow_ups", column: "body" };
    /// What is being written down during a call.
    pub const CALL_DRAFT: Self = Self { table: "call_drafts", column: "form" };
    /// A note that is half written.
    pub const NOTE_DRAFT: Self = Self { table: "note_drafts", column: "body" };
    /// What was answered and typed in an assessment.
    pub const ASSESSMENT_DETAILS: Self = Self { table: "assessment_items", column: "details" };
    /// A text that is written often.
    pub const SNIPPET: Self = Self { table: "snippets", column: "content" };
    /// Why somebody took data out.
    pub const EXPORT_PURPOSE: Self = Self { table: "exports", column: "purpose" };
    /// What a member searched for.
    pub const SEARCH_TERM: Self = Self { table: "searches", column: "term" };
    /// Name of a member's own view.
    pub const SAVED_VIEW_NAME: Self = Self { table: "saved_views", column: "name" };
    /// Seed of a member's second factor.
    pub const TOTP_SECRET: Self = Self { table: "staff", column: "totp_secret" };
    /// Seed offered to a session, until it is set up.
    pub const OFFERED_SEED: Self = Self { table: "sessions", column: "offered_seed" };
}

/// Content that is sealed in exactly one column. Encoded as JSON inside the envelope.
pub trait SealedContent: Serialize + DeserializeOwned {
    /// The column it belongs to.
    const PLACE: Place;
}
