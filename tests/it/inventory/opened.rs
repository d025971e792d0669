//! Reads a sealed column as it stands in the database, whatever it is, and opens it with the real keys.

use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use intake::sealing::{Keys, Place, Sealed, SealedContent};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The content of the column at this number of `Place::ALL`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Content<const AT: usize>(Value);

impl<const AT: usize> SealedContent for Content<AT> {
    const PLACE: Place = Place::ALL[AT % Place::ALL.len()];
}

type OpenAs = fn(&Keys, Uuid, Vec<u8>) -> Option<Value>;

fn open_as<const AT: usize>(keys: &Keys, row: Uuid, envelope: Vec<u8>) -> Option<Value> {
    keys.open(row, &Sealed::<Content<AT>>::from_envelope(envelope)).ok().map(|content| content.0)
}

/// One for each column.
macro_rules! openers {
    ($($at:literal)+) => { [$(open_as::<$at>,)+] };
}
const OPENERS: [OpenAs; 32] = openers!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);

/// Opens an envelope of a column.
pub fn open(keys: &Keys, place: Place, row: Uuid, envelope: &[u8]) -> Option<Value> {
    assert!(Place::ALL.len() <= OPENERS.len(), "lengthen the list of openers");
    let at = Place::ALL.iter().position(|one| *one == place).expect("a place");
    OPENERS[at](keys, row, envelope.to_vec())
}

/// A row of a sealed column.
#[derive(Debug, Clone, PartialEq, diesel::QueryableByName)]
pub struct Row {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub id: Uuid,
    /// The lead it belongs to, if the table says.
    #[diesel(sql_type = Nullable<Text>)]
    pub lead: Option<String>,
    #[diesel(sql_type = Nullable<diesel::sql_types::Bytea>)]
    pub envelope: Option<Vec<u8>>,
}

/// All rows of a column.
pub async fn rows(conn: &mut AsyncPgConnection, place: Place) -> Vec<Row> {
    let Place { table, column } = place;
    let sql = format!("SELECT id, to_jsonb(one) ->> 'lead_id' AS lead, {column} AS envelope FROM {table} one ORDER BY id");
    diesel::sql_query(sql).load(conn).await.unwrap()
}

/// What a row holds; `null` where the column is empty. Everything must open.
pub fn content(keys: &Keys, place: Place, row: &Row) -> Value {
    let Some(envelope) = &row.envelope else { return Value::Null };
    open(keys, place, row.id, envelope).unwrap_or_else(|| panic!("{place:?}, row {}: does not open", row.id))
}

/// True if nobody could tell from it who was meant: no text, but for the word in the place of an erased name.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty() || text == "Erased",
        Value::Array(all) => all.iter().all(is_blank),
        Value::Object(all) => all.values().all(is_blank),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

#[test]
fn a_name_a_number_and_a_list_are_not_blank() {
    for (text, blank) in [
        ("\"\"", true),
        ("null", true),
        ("{}", true),
        ("{\"name\": \"Erased\", \"phone\": null, \"email\": null}", true),
        ("{\"name\": \"Erased\", \"phone\": \"+18315550143\", \"email\": null}", false),
        ("\"x\"", false),
        ("[1]", false),
    ] {
        assert_eq!(is_blank(&serde_json::from_str(text).unwrap()), blank, "{text}");
    }
}
