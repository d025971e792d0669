//! Red flags: coded facts that a person must look at before anything else. They come from coded answers or from staff; messages
//! are never scanned for them. Each stands with fixed text until somebody acknowledges it.

pub mod store;
mod verb;

pub use crate::values::RedFlag;
pub use verb::{acknowledge_by_hand, raise_by_hand};

use chrono::{DateTime, Utc};
use serde_json::json;

use super::acting::ActError;
use super::store::{self as leads, NewEntry};
use super::timeline::EntryKind;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::Keys;
use crate::values::{LeadId, MemberId, RedFlagId};

/// Raises a flag on a lead; false if the same flag stands already. Inside the caller's transaction; the lead's version stays.
/// `member` is who raised it, `None` where an answer on the form did.
pub async fn raise(
    conn: &mut Connection,
    keys: &Keys,
    lead: LeadId,
    code: RedFlag,
    member: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<bool, ActError> {
    if !store::raise(conn, RedFlagId::new(), lead, code, member, now).await? {
        return Ok(false);
    }
    trace(conn, keys, lead, member, now, (EntryKind::RedFlagRaised, Action::RedFlagRaised, code)).await?;
    Ok(true)
}

/// Acknowledges a standing flag of a lead; its code, or `None` if it does not stand (any more).
pub async fn acknowledge(
    conn: &mut Connection,
    keys: &Keys,
    lead: LeadId,
    flag: RedFlagId,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<Option<RedFlag>, ActError> {
    let Some(code) = store::acknowledge(conn, flag, lead, member, now).await? else { return Ok(None) };
    let traces = (EntryKind::RedFlagAcknowledged, Action::RedFlagAcknowledged, code);
    trace(conn, keys, lead, Some(member), now, traces).await?;
    Ok(Some(code))
}

async fn trace(
    conn: &mut Connection,
    keys: &Keys,
    lead: LeadId,
    member: Option<MemberId>,
    now: DateTime<Utc>,
    (kind, action, code): (EntryKind, Action, RedFlag),
) -> Result<(), ActError> {
    let entry = NewEntry { to_code: Some(code.code().to_owned()), ..NewEntry::of(kind) };
    leads::append(conn, keys, lead, member, now, &entry).await?;
    let actor = member.map_or(Actor::Public, Actor::Member);
    audit::record(conn, &Event::new(actor, action, Subject::Lead(lead)).with(json!({ "flag": code }))).await?;
    Ok(())
}
