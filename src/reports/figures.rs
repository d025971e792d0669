//! Reading facts: from packs where they stand, else from the rows themselves.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures_util::TryStreamExt;
use uuid::Uuid;

use super::case::day_number;
use super::fact::Fact;
use super::packed;
use super::packed::stretches::{Stretch, stretches};
use super::words::Words;
use crate::db::Connection;
use crate::leads::stage::Stage;

/// Leads received from the first bind on and before the second, with what their timeline, routing and mails say. Lateral, so that
/// a few thousand leads are looked up and nothing else is read.
const FACTS: &str = "
WITH these AS MATERIALIZED (
    SELECT id, received_at, stage, outcome, outcome_reason, hold, owner_id, program_id, expected_admission_on, admitted_on,
           first_attempt_at, first_contact_at, attempts
    FROM leads WHERE received_at >= $1 AND received_at < $2
)
SELECT these.id, these.received_at, stage, outcome, outcome_reason, hold IS NOT DISTINCT FROM 'quarantined' AS quarantined,
       program_id, expected_admission_on, admitted_on, first_attempt_at, first_contact_at, attempts,
       channel, language, program_interest, utm_source, utm_campaign,
       COALESCE(assessed, false) AS assessed, COALESCE(waitlisted, false) AS waitlisted, COALESCE(scheduled, false) AS scheduled,
       COALESCE(declined, false) OR outcome IS NOT DISTINCT FROM 'declined' AS declined,
       COALESCE(referred, false) OR outcome IS NOT DISTINCT FROM 'referred_out' AS referred,
       COALESCE(reopened, false) AS reopened, COALESCE(owner_id, worker) AS worker,
       suggested_program_id, chosen_program_id, COALESCE(mails, 0) AS mails, COALESCE(failed, 0) AS failed, told_at,
       EXISTS (SELECT FROM returns WHERE earlier_id = these.id) AS wrote_again
FROM these
JOIN inquiries ON inquiries.lead_id = these.id AND opened_lead
LEFT JOIN LATERAL (
    SELECT bool_or(kind = 'stage' AND 'assessment' IN (from_code, to_code)) AS assessed,
           bool_or(kind = 'stage' AND 'waitlisted' IN (from_code, to_code)) AS waitlisted,
           bool_or(kind = 'stage' AND 'scheduled' IN (from_code, to_code)) AS scheduled,
           bool_or(kind = 'closed' AND from_code = 'declined') AS declined,
           bool_or(kind = 'closed' AND from_code = 'referred_out') AS referred,
           bool_or(kind = 'reopened') AS reopened,
           (array_agg(member_id ORDER BY at DESC, timeline_entries.id DESC) FILTER (WHERE kind IN ('attempt', 'closed') AND member_id IS NOT NULL))[1] AS worker
    FROM timeline_entries WHERE lead_id = these.id AND kind IN ('stage', 'closed', 'reopened', 'attempt')
) AS told ON true
LEFT JOIN LATERAL (
    SELECT suggested_program_id, chosen_program_id FROM routing_choices WHERE lead_id = these.id
    ORDER BY at DESC, routing_choices.id DESC LIMIT 1
) AS choice ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS mails, count(*) FILTER (WHERE state IN ('bounced', 'dead')) AS failed,
           min(settled_at) FILTER (WHERE state = 'accepted') AS told_at
    FROM outbox_messages WHERE lead_id = these.id AND kind = 'new_inquiry'
) AS mail ON true
ORDER BY these.received_at DESC, these.id DESC";

macro_rules! row {
    ($($name:ident: $rust:ty = $sql:ty,)+) => {
        #[derive(QueryableByName)]
        struct FactRow {$(
            #[diesel(sql_type = $sql)]
            $name: $rust,
        )+}
    };
}

row! {
    id: Uuid = SqlUuid,
    received_at: DateTime<Utc> = Timestamptz,
    stage: Stage = Text,
    outcome: Option<crate::leads::stage::Outcome> = Nullable<Text>,
    outcome_reason: Option<String> = Nullable<Text>,
    quarantined: bool = Bool,
    program_id: Option<Uuid> = Nullable<SqlUuid>,
    expected_admission_on: Option<NaiveDate> = Nullable<Date>,
    admitted_on: Option<NaiveDate> = Nullable<Date>,
    first_attempt_at: Option<DateTime<Utc>> = Nullable<Timestamptz>,
    first_contact_at: Option<DateTime<Utc>> = Nullable<Timestamptz>,
    attempts: i32 = Integer,
    channel: crate::values::InquiryChannel = Text,
    language: crate::values::Language = Text,
    program_interest: crate::values::ProgramInterest = Text,
    utm_source: Option<String> = Nullable<Text>,
    utm_campaign: Option<String> = Nullable<Text>,
    assessed: bool = Bool,
    waitlisted: bool = Bool,
    scheduled: bool = Bool,
    declined: bool = Bool,
    referred: bool = Bool,
    reopened: bool = Bool,
    worker: Option<Uuid> = Nullable<SqlUuid>,
    suggested_program_id: Option<Uuid> = Nullable<SqlUuid>,
    chosen_program_id: Option<Uuid> = Nullable<SqlUuid>,
    mails: i64 = BigInt,
    failed: i64 = BigInt,
    told_at: Option<DateTime<Utc>> = Nullable<Timestamptz>,
    wrote_again: bool = Bool,
}

impl FactRow {
    fn furthest(&self) -> Stage {
        let passed = [(self.assessed, Stage::Assessment), (self.waitlisted, Stage::Waitlisted), (self.scheduled, Stage::Scheduled)];
        passed.into_iter().filter(|(reached, _)| *reached).map(|(_, stage)| stage).fold(self.stage, Ord::max)
    }

    fn fact(self, words: &mut Words) -> Fact {
        let since =
            |at: Option<DateTime<Utc>>| at.map(|at| (at - self.received_at).num_seconds().max(0)).and_then(|s| s.try_into().ok());
        let mut id = |id: Option<Uuid>| id.map_or(0, |id| words.number(&id.to_string()));
        let (program, worker) = (id(self.program_id), id(self.worker));
        let (suggested, chosen) = (id(self.suggested_program_id), id(self.chosen_program_id));
        Fact {
            id: self.id,
            received: self.received_at.timestamp_micros(),
            response: since(self.first_attempt_at),
            contact: since(self.first_contact_at),
            told: since(self.told_at),
            expected_on: self.expected_admission_on.map(day_number),
            admitted_on: self.admitted_on.map(day_number),
            attempts: self.attempts.try_into().unwrap_or(0),
            mails: self.mails.try_into().unwrap_or(0),
            mails_failed: self.failed.try_into().unwrap_or(0),
            furthest: self.furthest(),
            outcome: self.outcome,
            channel: self.channel,
            language: self.language,
            interest: self.program_interest,
            quarantined: self.quarantined,
            declined: self.declined,
            referred: self.referred,
            reopened: self.reopened,
            wrote_again: self.wrote_again,
            reason: words.maybe(self.outcome_reason.as_deref()),
            source: words.maybe(self.utm_source.as_deref()),
            campaign: words.maybe(self.utm_campaign.as_deref()),
            program,
            worker,
            suggested,
            chosen,
        }
    }
}

/// Facts of the leads received between two instants, the latest first, one after the other: as one moment saw them.
pub async fn each(
    conn: &mut Connection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    words: &mut Words,
    mut take: impl FnMut(&Fact, &Words) + Send,
) -> QueryResult<()> {
    let within = from.timestamp_micros()..to.timestamp_micros();
    conn.build_transaction()
        .repeatable_read()
        .read_only()
        .run(async |conn| {
            let packed = packed::figures::standing(conn, from, to).await?;
            for stretch in stretches(from, to, &packed) {
                match stretch {
                    Stretch::Rows(from, to) => each_row(conn, (from, to), words, &mut take).await?,
                    Stretch::Packs(first, last) => {
                        let mut inside = |fact: &Fact, words: &Words| {
                            if within.contains(&fact.received) {
                                take(fact, words);
                            }
                        };
                        packed::figures::each(conn, (first, last), words, &mut inside).await?;
                    }
                }
            }
            Ok(())
        })
        .await
}

/// Facts read from the rows, as [`each`] gives them.
pub(super) async fn each_row(
    conn: &mut Connection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    words: &mut Words,
    mut take: impl FnMut(&Fact, &Words) + Send,
) -> QueryResult<()> {
    let query = diesel::sql_query(FACTS).bind::<Timestamptz, _>(from).bind::<Timestamptz, _>(to);
    let mut rows = query.load_stream::<FactRow>(conn).await?;
    while let Some(row) = rows.try_next().await? {
        let fact = row.fact(words);
        take(&fact, words);
    }
    Ok(())
}
