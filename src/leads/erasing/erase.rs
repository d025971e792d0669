//! The one way a record is erased.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use serde_json::json;

use super::store::{self, Kin};
use super::{LeadClass, Reason};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::{Connection, newer_schema};
use crate::leads::acting::ActError;
use crate::leads::store::{NewEntry, append};
use crate::leads::timeline::EntryKind;
use crate::sealing::Keys;
use crate::telemetry;
use crate::values::{LeadId, MemberId};

/// Why and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasing {
    /// By schedule: leads of this class that closed by this time, or waited in quarantine since then.
    Due(LeadClass, DateTime<Utc>),
    /// By a person.
    Asked(Reason, MemberId),
}

impl Erasing {
    const fn reason(self) -> Reason {
        match self {
            Self::Due(..) => Reason::Schedule,
            Self::Asked(reason, _) => reason,
        }
    }

    const fn class(self) -> Option<LeadClass> {
        match self {
            Self::Due(class, _) => Some(class),
            Self::Asked(..) => None,
        }
    }

    const fn member(self) -> Option<MemberId> {
        match self {
            Self::Due(..) => None,
            Self::Asked(_, member) => Some(member),
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// So many inquiries are blank now.
    Done(usize),
    /// A legal hold stands on it, or on what was merged with it.
    Held,
    /// By schedule: it is open, was erased, or its time is not over.
    NotDue,
    /// The database holds more about people than this program knows: a newer one erases. The log says what.
    NewerSchema,
}

/// Erases a lead with everything that was merged with it, in one transaction.
pub async fn erase(
    conn: &mut Connection,
    keys: &Keys,
    lead: LeadId,
    erasing: Erasing,
    at: DateTime<Utc>,
) -> Result<Erased, ActError> {
    conn.transaction(async |conn| {
        let kin = store::lock_kin(conn, lead).await?;
        let ids: Vec<LeadId> = kin.iter().map(|one| one.id).collect();
        if kin.iter().all(|one| one.erased_at.is_some()) || matches!(erasing, Erasing::Due(class, by) if !all_due(&kin, class, by))
        {
            return Ok(Erased::NotDue);
        }
        if store::holds_on(conn, &ids).await? > 0 {
            return Ok(Erased::Held);
        }
        let beyond = newer_schema::beyond_erasure(conn).await?;
        if !beyond.is_empty() {
            tracing::warn!(%lead, beyond = beyond.join(", "), "not erased: a newer Intake added columns that this version does not know");
            return Ok(Erased::NewerSchema);
        }
        let inquiries = store::blank_inquiries(conn, keys, &ids, at).await?;
        store::blank_timeline(conn, keys, &ids).await?;
        store::remove_beside(conn, &ids).await?;
        store::settle_outbox(conn, &ids, at).await?;
        for one in kin.iter().filter(|one| one.erased_at.is_none()) {
            store::bury(conn, one, erasing.reason(), at).await?;
            let count = inquiries.iter().filter(|(_, of)| *of == one.id).count();
            let ended = erasing.class().map(LeadClass::ended);
            store::remember(conn, one.id, (erasing.reason(), ended, erasing.member()), count, at).await?;
            append(conn, keys, one.id, erasing.member(), at, &NewEntry::of(EntryKind::Erased)).await?;
            let details = json!({ "reason": erasing.reason(), "class": erasing.class(), "inquiries": count });
            let actor = erasing.member().map_or(Actor::System, Actor::Member);
            let mut event = Event::new(actor, Action::LeadErased, Subject::Lead(one.id)).with(details);
            event.request_id = telemetry::request::current();
            audit::record(conn, &event).await?;
        }
        Ok(Erased::Done(inquiries.len()))
    })
    .await
}

/// The lead that stays closed in time with this class (or waits in quarantine since then), and nothing merged with it is open.
fn all_due(kin: &[Kin], class: LeadClass, by: DateTime<Utc>) -> bool {
    let Some(root) = kin.iter().find(|one| one.survivor_id.is_none() && one.class() == Some(class)) else { return false };
    root.since().is_some_and(|since| since <= by) && kin.iter().all(|one| one.id == root.id || one.closed_at.is_some())
}
