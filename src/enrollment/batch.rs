//! The one statement that stores inquiries: data-modifying CTEs over arrays, prepared once per connection. The audit row of each is
//! written by a trigger (migration 004220).
//!
//! Concurrent submissions share a commit, because a durable commit costs a disk flush whatever it carries
//! (see `docs/PERFORMANCE.md`). Written as a query node and not with `sql_query`, which would be prepared anew each time.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::prepared::Prepared;
use super::store::Told;
use crate::values::{BestTime, ContactMethod, HowSoon, QuarantineReason};

/// The submissions as columns, in the order of `INPUT_COLUMNS`.
pub(super) struct InsertBatch<'a> {
    ids: Vec<Uuid>,
    leads: Vec<Uuid>,
    texts: Vec<Vec<Option<&'a str>>>,
    ticks: Vec<Vec<bool>>,
    bytes: Vec<Vec<Option<&'a [u8]>>>,
    spooled_at: Vec<Option<DateTime<Utc>>>,
    configured: Vec<&'a [u8]>,
    promise_minutes: i32,
}

const TEXTS: [fn(&Prepared) -> Option<&str>; 17] = [
    |p| Some(p.reference.as_str()),
    |p| Some(p.receipt.as_str()),
    |p| p.held.map(QuarantineReason::code),
    |p| Some(p.channel.code()),
    |p| Some(p.answers.language.code()),
    |p| Some(p.answers.who_for.code()),
    |p| p.answers.contact_method.map(ContactMethod::code),
    |p| p.text_consent.as_deref(),
    |p| p.answers.best_time.map(BestTime::code),
    |p| Some(p.answers.program_interest.code()),
    |p| p.answers.how_soon.map(HowSoon::code),
    |p| p.answers.state.as_deref(),
    |p| p.campaign.source.as_deref(),
    |p| p.campaign.medium.as_deref(),
    |p| p.campaign.name.as_deref(),
    |p| p.campaign.term.as_deref(),
    |p| p.campaign.content.as_deref(),
];
const TICKS: [fn(&Prepared) -> bool; 5] =
    [|p| p.answers.leave_message, |p| p.answers.interpreter, |p| p.answers.acknowledge, |p| p.acknowledge_by_mail, |p| p.adopted];
type BytesOf = fn(&Prepared) -> Option<&[u8]>;
const BYTES: [BytesOf; 4] = [
    |p| Some(p.contact.envelope()),
    |p| Some(p.message.envelope()),
    |p| p.submission_digest.as_ref().map(<[u8; 32]>::as_slice),
    |p| Some(p.recent_digest.as_slice()),
];

impl<'a> InsertBatch<'a> {
    pub(super) fn new(batch: &'a [Prepared], told: &'a Told) -> Self {
        Self {
            ids: batch.iter().map(|p| p.id.uuid()).collect(),
            leads: batch.iter().map(|p| p.lead.uuid()).collect(),
            texts: TEXTS.iter().map(|read| batch.iter().map(|p| read(p)).collect()).collect(),
            ticks: TICKS.iter().map(|read| batch.iter().map(read).collect()).collect(),
            bytes: BYTES.iter().map(|read| batch.iter().map(|p| read(p)).collect()).collect(),
            spooled_at: batch.iter().map(|p| p.spooled_at).collect(),
            configured: told.configured.iter().map(<[u8; 32]>::as_slice).collect(),
            promise_minutes: told.promise_minutes,
        }
    }
}

impl QueryId for InsertBatch<'_> {
    type QueryId = InsertBatch<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for InsertBatch<'_> {
    type SqlType = (BigInt, Bool, Nullable<Text>, Nullable<Text>);
}

impl QueryFragment<Pg> for InsertBatch<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH input AS (SELECT * FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql("::uuid[], ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.leads)?;
        out.push_sql("::uuid[]");
        for column in &self.texts {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<Text>>, _>(column)?;
            out.push_sql("::text[]");
        }
        for column in &self.ticks {
            out.push_sql(", ");
            out.push_bind_param::<Array<Bool>, _>(column)?;
            out.push_sql("::bool[]");
        }
        for column in &self.bytes {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<Bytea>>, _>(column)?;
            out.push_sql("::bytea[]");
        }
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Timestamptz>>, _>(&self.spooled_at)?;
        out.push_sql("::timestamptz[]");
        out.push_sql(INPUT_COLUMNS);
        out.push_sql(KNOWN);
        out.push_sql(INQUIRIES);
        out.push_sql(LEADS);
        out.push_bind_param::<Integer, _>(&self.promise_minutes)?;
        out.push_sql(") FROM fresh), ");
        out.push_sql(TOLD_MEMBERS);
        out.push_bind_param::<Array<Bytea>, _>(&self.configured)?;
        out.push_sql(TOLD_OTHERS);
        out.push_sql(VERDICTS);
        Ok(())
    }
}

const INPUT_COLUMNS: &str = ") WITH ORDINALITY AS t(id, lead_id, \
    reference, receipt, held, channel, language, who_for, contact_method, text_consent, best_time, program_interest, how_soon, state, \
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, \
    leave_message, interpreter, acknowledge, acknowledge_by_mail, adopted, \
    contact, message, submission_digest, recent_digest, spooled_at, ord)), ";

/// Same key and same content at any time, or same content within ten minutes: the same submission. A function looks it up, so that
/// the public role can ask for what it has and list nothing (migration 004210).
const KNOWN: &str = "known AS (SELECT k.ord, k.receipt FROM (\
    SELECT array_agg(submission_digest ORDER BY ord) AS submissions, array_agg(recent_digest ORDER BY ord) AS recents, \
    array_agg(spooled_at ORDER BY ord) AS spooled FROM input) given \
    CROSS JOIN LATERAL known_submissions(given.submissions, given.recents, given.spooled) k), ";

/// What waited in the spool was received when it came, not when it is stored (`least` passes over null).
///
/// What is being stored by somebody else at this moment conflicts, is left out, and asked for again.
const INQUIRIES: &str = "stored AS (INSERT INTO inquiries (id, lead_id, receipt, received_at, channel, language, who_for, \
    contact_method, leave_message, text_consent, best_time, program_interest, how_soon, state, interpreter, acknowledge, \
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, contact, message, adopted, submission_digest, recent_digest) \
    SELECT id, lead_id, receipt, least(spooled_at, now()), channel, language, who_for, \
    contact_method, leave_message, text_consent, best_time, program_interest, how_soon, state, interpreter, acknowledge, \
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, contact, message, adopted, submission_digest, recent_digest \
    FROM input WHERE ord NOT IN (SELECT ord FROM known) ORDER BY recent_digest ON CONFLICT DO NOTHING RETURNING id), \
    fresh AS (SELECT input.* FROM input JOIN stored USING (id)), ";

const LEADS: &str = "opened AS (INSERT INTO leads (id, reference, hold, quarantine_reason, received_at, due_at) \
    SELECT lead_id, reference, CASE WHEN held IS NOT NULL THEN 'quarantined' END, held, least(spooled_at, now()), least(spooled_at, now()) + make_interval(mins => ";

/// One outbox row per recipient; what waits in quarantine tells nobody, and who writes down a call knows of it.
const TOLD_MEMBERS: &str = "told AS (INSERT INTO outbox_messages (id, kind, recipient_kind, member_id, address_digest, lead_id, inquiry_id) \
    SELECT gen_random_uuid(), 'new_inquiry', 'member', s.id, NULL, fresh.lead_id, fresh.id FROM fresh CROSS JOIN new_inquiry_members() s \
    WHERE fresh.held IS NULL AND fresh.channel <> 'phone' \
    UNION ALL \
    SELECT gen_random_uuid(), 'new_inquiry', 'configured', NULL, address, fresh.lead_id, fresh.id FROM fresh CROSS JOIN unnest(";

const TOLD_OTHERS: &str = "::bytea[]) AS address WHERE fresh.held IS NULL AND fresh.channel <> 'phone' \
    UNION ALL \
    SELECT gen_random_uuid(), 'acknowledgement', 'inquirer', NULL, NULL, fresh.lead_id, fresh.id FROM fresh \
    WHERE fresh.held IS NULL AND fresh.acknowledge_by_mail) ";

/// One verdict per submission; whoever listens is told which inquiries are new.
const VERDICTS: &str = "SELECT input.ord, stored.id IS NOT NULL, known.receipt, \
    (SELECT pg_notify('intake_inquiries', ids)::text FROM (SELECT string_agg(id::text, ',') AS ids FROM stored) s WHERE ids IS NOT NULL) \
    FROM input LEFT JOIN stored USING (id) LEFT JOIN known USING (ord) ORDER BY input.ord";
