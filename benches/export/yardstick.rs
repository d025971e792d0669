//! What we measure ourselves against: `psql \copy` of the same columns of the same rows.

use std::process::Command;
use std::time::Instant;

/// The columns without names, joined as the export joins them.
const COLUMNS: &str = "l.reference, l.received_at, i.channel, i.language, i.who_for, i.program_interest, i.how_soon, i.state, l.stage, \
    l.outcome, l.outcome_reason, p.name, h.name, s.name, l.first_attempt_at, l.first_contact_at, l.closed_at, \
    round(extract(epoch FROM l.first_attempt_at - l.received_at) / 60, 2), \
    round(extract(epoch FROM l.first_contact_at - l.received_at) / 60, 2), l.attempts, i.utm_source, i.utm_medium, i.utm_campaign";

const ROWS: &str = "FROM leads l JOIN inquiries i ON i.lead_id = l.id AND i.opened_lead LEFT JOIN programs p ON p.id = l.program_id \
    LEFT JOIN locations h ON h.id = p.location_id LEFT JOIN staff s ON s.id = l.owner_id \
    WHERE l.hold IS DISTINCT FROM 'quarantined' ORDER BY l.received_at, l.id";

/// Seconds of one `\copy`.
pub fn copy(url: &str, columns: &str) -> f64 {
    let sealed = if columns == "identified" { ", i.contact, i.message" } else { "" };
    let command = format!("\\copy (SELECT {COLUMNS}{sealed} {ROWS}) TO '/dev/null' WITH (FORMAT csv, HEADER)");
    let begun = Instant::now();
    let out = Command::new("psql").args([url, "-q", "-v", "ON_ERROR_STOP=1", "-c", &command]).output().expect("psql runs");
    let taken = begun.elapsed().as_secs_f64();
    assert!(out.status.success(), "psql: {}", String::from_utf8_lossy(&out.stderr));
    taken
}
