//! The schema: what diesel sees equals what the migrations make; every reference is indexed, every coded column is checked.

use std::fmt::Write;

use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::source::root;
use crate::support::TestDatabase;

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
}

const COLUMNS: &str = "SELECT c.table_name::text AS \"table\", c.column_name::text AS name, c.udt_name::text AS kind, \
    c.is_nullable = 'YES' AS nullable, \
    (SELECT string_agg(a.attname, ', ' ORDER BY array_position(i.indkey::int2[], a.attnum)) FROM pg_index i \
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) \
     WHERE i.indrelid = c.table_name::regclass AND i.indisprimary) AS key \
    FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name <> '__diesel_schema_migrations' \
    ORDER BY c.table_name COLLATE \"C\", c.ordinal_position";

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// One parent, named once, other than the table itself: what diesel can join without being told how.
const JOINS: &str = "SELECT format('diesel::joinable!(%s -> %s (%s));', child, parent, min(col)) AS line FROM ( \
    SELECT k.conrelid::regclass::text AS child, k.confrelid::regclass::text AS parent, a.attname::text AS col \
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] \
    WHERE k.contype = 'f' AND k.conrelid <> k.confrelid) f \
    GROUP BY child, parent HAVING count(*) = 1 ORDER BY child COLLATE \"C\", parent COLLATE \"C\"";

async fn lines(conn: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(conn).await.expect(sql);
    rows.into_iter().map(|row| row.line).collect()
}

fn diesel_type(kind: &str) -> String {
    let plain = match kind {
        "_text" => return "Array<Text>".to_owned(),
        "_uuid" => return "Array<Uuid>".to_owned(),
        "uuid" => "Uuid",
        "text" => "Text",
        "bytea" => "Bytea",
        "bool" => "Bool",
        "int2" => "SmallInt",
        "int4" => "Integer",
        "int8" => "BigInt",
        "float8" => "Double",
        "jsonb" => "Jsonb",
        "date" => "Date",
        "timestamptz" => "Timestamptz",
        other => panic!("say in tests/it/house/schema.rs what {other} is to diesel"),
    };
    plain.to_owned()
}

async fn generated(conn: &mut AsyncPgConnection) -> String {
    let columns: Vec<Column> = diesel::sql_query(COLUMNS).load(conn).await.expect("columns");
    let mut text = "//! The tables as diesel sees them. Generated from a migrated database: `UPDATE_SCHEMA=1 bin/test schema_rs` writes it anew.\n\
         #![expect(missing_docs, reason = \"generated; the migrations document the tables\")]\n"
        .to_owned();
    let mut tables: Vec<&str> = columns.iter().map(|column| column.table.as_str()).collect();
    tables.dedup();
    for table in &tables {
        let own = || columns.iter().filter(|column| column.table == *table);
        let key = own().find_map(|column| column.key.clone()).expect("every table has a primary key");
        write!(text, "\ndiesel::table! {{\n    {table} ({key}) {{\n").expect("text");
        for Column { name, kind, nullable, .. } in own() {
            let kind = diesel_type(kind);
            let kind = if *nullable { format!("Nullable<{kind}>") } else { kind };
            writeln!(text, "        {name} -> {kind},").expect("text");
        }
        text.push_str("    }\n}\n");
    }
    text.push('\n');
    for join in lines(conn, JOINS).await {
        writeln!(text, "{join}").expect("text");
    }
    text.push_str("diesel::allow_tables_to_appear_in_same_query!(\n");
    for table in tables {
        writeln!(text, "    {table},").expect("text");
    }
    text.push_str(");\n");
    text
}

#[tokio::test]
async fn schema_rs_equals_the_migrated_database() {
    let database = TestDatabase::fresh().await;
    let expected = generated(&mut database.connect().await).await;
    let path = root().join("src/db/schema.rs");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &expected).expect("src/db/schema.rs");
    }
    let found = std::fs::read_to_string(path).expect("src/db/schema.rs");
    assert!(found == expected, "src/db/schema.rs is stale: UPDATE_SCHEMA=1 bin/test schema_rs");
    database.remove().await;
}

#[tokio::test]
async fn every_reference_to_another_table_is_indexed() {
    let database = TestDatabase::fresh().await;
    let missing = lines(
        &mut database.connect().await,
        "SELECT format('%s.%s', k.conrelid::regclass, a.attname) AS line FROM pg_constraint k \
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] \
         WHERE k.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1] \
         AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname))) ORDER BY 1",
    )
    .await;
    assert!(missing.is_empty(), "no index leads with: {missing:?}");
    database.remove().await;
}

/// Texts that are no code of a closed list: names, ids made elsewhere, tags of campaigns, and codes whose list is in Rust alone
/// because only software writes them.
const NOT_CODES: &[&str] = &[
    "assessment_items.questions_version",
    "audit_events.action",
    "audit_events.request_id",
    "audit_events.subject_id",
    "audit_events.subject_kind",
    "consent_wordings.version",
    "consent_wordings.wording",
    "inquiries.receipt",
    "inquiries.text_consent",
    "inquiries.utm_campaign",
    "inquiries.utm_content",
    "inquiries.utm_medium",
    "inquiries.utm_source",
    "inquiries.utm_term",
    "key_checks.key_id",
    "key_checks.purpose",
    "leads.reference",
    "locations.city",
    "locations.holidays",
    "locations.name",
    "locations.staffed_hours",
    "milestones.detail",
    "outbox_messages.reply_code",
    "programs.licensed_states",
    "programs.name",
    "routing_choices.rule_codes",
    "routing_choices.rules_version",
    "report_days.format",
    "second_receipts.code",
    "invitations.name",
    "staff.name",
    "staff.password_hash",
    "timeline_entries.from_code",
];

#[tokio::test]
async fn every_coded_column_is_checked_by_the_database() {
    let database = TestDatabase::fresh().await;
    let unchecked = lines(
        &mut database.connect().await,
        "SELECT format('%s.%s', c.table_name, c.column_name) AS line FROM information_schema.columns c \
         WHERE c.table_schema = 'public' AND c.udt_name IN ('text', '_text') AND c.table_name <> '__diesel_schema_migrations' \
         AND NOT EXISTS (SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) \
         WHERE k.contype = 'c' AND k.conrelid = format('%I', c.table_name)::regclass AND a.attname = c.column_name) ORDER BY 1",
    )
    .await;
    let wrong: Vec<&String> =
        unchecked.iter().filter(|column| !NOT_CODES.contains(&column.as_str()) && *column != "timeline_entries.to_code").collect();
    assert!(wrong.is_empty(), "give these a CHECK, or say in NOT_CODES what they are: {wrong:?}");
    database.remove().await;
}
