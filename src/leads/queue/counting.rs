//! The numbers around the queue, in one cached statement. Each stops counting at [`MOST`], so that it costs the same at a
//! million leads; the open leads are read once, in their order, for the numbers about all of them.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Double, Nullable, Timestamptz, Uuid};

use crate::values::MemberId;
use crate::values::Tally;

/// No number counts further.
pub(super) const MOST: i64 = 500;

/// The numbers around the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct QueueCounts {
    /// Open leads nobody holds back.
    pub queue: Tally,
    /// Those the reader holds.
    pub mine: Tally,
    /// Those nobody holds.
    pub unclaimed: Tally,
    /// Those who wrote in Spanish.
    pub spanish: Tally,
    /// Promises to get in touch that are due today or late.
    pub follow_ups: Tally,
    /// Suspected spam that waits for a person.
    pub quarantine: Tally,
    /// Nobody has spoken with them.
    pub waiting: Tally,
    /// … and no red flag stands there.
    pub waiting_calm: Tally,
    /// … and they are past their due time.
    pub waiting_late: Tally,
    /// Spoken with, due today or late.
    pub today: Tally,
    /// … and no red flag stands there.
    pub today_calm: Tally,
    /// … and past their due time.
    pub today_late: Tally,
    /// Seconds from received to first conversation, median over those received today and reached.
    pub median_seconds: Option<f64>,
    /// Seconds from received to first attempt, median over those received today and tried.
    pub median_response_seconds: Option<f64>,
    /// Open leads with a red flag nobody has acknowledged.
    pub red_flags: Tally,
}

/// About all open leads; about those not reached and late; about those reached and due; the reader's; promises; quarantine; medians.
pub(super) type Columns = (
    (BigInt, BigInt, BigInt, BigInt, BigInt),
    (BigInt, BigInt, BigInt),
    (BigInt, BigInt, BigInt),
    (BigInt, BigInt, BigInt),
    (Nullable<Double>, Nullable<Double>),
);
pub(super) type Row = ((i64, i64, i64, i64, i64), (i64, i64, i64), (i64, i64, i64), (i64, i64, i64), (Option<f64>, Option<f64>));

impl From<Row> for QueueCounts {
    fn from(row: Row) -> Self {
        let ((queue, unclaimed, spanish, waiting, waiting_calm), (waiting_late, in_time, red_flags), reached, others, medians) =
            row;
        let ((today, today_calm, today_late), (mine, follow_ups, quarantine)) = (reached, others);
        let up_to = |number| Tally::up_to(MOST, number);
        // The open leads were read in their order and no further: what is counted among them is at least so many.
        let among = |number| Tally { number, more: queue >= MOST };
        let unreached = |number| Tally { number, more: queue >= MOST && waiting_calm + red_flags >= MOST };
        Self {
            queue: up_to(queue),
            mine: up_to(mine),
            unclaimed: among(unclaimed),
            spanish: among(spanish),
            follow_ups: up_to(follow_ups),
            quarantine: up_to(quarantine),
            waiting: unreached(waiting),
            waiting_calm: unreached(waiting_calm),
            // They stand before those in time: where one of these was seen, all that are late were.
            waiting_late: Tally { number: waiting_late, more: in_time == 0 && unreached(0).more },
            today: up_to(today),
            today_calm: Tally { number: today_calm, more: today >= MOST },
            today_late: Tally { number: today_late, more: today_late >= MOST },
            median_seconds: medians.0,
            median_response_seconds: medians.1,
            red_flags: up_to(red_flags),
        }
    }
}

impl QueueCounts {
    /// Open leads reached and due after today, where that can be told.
    pub fn later(&self) -> Option<Tally> {
        let parts = [self.queue, self.red_flags, self.waiting_calm, self.today_calm];
        let number = self.queue.number - self.red_flags.number - self.waiting_calm.number - self.today_calm.number;
        (!parts.iter().any(|part| part.more)).then(|| Tally { number: number.max(0), more: false })
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

/// Each part reads at most 500 rows by an index, in its order; the medians read the leads of today.
impl QueryFragment<Pg> for CountQueue {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH open AS MATERIALIZED (\
             SELECT id, red_flag, first_contact_at, due_at, contact_stopped_at, owner_id, lease_until FROM leads WHERE outcome IS NULL AND hold IS NULL \
             ORDER BY (NOT red_flag), (first_contact_at IS NOT NULL), due_at, id LIMIT 500), \
             heads AS (SELECT count(*) AS queue, count(*) FILTER (WHERE owner_id IS NULL OR lease_until <= now()) AS unclaimed, \
             count(*) FILTER (WHERE first_contact_at IS NULL) AS waiting, \
             count(*) FILTER (WHERE first_contact_at IS NULL AND NOT red_flag) AS calm, \
             count(*) FILTER (WHERE first_contact_at IS NULL AND due_at < now() AND contact_stopped_at IS NULL) AS late, \
             count(*) FILTER (WHERE first_contact_at IS NULL AND due_at >= now()) AS in_time FROM open), \
             reached AS (SELECT count(*) AS today, count(*) FILTER (WHERE NOT red_flag) AS calm, \
             count(*) FILTER (WHERE due_at < now()) AS late FROM (\
             SELECT due_at, red_flag FROM leads WHERE outcome IS NULL AND hold IS NULL AND (first_contact_at IS NOT NULL) = true \
             AND contact_stopped_at IS NULL AND due_at < ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.day_ends)?;
        out.push_sql(
            " ORDER BY due_at LIMIT 500) few), \
             medians AS (SELECT \
             percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_contact_at - received_at)::float8) AS contact, \
             percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_attempt_at - received_at)::float8) AS response \
             FROM leads WHERE received_at >= ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.day_starts)?;
        out.push_sql(
            ") SELECT heads.queue, heads.unclaimed, \
             (SELECT count(*) FROM open WHERE (SELECT language FROM inquiries WHERE lead_id = open.id AND opened_lead) = 'es'), \
             heads.waiting, heads.calm, \
             heads.late, heads.in_time, \
             (SELECT count(*) FROM (SELECT 1 FROM leads WHERE outcome IS NULL AND hold IS NULL AND red_flag LIMIT 500) few), \
             reached.today, reached.calm, reached.late, \
             (SELECT count(*) FROM (SELECT 1 FROM leads WHERE outcome IS NULL AND hold IS NULL AND owner_id = ",
        );
        out.push_bind_param::<Uuid, _>(&self.reader)?;
        // Asked of each promise by the key of its lead: a join would read all leads.
        out.push_sql(
            " AND lease_until > now() LIMIT 500) few), \
             (SELECT count(*) FROM (SELECT 1 FROM follow_ups WHERE done_at IS NULL AND \
             (SELECT outcome IS NULL AND contact_stopped_at IS NULL FROM leads WHERE leads.id = lead_id) AND follow_ups.due_at < ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.day_ends)?;
        out.push_sql(
            " LIMIT 500) few), \
             (SELECT count(*) FROM (SELECT 1 FROM leads WHERE hold = 'quarantined' AND outcome IS NULL LIMIT 500) few), \
             medians.contact, medians.response FROM heads, reached, medians",
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::QueueCounts;

    #[test]
    fn a_few_leads_are_counted_exactly_and_many_at_least() {
        let few = QueueCounts::from(((10, 4, 2, 5, 4), (3, 2, 1), (2, 2, 1), (3, 2, 0), (None, None)));
        assert_eq!((few.unclaimed.to_string(), few.later().unwrap().to_string()), ("4".into(), "3".into()));
        let many = QueueCounts::from(((500, 90, 40, 500, 500), (500, 0, 0), (500, 500, 20), (3, 2, 0), (None, None)));
        let words = [many.queue, many.unclaimed, many.waiting, many.waiting_late, many.today, many.today_late, many.mine];
        assert_eq!(words.map(|tally| tally.to_string()), ["500+", "90+", "500+", "500+", "500+", "20", "3"]);
        assert_eq!(many.later(), None);
        // So many wait that all of them were seen, though not all leads.
        let seen = QueueCounts::from(((500, 90, 40, 120, 120), (7, 113, 0), (380, 380, 20), (3, 2, 0), (None, None)));
        assert_eq!((seen.waiting.to_string(), seen.spanish.to_string()), ("120".into(), "40+".into()));
    }
}
