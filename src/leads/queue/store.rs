//! Rows of lists of leads. However many rows, [`page`] and its siblings run two statements, [`counts`] one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not, now, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::counting::{CountQueue, MOST, QueueCounts, Row};
use super::filter::{Cursor, QueueFilter, View};
use crate::db::Connection;
use crate::db::first::first;
use crate::db::schema::{inquiries, leads, programs, returns, staff, stop_requests, timeline_entries};
use crate::inquiries::Contact;
use crate::sealing::Sealed;
use crate::values::Tally;
use crate::values::{
    HowSoon, InquiryChannel, InquiryId, Language, LeadId, MemberId, Modality, ProgramInterest, QuarantineReason, Reference, WhoFor,
};

/// Rows of one page.
pub const PAGE: usize = 50;

/// What a list shows of the lead itself.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = leads, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of leads")]
pub struct LeadPart {
    pub id: LeadId,
    pub reference: Reference,
    pub version: i32,
    pub stage: String,
    pub outcome: Option<String>,
    pub hold: Option<String>,
    pub quarantine_reason: Option<QuarantineReason>,
    pub received_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub first_contact_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub first_attempt_at: Option<DateTime<Utc>>,
    pub cadence_attempts: i32,
    pub red_flag: bool,
    pub place_offered_at: Option<DateTime<Utc>>,
    pub contact_stopped_at: Option<DateTime<Utc>>,
}

/// What a list shows of the inquiry that opened it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = inquiries, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of inquiries")]
pub struct InquiryPart {
    pub id: InquiryId,
    pub contact: Sealed<Contact>,
    pub channel: InquiryChannel,
    pub language: Language,
    pub who_for: WhoFor,
    pub program_interest: ProgramInterest,
    pub how_soon: Option<HowSoon>,
    pub state: Option<String>,
    pub interpreter: bool,
}

/// Who holds a lead, if the lease has not lapsed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of staff")]
pub struct OwnerPart {
    pub id: MemberId,
    pub name: String,
}

/// Where a lead is routed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = programs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of programs")]
pub struct ProgramPart {
    pub name: String,
    pub modality: Modality,
}

/// The last thing that happened to a lead.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = timeline_entries, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the columns of timeline_entries")]
pub struct LastEntry {
    pub lead_id: LeadId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub channel: Option<String>,
    pub disposition: Option<String>,
    pub to_code: Option<String>,
}

/// One row of a list.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names are the parts")]
pub struct LeadRow {
    pub lead: LeadPart,
    pub inquiry: InquiryPart,
    pub owner: Option<OwnerPart>,
    pub program: Option<ProgramPart>,
    pub last: Option<LastEntry>,
    /// The person wrote before, from the same number or address.
    pub returned: bool,
}

impl LeadRow {
    /// Where the next page goes on after this row.
    pub fn cursor(&self, view: View) -> Cursor {
        let reached = view.by_due() && self.lead.first_contact_at.is_some();
        let calm = view.by_due() && !self.lead.red_flag;
        Cursor { calm, reached, at: if view.by_due() { self.lead.due_at } else { self.lead.received_at }, id: self.lead.id }
    }
}

type Parts = (LeadPart, InquiryPart, Option<OwnerPart>, Option<bool>, Option<ProgramPart>, bool);

/// The statement behind every list; what differs is added by the caller.
macro_rules! rows {
    () => {
        leads::table
            .inner_join(inquiries::table)
            .left_join(staff::table)
            .left_join(programs::table)
            .filter(inquiries::opened_lead)
            .select((
                LeadPart::as_select(),
                InquiryPart::as_select(),
                Option::<OwnerPart>::as_select(),
                leads::lease_until.gt(now.into_sql::<Timestamptz>().nullable()),
                Option::<ProgramPart>::as_select(),
                exists(returns::table.filter(returns::lead_id.eq(leads::id)).select(returns::lead_id)),
            ))
            .into_boxed::<Pg>()
    };
}

/// At most `limit` rows of a list.
pub async fn page(conn: &mut Connection, filter: &QueueFilter, reader: MemberId, limit: usize) -> QueryResult<Vec<LeadRow>> {
    let mut query = rows!();
    query = match filter.view {
        View::Everyone => query.filter(leads::outcome.is_null()).filter(leads::hold.is_null()),
        View::Mine => query
            .filter(leads::outcome.is_null())
            .filter(leads::hold.is_null())
            .filter(leads::owner_id.eq(reader))
            .filter(sql::<Bool>("leads.lease_until > now()")),
        View::Unclaimed => query
            .filter(leads::outcome.is_null())
            .filter(leads::hold.is_null())
            .filter(sql::<Bool>("(leads.owner_id IS NULL OR leads.lease_until <= now())")),
        View::Spanish => {
            query.filter(leads::outcome.is_null()).filter(leads::hold.is_null()).filter(inquiries::language.eq(Language::Spanish))
        }
        View::Waitlist => {
            query.filter(leads::outcome.is_null()).filter(leads::hold.is_null()).filter(leads::stage.eq("waitlisted"))
        }
        View::Stopped => query.filter(exists(
            stop_requests::table
                .filter(stop_requests::lead_id.eq(leads::id))
                .filter(stop_requests::settled_at.is_null())
                .select(stop_requests::id),
        )),
        View::Paused => query.filter(leads::outcome.is_null()).filter(leads::hold.eq("paused")),
        View::Closed => query.filter(leads::outcome.is_not_null()),
        View::All => query.filter(leads::hold.is_distinct_from("quarantined")),
    };
    if let Some(stage) = &filter.stage {
        query = query.filter(leads::stage.eq(stage));
    }
    if let Some(owner) = filter.owner {
        query = query.filter(leads::owner_id.eq(owner)).filter(sql::<Bool>("leads.lease_until > now()"));
    }
    if let Some(language) = filter.language {
        query = query.filter(inquiries::language.eq(language));
    }
    if let Some(program) = filter.program {
        query = query.filter(leads::program_id.eq(program));
    }
    let found = match (filter.view.by_due(), filter.after) {
        (true, after) => {
            if let Some(after) = after {
                query = query.filter(
                    sql::<Bool>("(NOT leads.red_flag, leads.first_contact_at IS NOT NULL, leads.due_at, leads.id) > (")
                        .bind::<Bool, _>(after.calm)
                        .sql(", ")
                        .bind::<Bool, _>(after.reached)
                        .sql(", ")
                        .bind::<Timestamptz, _>(after.at)
                        .sql(", ")
                        .bind::<SqlUuid, _>(after.id)
                        .sql(")"),
                );
            }
            let ordered = query.order((not(leads::red_flag), leads::first_contact_at.is_not_null(), leads::due_at, leads::id));
            first(ordered, limit).load(conn).await?
        }
        (false, after) => {
            if let Some(after) = after {
                query = query.filter(
                    sql::<Bool>("(leads.received_at, leads.id) < (")
                        .bind::<Timestamptz, _>(after.at)
                        .sql(", ")
                        .bind::<SqlUuid, _>(after.id)
                        .sql(")"),
                );
            }
            first(query.order((leads::received_at.desc(), leads::id.desc())), limit).load(conn).await?
        }
    };
    with_last(conn, found).await
}

/// The rows of some leads, in the order of `ids`; what is not there is left out.
pub async fn rows_of(conn: &mut Connection, ids: &[LeadId]) -> QueryResult<Vec<LeadRow>> {
    let found: Vec<Parts> = rows!().filter(leads::id.eq_any(ids)).load(conn).await?;
    let mut rows = with_last(conn, found).await?;
    let place: HashMap<LeadId, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    rows.sort_by_key(|row| place.get(&row.lead.id).copied());
    Ok(rows)
}

/// Leads in quarantine, the oldest first, but for those of the given reasons and times: floods that stand folded.
pub async fn quarantined(
    conn: &mut Connection,
    after: Option<Cursor>,
    limit: usize,
    folded: &[(QuarantineReason, DateTime<Utc>, DateTime<Utc>)],
) -> QueryResult<Vec<LeadRow>> {
    let mut query = rows!().filter(leads::outcome.is_null()).filter(leads::hold.eq("quarantined"));
    for (reason, starts, ends) in folded {
        let another = leads::quarantine_reason.ne(*reason).or(leads::received_at.lt(*starts)).or(leads::received_at.ge(*ends));
        query = query.filter(another.assume_not_null());
    }
    if let Some(after) = after {
        query = query.filter(
            sql::<Bool>("(leads.received_at, leads.id) > (")
                .bind::<Timestamptz, _>(after.at)
                .sql(", ")
                .bind::<SqlUuid, _>(after.id)
                .sql(")"),
        );
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = query.order((leads::received_at, leads::id)).limit(limit).load(conn).await?;
    with_last(conn, found).await
}

async fn with_last(conn: &mut Connection, found: Vec<Parts>) -> QueryResult<Vec<LeadRow>> {
    let ids: Vec<LeadId> = found.iter().map(|(lead, ..)| lead.id).collect();
    let last: Vec<LastEntry> = timeline_entries::table
        .filter(timeline_entries::lead_id.eq_any(ids))
        .distinct_on(timeline_entries::lead_id)
        .order((timeline_entries::lead_id, timeline_entries::at.desc(), timeline_entries::id.desc()))
        .select(LastEntry::as_select())
        .load(conn)
        .await?;
    let mut last: HashMap<LeadId, LastEntry> = last.into_iter().map(|entry| (entry.lead_id, entry)).collect();
    let row = |(lead, inquiry, owner, held, program, returned): Parts| {
        let last = last.remove(&lead.id);
        let owner = owner.filter(|_| held == Some(true) || lead.outcome.is_some());
        LeadRow { lead, inquiry, owner, program, last, returned }
    };
    Ok(found.into_iter().map(row).collect())
}

/// The numbers around the queue, for one reader and a day.
pub async fn counts(
    conn: &mut Connection,
    reader: MemberId,
    (day_starts, day_ends): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<QueueCounts> {
    let row: Row = CountQueue { reader, day_starts, day_ends }.get_result(conn).await?;
    Ok(row.into())
}

/// How many open leads somebody holds.
pub async fn mine(conn: &mut Connection, reader: MemberId) -> QueryResult<Tally> {
    let held = leads::table
        .filter(leads::outcome.is_null())
        .filter(leads::hold.is_null())
        .filter(leads::owner_id.eq(reader))
        .filter(sql::<Bool>("leads.lease_until > now()"));
    Ok(Tally::up_to(MOST, held.count().get_result(conn).await?))
}
