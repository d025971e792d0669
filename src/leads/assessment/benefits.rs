//! The benefits check: requested, in progress, then verified until a day, not active, out of network or unable.

use chrono::NaiveDate;
use diesel_async::AsyncConnection;

use super::store::{self, ItemChange};
use super::{Details, Item, Status};
use crate::audit::Action;
use crate::db::Connection;
use crate::leads::acting::{self, ActError, Acted, By, Change, Refusal, Seen};
use crate::leads::store::{LeadChanges, NewEntry};
use crate::leads::timeline::EntryKind;
use crate::values::{AssessmentItemId, FreeText};

/// The next state of a benefits check.
#[derive(Debug, Clone)]
pub struct Benefits {
    /// How far it is.
    pub status: Status,
    /// Last day on which a verified one holds.
    pub valid_until: Option<NaiveDate>,
    /// What the payer said.
    pub note: FreeText,
}

/// Moves the benefits check of a lead.
pub async fn set_benefits(conn: &mut Connection, by: &By<'_>, seen: &Seen, benefits: &Benefits) -> Result<Acted, ActError> {
    conn.transaction(async |conn| {
        let open = match acting::open_working(conn, by, seen, "benefits").await? {
            Ok(open) => open,
            Err(ended) => return Ok(ended),
        };
        let before = store::find(conn, open.lead.id, Item::Benefits).await?;
        let today = open.now.with_timezone(&by.config.facility.time_zone).date_naive();
        if let Some(refusal) = refusal(before.as_ref().map(|row| row.status), benefits, today) {
            return Ok(Acted::Refused(refusal));
        }
        let id = before.as_ref().map_or_else(AssessmentItemId::new, |row| row.id);
        let details = Details { note: benefits.note.clone(), ..Details::default() };
        let change = ItemChange {
            id,
            lead_id: open.lead.id,
            item: Item::Benefits,
            status: benefits.status,
            revision: before.map_or(0, |row| row.revision) + 1,
            reason: None,
            valid_until: benefits.valid_until.filter(|_| benefits.status == Status::Verified),
            answered: 0,
            asked: 0,
            questions_version: None,
            updated_at: open.now,
            updated_by: Some(by.member.id),
            details: by.keys.seal(id.uuid(), &details)?,
        };
        store::write(conn, &change).await?;
        let entry = NewEntry {
            from_code: Some(Item::Benefits.code().to_owned()),
            to_code: Some(benefits.status.code().to_owned()),
            ..NewEntry::of(EntryKind::Assessed)
        };
        acting::finish(conn, by, &open, Change { changes: LeadChanges::default(), entry, action: Action::LeadAssessed }).await
    })
    .await
}

fn refusal(before: Option<Status>, benefits: &Benefits, today: NaiveDate) -> Option<Refusal> {
    if !Status::benefits_after(before).contains(&benefits.status) {
        let from = before.map_or("not asked", Status::label).to_lowercase();
        return Some(Refusal::new("benefits", format!("The check is {from}; choose what came next.")));
    }
    match (benefits.status, benefits.valid_until) {
        (Status::Verified, None) => Some(Refusal::new("valid_until", "Say until which day it is verified.")),
        (Status::Verified, Some(day)) if day < today => Some(Refusal::new("valid_until", "That day has passed.")),
        (Status::Verified, Some(day)) if (day - today).num_days() > 731 => {
            Some(Refusal::new("valid_until", "Choose a day within two years."))
        }
        _ => None,
    }
}
