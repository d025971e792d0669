//! Typed ids: a lead's id is never taken for an inquiry's. Version 7 UUIDs, so that order by id is about order by time.

use diesel::deserialize::FromSqlRow;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Uuid as SqlUuid;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, AsExpression, FromSqlRow)]
        #[diesel(sql_type = SqlUuid)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The bare UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl ToSql<SqlUuid, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <Uuid as ToSql<SqlUuid, Pg>>::to_sql(&self.0, out)
            }
        }

        impl FromSql<SqlUuid, Pg> for $name {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                <Uuid as FromSql<SqlUuid, Pg>>::from_sql(bytes).map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// One immutable submission.
    InquiryId,
    /// The work item for one person seeking help.
    LeadId,
    /// A member of the center's staff.
    MemberId,
    /// A signed-in browser.
    SessionId,
    /// What leads are routed to.
    ProgramId,
    /// Where programs are.
    LocationId,
    /// One mail to one recipient.
    MessageId,
    /// A colleague asked to join.
    InvitationId,
    /// One line of a lead's timeline.
    TimelineEntryId,
    /// A dated promise to get in touch again.
    FollowUpId,
    /// Something a person must look at before anything else.
    RedFlagId,
    /// What is being written down during a call.
    CallDraftId,
    /// A note that is half written.
    NoteDraftId,
    /// A routing beside what was suggested.
    RoutingChoiceId,
    /// One item of a lead's assessment checklist.
    AssessmentItemId,
    /// A text that is written often.
    SnippetId,
    /// An export.
    ExportId,
    /// A change of capacity that is planned.
    CapacityChangeId,
    /// A member's own view of the queue.
    SavedViewId,
    /// An opaque handle on what was searched for.
    SearchId,
}
