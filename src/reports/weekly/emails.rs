//! The mail.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{store, week_before};
use crate::config::Config;
use crate::db::Connection;
use crate::reports::figure::Figure;
use crate::reports::filter::ReportFilter;
use crate::reports::gather::gather;
use crate::reports::headline::headlines;
use crate::reports::view::{self, Reading, tables};
use crate::staff::{self, Permission};
use crate::values::MemberId;

/// Last week's figures.
#[derive(Debug, Clone)]
pub struct WeeklyMail {
    /// The week, in words.
    pub week: String,
    /// A label, a figure, and how it was before.
    pub lines: Vec<(&'static str, String, String)>,
    /// Where the report stands.
    pub url: String,
}

crate::mail_templates!(WeeklyMail: "emails/weekly_summary/subject.txt", "emails/weekly_summary/body.txt", "emails/weekly_summary/body.html");

/// Further lines: words, and the cell.
const LINES: [(&str, &str, &str, &str); 4] = [
    ("Spoken with", "funnel", "contacted", "people"),
    ("Admission set", "funnel", "scheduled", "people"),
    ("Median first try", "response", "all", "median"),
    ("Nobody was told by mail", "mails", "untold", "leads"),
];

impl WeeklyMail {
    /// For the preview.
    pub fn sample() -> Self {
        Self {
            week: "November 16 to November 22, 2026".to_owned(),
            lines: vec![("Inquiries", "52".to_owned(), "+8% from 48".to_owned()), ("Spoken with", "47".to_owned(), String::new())],
            url: "https://intake.example.org/staff/reports?from=2026-11-16&to=2026-11-22".to_owned(),
        }
    }
}

/// The address and the mail of the week before `at`; `None` if the member may not see reports or does not want it any more.
pub async fn write(
    conn: &mut Connection,
    member: MemberId,
    (base_url, config): (&str, &Config),
    at: DateTime<Utc>,
) -> diesel::QueryResult<Option<(String, WeeklyMail)>> {
    let (found, wanted) = (staff::store::find(conn, member).await?, store::is_subscribed(conn, member).await?);
    let may = found.is_some_and(|found| wanted && found.may(Permission::SeeReports));
    let Some(to) = staff::store::open_address(conn, member).await?.filter(|_| may) else { return Ok(None) };
    let period = week_before(at, config.facility.time_zone);
    let filter = ReportFilter { period, length: None, program: None, location: None, source: None, language: None };
    let report = gather(conn, &filter, config, at).await?;
    let tables = tables(&report, &Reading { period, members: &HashMap::new(), sees_leads: false });
    let top = headlines(&tables, &report, &filter, false).into_iter().map(|top| (top.label, top.figure.words(), top.compared));
    let more = LINES.into_iter().map(|(label, section, row, column)| {
        let figure = view::find(&tables, section, row, column).copied().unwrap_or(Figure::Nothing);
        (label, figure.words(), String::new())
    });
    let url = format!("{base_url}/staff/reports?{}", filter.query());
    Ok(Some((to, WeeklyMail { week: period.words(), lines: top.chain(more).collect(), url })))
}
