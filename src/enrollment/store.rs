//! The statement that stores inquiries, many at a time, and what a receipt may tell.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Bytea, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::batch::InsertBatch;
use super::prepared::Prepared;
use crate::config::Config;
use crate::db::schema::consent_wordings;
use crate::db::{Connection, commits};
use crate::sealing::{DigestPurpose, Keys, SealError};
use crate::values::{Language, ReceiptCode};

/// Who is told and when first contact is due, the same for every inquiry of a batch.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Digests of the configured recipients.
    pub configured: Vec<[u8; 32]>,
    /// Minutes until first contact is due.
    pub promise_minutes: i32,
}

impl Told {
    /// As configured.
    pub fn of(config: &Config, keys: &Keys) -> Result<Self, SealError> {
        let digest = |address: &String| keys.digest(DigestPurpose::Recipient, &[address.to_lowercase().as_bytes()]);
        let configured = config.notify.recipients.iter().map(digest).collect::<Result<Vec<_>, SealError>>()?;
        Ok(Self { configured, promise_minutes: i32::try_from(config.notify.promise_minutes).unwrap_or(i32::MAX) })
    }
}

/// What became of one submission of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// It is a new inquiry, under its own receipt.
    New,
    /// It was stored before, under this receipt.
    Before(ReceiptCode),
    /// Somebody is storing the same at this moment: ask again.
    Again,
}

/// Inserts inquiry, lead, outbox rows and audit event of each submission in one statement, which is one transaction.
/// The answer holds one verdict per submission, in order.
pub async fn insert_batch(conn: &mut Connection, batch: &[Prepared], told: &Told) -> QueryResult<Vec<Stored>> {
    let rows: Vec<(i64, bool, Option<ReceiptCode>, Option<String>)> = InsertBatch::new(batch, told).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|(_, inserted, before, _)| match (inserted, before) {
            (true, _) => Stored::New,
            (false, Some(receipt)) => Stored::Before(receipt),
            (false, None) => Stored::Again,
        })
        .collect())
}

/// The same, and each verdict is good for an answer: what was found is as safe as what was inserted.
///
/// A row that is found proves nothing by itself: its commit may have been cut off while it waited for the standby, and then a failover
/// takes it away (`db::commits`). Where something was inserted, the commit of this very statement wrote WAL behind everything it could
/// see, so the standby that confirmed it has the found rows too. Where nothing was, that commit waited for nobody: one that does
/// follows here. Only a batch of nothing but repetitions pays for it.
pub async fn insert_confirmed(conn: &mut Connection, batch: &[Prepared], told: &Told) -> QueryResult<Vec<Stored>> {
    let verdicts = insert_batch(conn, batch, told).await?;
    let found = verdicts.iter().any(|verdict| matches!(verdict, Stored::Before(_)));
    if found && !verdicts.contains(&Stored::New) {
        commits::confirm(conn).await?;
    }
    Ok(verdicts)
}

diesel::define_sql_function! {
    /// See migration 004210.
    fn forget_stale_digests(digests: Array<Bytea>) -> BigInt;
}
diesel::define_sql_function! {
    /// See migration 004210.
    fn give_up_older_rights() -> Bool;
}

/// Forgets ten-minute digests that are older than that, so that they hold up nobody.
pub async fn clear_stale_digests(conn: &mut Connection, digests: &[&[u8]]) -> QueryResult<i64> {
    diesel::select(forget_stale_digests(digests)).get_result(conn).await
}

/// The public role needs less than in the release before: what it needs no more is taken from it. True if it was.
pub async fn without_older_rights(conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(give_up_older_rights()).get_result(conn).await
}

/// Keeps the exact words of a consent under its version.
pub async fn keep_consent_wording(conn: &mut Connection, version: &str, language: Language, wording: &str) -> QueryResult<()> {
    diesel::insert_into(consent_wordings::table)
        .values((
            consent_wordings::version.eq(version),
            consent_wordings::language.eq(language),
            consent_wordings::wording.eq(wording),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// How far an inquiry got, and nothing about the person.
#[derive(Debug, Clone, Queryable)]
pub struct ReceiptRow {
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// Language the inquirer used.
    pub language: Language,
    /// Stage code of its lead.
    pub stage: String,
    /// Outcome code of its lead, once closed.
    pub outcome: Option<String>,
    /// First contact attempt.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// First live conversation.
    pub first_contact_at: Option<DateTime<Utc>>,
    /// Somebody claimed it at some time.
    pub seen: bool,
    /// Nobody gets in touch: it was asked for.
    pub stopped: bool,
}

/// What a receipt may tell, by its code or a second one: how far the work on its lead got, or on the lead that one was merged into.
/// Nothing once it was erased. A function of the database answers (migration 004210): the public role may ask for one code.
///
/// Asks for no confirmed commit: a code reaches its person only when the inquiry is confirmed or in the spool, and the file stays in the
/// spool until its row is confirmed.
pub async fn receipt(conn: &mut Connection, code: &ReceiptCode) -> QueryResult<Option<ReceiptRow>> {
    AskReceipt(code.clone()).get_result(conn).await.optional()
}

#[derive(QueryId)]
struct AskReceipt(ReceiptCode);

impl Query for AskReceipt {
    type SqlType = (Timestamptz, Text, Text, Nullable<Text>, Nullable<Timestamptz>, Nullable<Timestamptz>, Bool, Bool);
}

impl QueryFragment<Pg> for AskReceipt {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT received_at, language, stage, outcome, first_attempt_at, first_contact_at, seen, stopped FROM receipt_status(",
        );
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}
