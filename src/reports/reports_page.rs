//! `/staff/reports`: how well the door works.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use chrono::Utc;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::census::Census;
use super::chart::Chart;
use super::figure::Figure;
use super::filter::{LENGTHS, ReportFilter, ReportQuery};
use super::gather::gather;
use super::headline::{Headline, headlines};
use super::section::{Column, Look};
use super::view::{Reading, Row, Table, tables};
use super::weekly;
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::clocks::zone_name;
use crate::programs::{Location, Program};
use crate::staff::shell_with_counts;
use crate::staff::{self, Permission, guard::SeeReports};
use crate::web::error::PageResult;
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "reports/report.html")]
struct ReportPage {
    shell: Shell,
    filter: ReportFilter,
    understood: bool,
    sees_leads: bool,
    programs: Vec<Program>,
    locations: Vec<Location>,
    sources: Vec<String>,
    headlines: Vec<Headline>,
    tables: Vec<Table>,
    chart: Option<[Chart; 2]>,
    census: Census,
    weekly: bool,
    zone: String,
}

impl ReportPage {
    /// Lengths to choose among.
    #[expect(clippy::unused_self, reason = "called by the template")]
    const fn lengths(&self) -> [(i64, &'static str); 4] {
        LENGTHS
    }

    fn is_length(&self, days: i64) -> bool {
        self.filter.length == Some(days)
    }

    fn is_program(&self, program: &Program) -> bool {
        self.filter.program == Some(program.id)
    }

    fn is_location(&self, location: &Location) -> bool {
        self.filter.location == Some(location.id)
    }

    fn is_source(&self, source: &str) -> bool {
        self.filter.source.as_deref() == Some(source)
    }

    fn is_language(&self, code: &str) -> bool {
        self.filter.language.is_some_and(|language| language.code() == code)
    }

    /// Where the leads behind a figure are listed, if there are any and the reader may see them.
    fn href(&self, table: &Table, row: &Row, column: &Column, figure: &Figure) -> Option<String> {
        let (id, key) = (table.section.id, encoded(&row.key));
        let shown = self.sees_leads && figure.has_leads();
        shown.then(|| format!("/staff/reports/leads?{}&figure={id}&row={key}&column={}", self.filter.query(), column.key))
    }
}

impl Table {
    fn is_funnel(&self) -> bool {
        self.section.look == Look::Funnel
    }

    fn is_time(&self) -> bool {
        self.section.look == Look::Time
    }

    /// Too many columns to stand beside another table.
    fn is_wide(&self) -> bool {
        self.is_time() || self.section.columns.len() > 3
    }

    fn has_bars(&self) -> bool {
        matches!(self.section.look, Look::Bars | Look::Funnel)
    }

    /// Only rows that hold anything, where rows are many and most of them may be empty.
    fn is_empty(&self) -> bool {
        self.rows.iter().all(|row| row.cells.iter().all(|cell| !cell.has_leads() && *cell != Figure::Few))
    }

    fn before_adds(&self) -> bool {
        !self.is_time()
    }

    /// The name of a figure in `data-figure`: of the steps of the funnel the step alone.
    fn name(&self, row: &Row, column: &Column) -> String {
        if self.is_funnel() { row.key.clone() } else { format!("{}.{}.{}", self.section.id, row.key, column.key) }
    }

    /// The columns with a row's figures.
    fn cells<'a>(&self, row: &'a Row) -> Vec<(&'static Column, &'a Figure)> {
        self.section.columns.iter().zip(&row.cells).collect()
    }
}

impl Row {
    /// Length of its bar, in percent.
    fn bar_percent(&self) -> String {
        format!("{}.{}", self.bar / 10, self.bar % 10)
    }
}

/// `GET /staff/reports`
pub async fn show(app: Data<App>, guard: SeeReports, query: Query<ReportQuery>) -> PageResult {
    let now = Utc::now();
    let zone = app.config.facility.time_zone;
    let (filter, understood) = ReportFilter::read(&query, now, zone);
    let sees_leads = guard.member.may(Permission::WorkLeads);
    let mut conn = app.pool.get().await?;
    let shell = shell_with_counts(&mut conn, &app, &guard, Section::Reports).await?;
    let report = gather(&mut conn, &filter, &app.config, now).await?;
    let members = member_names(&mut conn).await?;
    let weekly = weekly::store::is_subscribed(&mut conn, guard.member.id).await?;
    let census = Census::take(&mut conn, &report.programs, sees_leads).await?;
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::ReportViewed, Subject::None)).await?;
    drop(conn);
    let tables = tables(&report, &Reading { period: filter.period, members: &members, sees_leads });
    let page = ReportPage {
        shell,
        understood,
        sees_leads,
        locations: locations(&report.programs),
        sources: report.sources.iter().cloned().collect(),
        headlines: headlines(&tables, &report, &filter, sees_leads),
        chart: tables.iter().find(|table| table.section.look == Look::Time).map(Chart::of),
        tables,
        programs: report.programs,
        census,
        weekly,
        filter,
        zone: zone_name(now, zone),
    };
    html(StatusCode::OK, &page)
}

/// Names of the staff, by id.
pub(super) async fn member_names(conn: &mut Connection) -> diesel::QueryResult<HashMap<String, String>> {
    let accounts = staff::store::list(conn).await?;
    Ok(accounts.into_iter().map(|account| (account.member.id.to_string(), account.member.name)).collect())
}

fn locations(programs: &[Program]) -> Vec<Location> {
    let mut locations: Vec<Location> = programs.iter().map(|program| program.location.clone()).collect();
    locations.sort_by(|one, two| (&one.name, one.id).cmp(&(&two.name, two.id)));
    locations.dedup();
    locations
}

/// A value as it may stand in a query string.
pub(super) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}
