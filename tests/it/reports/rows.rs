//! One row per lead with the columns of an export, read from the tables by SQL of the test's own.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::sql_types::{Array, Nullable, Text};
use diesel_async::RunQueryDsl;
use intake::reports::cell::{Cell, time_header};
use intake::reports::csv::CsvWriter;

use crate::support::TestApp;

/// The columns without names; those that are times, and those that are numbers.
const COLUMNS: &str = "reference received_at channel language who_for program_interest how_soon state stage outcome outcome_reason \
                       program location owner first_attempt_at first_contact_at closed_at response_minutes contact_minutes attempts \
                       utm_source utm_medium utm_campaign";
const NUMBERS: [&str; 3] = ["response_minutes", "contact_minutes", "attempts"];

const ROWS: &str = "
SELECT ARRAY[l.reference, l.received_at::text, i.channel, i.language, i.who_for, i.program_interest, i.how_soon, i.state, l.stage,
    l.outcome, l.outcome_reason, p.name, h.name, s.name, l.first_attempt_at::text, l.first_contact_at::text, l.closed_at::text,
    round(floor(extract(epoch FROM l.first_attempt_at - l.received_at)) / 60, 2)::text,
    round(floor(extract(epoch FROM l.first_contact_at - l.received_at)) / 60, 2)::text,
    l.attempts::text, i.utm_source, i.utm_medium, i.utm_campaign]::text[] AS cells
FROM leads l JOIN inquiries i ON i.lead_id = l.id AND i.opened_lead
LEFT JOIN programs p ON p.id = l.program_id LEFT JOIN locations h ON h.id = p.location_id LEFT JOIN staff s ON s.id = l.owner_id
WHERE l.hold IS DISTINCT FROM 'quarantined' ORDER BY l.received_at, l.id";

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Array<Nullable<Text>>)]
    cells: Vec<Option<String>>,
}

/// The rows as a CSV file.
pub async fn csv(app: &TestApp, zone: Tz) -> Vec<u8> {
    let rows: Vec<Row> = diesel::sql_query(ROWS).load(&mut app.conn().await).await.unwrap();
    let names: Vec<&str> = COLUMNS.split_whitespace().collect();
    let heads: Vec<String> =
        names.iter().map(|name| if name.ends_with("_at") { time_header(name, zone) } else { (*name).to_owned() }).collect();
    let mut csv = CsvWriter::new(&heads);
    for row in &rows {
        let cells: Vec<Cell<'_>> = names.iter().zip(&row.cells).map(|(name, text)| cell(name, text.as_deref(), zone)).collect();
        csv.row(&cells);
    }
    csv.take()
}

fn cell<'a>(name: &str, text: Option<&'a str>, zone: Tz) -> Cell<'a> {
    let Some(text) = text else { return Cell::Empty };
    if name.ends_with("_at") {
        let at = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z").unwrap();
        Cell::time(at.with_timezone(&Utc), zone)
    } else if NUMBERS.contains(&name) {
        Cell::Decimal(text.parse().unwrap())
    } else {
        Cell::text(text)
    }
}
