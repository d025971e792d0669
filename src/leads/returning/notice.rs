//! Noticing a return: by phone number or e-mail address, never by name alone.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::store;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::outbox;
use crate::values::{InquiryId, LeadId};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed {
    /// The new lead is due within minutes; so many were told beyond who is told of every inquiry.
    Returned {
        /// Holders of the earlier lead.
        told: usize,
    },
    /// None of the others is an earlier lead of a person, or it was noticed before.
    Nothing,
}

/// Raises a new lead because one of `alike` came earlier from the same number or address. One transaction, once per lead.
pub async fn notice(conn: &mut Connection, inquiry: InquiryId, lead: LeadId, alike: &[LeadId]) -> diesel::QueryResult<Noticed> {
    conn.transaction(async |conn| {
        let Some((earlier, holder)) = store::earlier(conn, lead, alike).await? else { return Ok(Noticed::Nothing) };
        if !store::keep(conn, lead, earlier).await? {
            return Ok(Noticed::Nothing);
        }
        store::due_soon(conn, lead).await?;
        let told = match holder {
            Some(holder) => outbox::store::enqueue_for_member(conn, lead, inquiry, holder).await?,
            None => 0,
        };
        let event = Event::new(Actor::System, Action::ReturnNoticed, Subject::Lead(lead));
        audit::record(conn, &event.with(json!({ "earlier": earlier, "told": told }))).await?;
        Ok(Noticed::Returned { told })
    })
    .await
}
