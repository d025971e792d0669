//! The clinical review: accepted or declined by a person with that permission. It moves no lead by itself.

use diesel_async::AsyncConnection;

use super::store::{self, ItemChange};
use super::{Details, Item, Status};
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use crate::leads::reasons::DeclinedReason;
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::EntryKind;
use crate::values::{AssessmentItemId, FreeText};

/// What was decided.
#[derive(Debug, Clone)]
pub struct Review {
    /// Accepted, or why not.
    pub declined: Option<DeclinedReason>,
    /// What the reviewer wrote.
    pub note: FreeText,
}

/// Keeps the review of a lead; the latest stands. A declined one asks for a reason.
pub async fn review(conn: &mut Connection, by: &By<'_>, seen: &Seen, decision: &Review) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "decision").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        if open.lead.red_flag && decision.declined.is_none() {
            let words = "A red flag stands on this lead. Acknowledge it before accepting.";
            return Ok(Acted::Refused(Refusal::new("decision", words)));
        }
        let before = store::find(conn, open.lead.id, Item::ClinicalReview).await?;
        let id = before.as_ref().map_or_else(AssessmentItemId::new, |row| row.id);
        let status = if decision.declined.is_some() { Status::Declined } else { Status::Accepted };
        let details = Details { note: decision.note.clone(), ..Details::default() };
        let change = ItemChange {
            id,
            lead_id: open.lead.id,
            item: Item::ClinicalReview,
            status,
            revision: before.map_or(0, |row| row.revision) + 1,
            reason: decision.declined,
            valid_until: None,
            answered: 0,
            asked: 0,
            questions_version: None,
            updated_at: open.now,
            updated_by: Some(by.member.id),
            details: by.keys.seal(id.uuid(), &details)?,
        };
        store::write(conn, &change).await?;
        let entry = NewEntry {
            from_code: Some(Item::ClinicalReview.code().to_owned()),
            to_code: Some(status.code().to_owned()),
            ..NewEntry::of(EntryKind::Assessed)
        };
        acting::finish(conn, by, &open, Change { changes: LeadChanges::default(), entry, action: Action::LeadAssessed }).await
    })
    .await
}
