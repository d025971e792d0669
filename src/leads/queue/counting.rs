//! The numbers around the queue, in one cached statement. Each stops counting at [`MOST`], so that it costs the same at a
//! million leads.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Double, Nullable, Timestamptz, Uuid};

use crate::values::MemberId;

/// No number counts further.
pub const MOST: i64 = 1000;

/// The numbers around the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct QueueCounts {
    /// Open leads nobody holds back.
    pub queue: i64,
    /// Those the reader holds.
    pub mine: i64,
    /// Those nobody holds.
    pub unclaimed: i64,
    /// Those who wrote in Spanish.
    pub spanish: i64,
    /// Promises to get in touch that are due today or late.
    pub follow_ups: i64,
    /// Suspected spam that waits for a person.
    pub quarantine: i64,
    /// Nobody has spoken with them.
    pub waiting: i64,
    /// … and they are past their due time.
    pub waiting_late: i64,
    /// Spoken with, due today or late.
    pub today: i64,
    /// … and past their due time.
    pub today_late: i64,
    /// Seconds from received to first conversation, median over those received today and reached.
    pub median_seconds: Option<f64>,
    /// Seconds from received to first attempt, median over those received today and tried.
    pub median_response_seconds: Option<f64>,
    /// Open leads with a red flag nobody has acknowledged.
    pub red_flags: i64,
}

pub(super) type Columns =
    (BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, Nullable<Double>, Nullable<Double>, BigInt);
pub(super) type Row = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, Option<f64>, Option<f64>, i64);

impl From<Row> for QueueCounts {
    fn from(row: Row) -> Self {
        let (
            queue,
            mine,
            unclaimed,
            spanish,
            follow_ups,
            quarantine,
            waiting,
            waiting_late,
            today,
            today_late,
            median,
            response,
            flags,
        ) = row;
        Self {
            queue,
            mine,
            unclaimed,
            spanish,
            follow_ups,
            quarantine,
            waiting,
            waiting_late,
            today,
            today_late,
            median_seconds: median,
            median_response_seconds: response,
            red_flags: flags,
        }
    }
}

/// Counts for one reader; today lies between the two instants.
#[derive(Debug, Clone, Copy)]
pub(super) struct CountQueue {
    pub(super) reader: MemberId,
    pub(super) day_starts: DateTime<Utc>,
    pub(super) day_ends: DateTime<Utc>,
}

impl QueryId for CountQueue {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for CountQueue {
    type SqlType = Columns;
}

impl<Conn> diesel::RunQueryDsl<Conn> for CountQueue {}

const OPEN: &str = "FROM leads WHERE outcome IS NULL AND hold IS NULL";

fn count(mut out: AstPass<'_, '_, Pg>, from: &str, then: &str) {
    out.push_sql("(SELECT count(*) FROM (SELECT 1 ");
    out.push_sql(from);
    out.push_sql(then);
    out.push_sql(" LIMIT 1000) few), ");
}

impl QueryFragment<Pg> for CountQueue {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        count(out.reborrow(), OPEN, "");
        out.push_sql("(SELECT count(*) FROM (SELECT 1 ");
        out.push_sql(OPEN);
        out.push_sql(" AND owner_id = ");
        out.push_bind_param::<Uuid, _>(&self.reader)?;
        out.push_sql(" AND lease_until > now() LIMIT 1000) few), ");
        count(out.reborrow(), OPEN, " AND (owner_id IS NULL OR lease_until <= now())");
        out.push_sql("(SELECT count(*) FROM (SELECT id ");
        out.push_sql(OPEN);
        out.push_sql(" LIMIT 1000) few JOIN inquiries ON lead_id = few.id AND opened_lead WHERE language = 'es'), ");
        // Asked of each promise by the key of its lead: a join would read all leads.
        out.push_sql("(SELECT count(*) FROM (SELECT 1 FROM follow_ups WHERE done_at IS NULL AND (SELECT outcome IS NULL AND contact_stopped_at IS NULL FROM leads WHERE leads.id = lead_id) AND follow_ups.due_at < ");
        out.push_bind_param::<Timestamptz, _>(&self.day_ends)?;
        out.push_sql(" LIMIT 1000) few), ");
        count(out.reborrow(), "FROM leads WHERE hold = 'quarantined' AND outcome IS NULL", "");
        count(out.reborrow(), OPEN, " AND (first_contact_at IS NOT NULL) = false");
        count(
            out.reborrow(),
            OPEN,
            " AND (first_contact_at IS NOT NULL) = false AND due_at < now() AND contact_stopped_at IS NULL",
        );
        out.push_sql("(SELECT count(*) FROM (SELECT 1 ");
        out.push_sql(OPEN);
        out.push_sql(" AND (first_contact_at IS NOT NULL) = true AND contact_stopped_at IS NULL AND due_at < ");
        out.push_bind_param::<Timestamptz, _>(&self.day_ends)?;
        out.push_sql(" LIMIT 1000) few), ");
        count(out.reborrow(), OPEN, " AND (first_contact_at IS NOT NULL) = true AND due_at < now() AND contact_stopped_at IS NULL");
        out.push_sql("(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_contact_at - received_at)::float8) FROM leads WHERE first_contact_at IS NOT NULL AND received_at >= ");
        out.push_bind_param::<Timestamptz, _>(&self.day_starts)?;
        out.push_sql("), (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_attempt_at - received_at)::float8) FROM leads WHERE first_attempt_at IS NOT NULL AND received_at >= ");
        out.push_bind_param::<Timestamptz, _>(&self.day_starts)?;
        out.push_sql("), (SELECT count(*) FROM (SELECT 1 ");
        out.push_sql(OPEN);
        out.push_sql(" AND red_flag LIMIT 1000) few)");
        Ok(())
    }
}
