//! Erasure on request: what the person saw is what goes, and a legal hold refuses it.

use diesel_async::AsyncConnection;
use serde_json::json;

use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Refusal, Seen};
use crate::leads::erasing::store::kin;
use crate::leads::erasing::{Erased, Erasing, Reason, erase};
use crate::leads::stopping;

const NEWER_SCHEMA: &str = "Intake is being updated, and this part of it is still the older version, which does not know every field that \
    the newer one stores. Nothing was erased. Try again in a few minutes; if this stays, tell your administrator.";

/// Erases a record. `suppress`: its numbers and addresses are never to be contacted.
pub async fn erase_asked(
    conn: &mut Connection,
    by: &By<'_>,
    seen: &Seen,
    reason: Reason,
    suppress: bool,
) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open(conn, by, seen).await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let kin = kin(conn, open.lead.id).await?;
        let known = stopping::suppressions_of(conn, by.keys, &kin).await?;
        match erase(conn, by.keys, open.lead.id, Erasing::Asked(reason, by.member.id), open.now).await? {
            Erased::Done(_) => {
                if suppress {
                    stopping::store::suppress(conn, &known, open.now).await?;
                }
                Ok(Acted::Done)
            }
            Erased::Held => {
                let event = Event::new(Actor::Member(by.member.id), Action::ErasureRefused, Subject::Lead(open.lead.id));
                audit::record(conn, &event.with(json!({ "reason": reason, "because": "legal_hold" }))).await?;
                let words = "A legal hold stands on this record. It cannot be erased until the hold is lifted.";
                Ok(Acted::Refused(Refusal::new("reason", words)))
            }
            Erased::NewerSchema => Ok(Acted::Refused(Refusal::new("reason", NEWER_SCHEMA))),
            Erased::NotDue => Ok(Acted::Refused(Refusal::new("reason", "This record was erased already."))),
        }
    })
    .await
}
