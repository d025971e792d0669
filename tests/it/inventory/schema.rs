//! The inventory is complete: a new column or table about people fails here until the inventory says what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use intake::db::data_inventory::{COLUMNS, LEAD_TABLES, NOT_ABOUT_PEOPLE, PersonColumn, Stored, is_hash_name};
use intake::sealing::Place;

use crate::house::source::root;
use crate::support::TestDatabase;

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

async fn names(sql: &str) -> BTreeSet<String> {
    let database = TestDatabase::fresh().await;
    let rows: Vec<Name> = diesel::sql_query(sql).load(&mut database.connect().await).await.expect(sql);
    database.remove().await;
    rows.into_iter().map(|row| row.name).collect()
}

fn listed(stored: &[Stored]) -> BTreeSet<String> {
    COLUMNS.iter().filter(|column| stored.contains(&column.stored)).map(PersonColumn::name).collect()
}

/// Text that is no code of a closed list and names no person: it is about the center, or made by software.
const TEXT_ABOUT_NOBODY: &[&str] = &[
    "assessment_items.questions_version",
    "audit_events.action",
    "audit_events.details",
    "audit_events.request_id",
    "audit_events.subject_id",
    "audit_events.subject_kind",
    "audit_tallies.details",
    "consent_wordings.version",
    "consent_wordings.wording",
    "exports.filter",
    "key_checks.key_id",
    "leads.reference",
    "locations.city",
    "locations.holidays",
    "locations.name",
    "locations.staffed_hours",
    "locations.state",
    "milestones.detail",
    "outbox_messages.reply_code",
    "programs.licensed_states",
    "programs.name",
    "report_days.format",
    "routing_choices.rule_codes",
    "routing_choices.rules_version",
    // The filter of a view: codes and ids. Its name is sealed.
    "saved_views.query",
    "schema_floor.oldest_program",
    "second_receipts.code",
    "timeline_entries.from_code",
    "timeline_entries.to_code",
];

#[actix_web::test]
async fn every_column_of_bytes_is_in_the_inventory_and_its_name_says_whether_it_is_a_hash() {
    let bytes = names(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
         WHERE table_schema = 'public' AND udt_name IN ('bytea', '_bytea')",
    )
    .await;
    let mut known = listed(&[Stored::Sealed, Stored::Hash]);
    known.remove("staff.password_hash");
    known.extend(NOT_ABOUT_PEOPLE.iter().map(|name| (*name).to_owned()));
    assert_eq!(bytes, known, "say in src/db/data_inventory.rs what becomes of it; docs/ADDING.md names the other places");
    for column in COLUMNS {
        let by_name = is_hash_name(column.column);
        assert_eq!(
            by_name,
            column.stored == Stored::Hash,
            "{}: an older program judges an unknown column by its name",
            column.name()
        );
    }
    let places: BTreeSet<String> = Place::ALL.iter().map(|place| format!("{}.{}", place.table, place.column)).collect();
    assert_eq!(places, listed(&[Stored::Sealed]), "src/sealing/place.rs and src/db/data_inventory.rs");
}

#[actix_web::test]
async fn every_column_of_an_inquiry_and_every_free_text_is_in_the_inventory() {
    let inquiries = names(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name = 'inquiries'",
    )
    .await;
    let known: BTreeSet<String> = COLUMNS.iter().filter(|column| column.table == "inquiries").map(PersonColumn::name).collect();
    assert_eq!(inquiries, known);
    assert_eq!(COLUMNS.iter().map(PersonColumn::name).collect::<BTreeSet<_>>().len(), COLUMNS.len(), "a column is there twice");

    let mut text = names(
        "SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c \
         WHERE c.table_schema = 'public' AND c.udt_name IN ('text', '_text', 'jsonb', '_jsonb', 'json', 'varchar') \
         AND c.table_name NOT IN ('__diesel_schema_migrations', 'inquiries') \
         AND NOT EXISTS (SELECT 1 FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) \
         WHERE k.contype = 'c' AND k.conrelid = format('%I', c.table_name)::regclass AND a.attname = c.column_name \
         AND pg_get_constraintdef(k.oid) ~ format('\\m%s (= ANY \\(ARRAY|<@ ARRAY|= '')', c.column_name))",
    )
    .await;
    for name in listed(&[Stored::Clear]) {
        assert!(text.remove(&name), "{name} is no free text");
    }
    assert!(text.remove("staff.password_hash"));
    assert_eq!(text, TEXT_ABOUT_NOBODY.iter().map(|name| (*name).to_owned()).collect(), "what people type is sealed");
}

#[actix_web::test]
async fn every_table_that_refers_to_a_lead_or_an_inquiry_is_in_the_inventory() {
    let tables = names(
        "SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint \
         WHERE contype = 'f' AND confrelid IN ('leads'::regclass, 'inquiries'::regclass)",
    )
    .await;
    assert_eq!(tables, LEAD_TABLES.iter().map(|(table, _)| (*table).to_owned()).collect());
}

/// The lines of the table "What is sealed, what is clear": each column with how it is stored.
fn documented() -> BTreeMap<String, String> {
    let page = std::fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let section = page.split_once("## What is sealed, what is clear").expect("the section").1;
    let rows = section.lines().skip_while(|line| !line.starts_with('|')).skip(2).take_while(|line| line.starts_with('|'));
    let mut columns = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        for column in cells[0].split('`').skip(1).step_by(2) {
            assert!(columns.insert(column.to_owned(), cells[2].to_owned()).is_none(), "{column} is there twice");
        }
    }
    columns
}

#[test]
fn the_page_about_security_lists_every_column_and_how_it_is_stored() {
    let documented = documented();
    let known = listed(&[Stored::Sealed, Stored::Hash, Stored::Clear]);
    assert_eq!(documented.keys().cloned().collect::<BTreeSet<_>>(), known);
    for column in COLUMNS.iter().filter(|column| column.stored != Stored::Code) {
        let said = &documented[&column.name()];
        let right = match column.stored {
            Stored::Sealed => said == "sealed",
            Stored::Hash => said.contains("hash"),
            Stored::Clear => said == "clear",
            Stored::Code => true,
        };
        assert!(right, "docs/SECURITY.md says of {}: {said}", column.name());
    }
}

#[test]
fn every_file_the_page_about_adding_names_exists() {
    let page = std::fs::read_to_string(root().join("docs/ADDING.md")).unwrap();
    let paths = page.split('`').skip(1).step_by(2).filter(|word| word.contains('/') && !word.contains(' '));
    let missing: Vec<&str> = paths.filter(|path| !root().join(path).exists()).collect();
    assert!(missing.is_empty(), "docs/ADDING.md names {missing:?}");
}
