//! Every sealed column, in one list. `Place::ALL` and the queries of a key rotation are generated from it.

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

/// `$d` is a dollar sign: `by_place` is a macro that this one writes.
macro_rules! places {
    (($d:tt) $($(#[$doc:meta])* $name:ident = $table:ident.$column:ident,)+) => {
        impl Place {
            /// Every sealed column of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
            $(
                $(#[$doc])*
                pub const $name: Self = Self { table: stringify!($table), column: stringify!($column) };
            )+
        }

        /// Runs `with!(table, column)` for the table and the column of a place, both as diesel knows them.
        macro_rules! by_place {
            ($d place:expr, $d with:ident) => {
                match $d place {
                    $($crate::sealing::Place::$name => $d with!($table, $column),)+
                    _ => Err(diesel::result::Error::NotFound),
                }
            };
        }
    };
}

places! {
    ($)
    /// Name, phone number, email address of an inquiry.
    INQUIRY_CONTACT = inquiries.contact,
    /// What the inquirer wrote.
    INQUIRY_MESSAGE = inquiries.message,
    /// What staff typed on a lead's timeline.
    TIMELINE_BODY = timeline_entries.body,
    /// What a follow-up is about.
    FOLLOW_UP_BODY = follow_ups.body,
    /// What is being written down during a call.
    CALL_DRAFT = call_drafts.form,
    /// A note that is half written.
    NOTE_DRAFT = note_drafts.body,
    /// A text that is written often.
    SNIPPET = snippets.content,
    /// Why somebody took data out.
    EXPORT_PURPOSE = exports.purpose,
    /// What was answered and typed in an assessment.
    ASSESSMENT_DETAILS = assessment_items.details,
    /// What a member searched for.
    SEARCH_TERM = searches.term,
    /// Name of a member's own view.
    SAVED_VIEW_NAME = saved_views.name,
    /// Seed of a member's second factor.
    TOTP_SECRET = staff.totp_secret,
    /// Seed offered to a session, until it is set up.
    OFFERED_SEED = sessions.offered_seed,
}

pub(in crate::sealing) use by_place;

/// Content that is sealed in exactly one column. Encoded as JSON inside the envelope.
pub trait SealedContent: Serialize + DeserializeOwned {
    /// The column it belongs to.
    const PLACE: Place;
}
