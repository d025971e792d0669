//! What a copy holds, counted in the very snapshot it was made of.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use super::signature::DumpSum;
use crate::db::{Connection, health};

/// The version this release writes; it reads those before, too.
const VERSION: u32 = 2;
/// What a restore ends or begins: not compared after it.
const CHANGED_BY_RESTORE: [&str; 4] = ["sessions", "searches", "one_time_links", "outbox_hold"];
/// What a restore, and the migrations after it, add rows to.
const GROWN_BY_RESTORE: [&str; 4] = ["audit_events", "audit_links", "key_checks", "__diesel_schema_migrations"];

/// Beside the dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this file.
    pub intake_backup: u32,
    /// For who finds it.
    pub note: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Of the server.
    pub postgres: String,
    /// The newest migration.
    pub migration: String,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
    /// Ids of the keys it is sealed under, by purpose.
    pub keys: Vec<(String, String)>,
    /// The last link of the audit chain.
    pub audit_seq: i64,
    /// What the dump is; backups of version 1 do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dump: Option<DumpSum>,
}

const NOTE: &str = "A copy of the database of Intake. The keys are not in it: without the private.key that belongs to it no inquiry in it \
     can be read, by anybody. Restore with `intake restore --from FILE`, or with pg_restore.";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    purpose: String,
    #[diesel(sql_type = Text)]
    key_id: String,
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = Nullable<Text>)]
    migration: Option<String>,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// Describes what `conn` sees in its transaction.
pub async fn manifest(conn: &mut Connection) -> anyhow::Result<Manifest> {
    let last: Last = diesel::sql_query(
        "SELECT (SELECT max(version) FROM __diesel_schema_migrations) AS migration, \
         coalesce((SELECT max(seq) FROM audit_links), 0) AS seq",
    )
    .get_result(conn)
    .await
    .context("this is not the database of an Intake")?;
    let keys: Vec<Key> =
        diesel::sql_query("SELECT purpose, key_id FROM key_checks WHERE removed_at IS NULL ORDER BY created_at, purpose, key_id")
            .load(conn)
            .await?;
    Ok(Manifest {
        intake_backup: VERSION,
        note: NOTE.to_owned(),
        made_at: health::now(conn).await?,
        postgres: health::version(conn).await?,
        migration: last.migration.unwrap_or_default(),
        rows: counts(conn).await?,
        keys: keys.into_iter().map(|key| (key.purpose, key.key_id)).collect(),
        audit_seq: last.seq,
        dump: None,
    })
}

/// Rows of each table.
pub async fn counts(conn: &mut Connection) -> anyhow::Result<BTreeMap<String, i64>> {
    let tables: Vec<Named> =
        diesel::sql_query("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            .load(conn)
            .await?;
    let mut rows = BTreeMap::new();
    for Named { name } in tables {
        let counted: Counted = diesel::sql_query(format!("SELECT count(*) AS count FROM public.\"{}\"", name.replace('"', "\"\"")))
            .get_result(conn)
            .await?;
        rows.insert(name, counted.count);
    }
    Ok(rows)
}

impl Manifest {
    /// Reads one; a later version is refused.
    pub fn parse(text: &[u8]) -> anyhow::Result<Self> {
        let manifest: Self = serde_json::from_slice(text).context("its manifest cannot be read")?;
        if !(1..=VERSION).contains(&manifest.intake_backup) {
            bail!("it is of version {}, this release reads versions up to {VERSION}", manifest.intake_backup);
        }
        Ok(manifest)
    }

    /// What differs from `found`, in words; empty if every table holds as many rows.
    pub fn differences(&self, found: &BTreeMap<String, i64>) -> Vec<String> {
        let differs = |(table, count): (&String, &i64)| {
            let now = found.get(table).copied();
            (now != Some(*count)).then(|| match now {
                Some(now) => format!("{table} holds {now} rows, {count} were copied"),
                None => format!("{table} is missing, {count} rows were copied"),
            })
        };
        self.rows.iter().filter_map(differs).collect()
    }

    /// The same after `intake restore` has ended sessions and links, written what it did to the audit log, and migrated.
    pub fn differences_after_restore(&self, found: &BTreeMap<String, i64>) -> Vec<String> {
        let kept = |table: &str, count: i64| {
            let grown = GROWN_BY_RESTORE.contains(&table) && found.get(table).is_some_and(|now| *now >= count);
            !grown && !CHANGED_BY_RESTORE.contains(&table)
        };
        let rows = self.rows.iter().filter(|(table, count)| kept(table, **count));
        let compared = Self { rows: rows.map(|(table, count)| (table.clone(), *count)).collect(), ..self.clone() };
        compared.differences(found)
    }
}
