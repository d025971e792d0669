//! `/staff/leads`: whom to call next. `/staff` leads there, or to the people page.

use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::section::{Pulse, Section};
use super::store::{self, LeadRow, PAGE};
use super::{QueueCounts, QueueFilter, QueueQuery, Reader, RowView, View, list_shell};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::clocks::{end_of_day, zone_name};
use crate::leads::live;
use crate::leads::saved_views::{self, store::SavedView};
use crate::leads::stage::Stage;
use crate::sealing::OpenError;
use crate::staff::Permission;
use crate::staff::guard::{SignedIn, WorkLeads};
use crate::values::ProgramId;
use crate::web::error::PageResult;
use crate::web::page::{html, see_other};
use crate::web::shell::{self, Shell};

/// The queue, or another list of leads.
#[derive(Template)]
#[template(path = "queue/queue.html")]
struct QueuePage {
    shell: Shell,
    heading: &'static str,
    views: Vec<ViewLink>,
    pulse: Option<Pulse>,
    sections: Vec<Section>,
    next: Option<String>,
    empty: (&'static str, &'static str),
    by_due: bool,
    zone: String,
    term: String,
    saved: Vec<SavedLink>,
    chosen: QueueFilter,
    programs: Vec<(ProgramId, String)>,
    fresh: Fresh,
}

/// A view of the member's own.
struct SavedLink {
    id: String,
    name: String,
    href: String,
    current: bool,
}

impl QueuePage {
    /// Stages to choose among.
    #[expect(clippy::unused_self, reason = "called by the template")]
    fn stages(&self) -> Vec<(&'static str, &'static str)> {
        Stage::ALL.iter().map(|stage| (stage.code(), stage.label())).collect()
    }

    fn is_stage(&self, code: &str) -> bool {
        self.chosen.stage.as_deref() == Some(code)
    }

    fn is_language(&self, code: &str) -> bool {
        self.chosen.language.is_some_and(|language| language.code() == code)
    }

    fn is_program(&self, id: &ProgramId) -> bool {
        self.chosen.program == Some(*id)
    }

    /// Something is chosen beyond the view.
    const fn is_narrowed(&self) -> bool {
        self.chosen.stage.is_some() || self.chosen.language.is_some() || self.chosen.program.is_some()
    }
}

/// A link to a view.
struct ViewLink {
    href: String,
    word: &'static str,
    count: Option<String>,
    current: bool,
}

/// The page's mark, and what came since the mark of the page before it.
struct Fresh {
    mark: i64,
    words: String,
}

impl Fresh {
    async fn read(conn: &mut Connection, since: i64, now: DateTime<Utc>, zone: Tz) -> diesel::QueryResult<Self> {
        let before = (since > 0).then(|| DateTime::from_timestamp_micros(since)).flatten();
        let words = match before {
            Some(before) => {
                let at = before.with_timezone(&zone).format("%H:%M");
                match live::store::new_since(conn, before).await? {
                    0 => format!("Nobody new since {at}."),
                    new => format!("{new} new since {at}."),
                }
            }
            None => String::new(),
        };
        Ok(Self { mark: now.timestamp_micros(), words })
    }
}

/// `GET /staff`
pub async fn home(guard: SignedIn) -> HttpResponse {
    let may = |permission| guard.member.may(permission);
    let to = match (may(Permission::WorkLeads), may(Permission::ManagePeople)) {
        (true, _) => "/staff/leads",
        (false, true) => "/staff/people",
        (false, false) => "/staff/account",
    };
    see_other(to)
}

/// `GET /staff/leads`
pub async fn show(app: Data<App>, guard: WorkLeads, query: Query<QueueQuery>) -> PageResult {
    let now = Utc::now();
    let filter = QueueFilter::read(&query, guard.member.id);
    let mut conn = app.pool.get().await?;
    let (mut shell, counts, offers) = list_shell(&mut conn, &app, &guard, entry(&filter), now).await?;
    shell.notice = notice(&query.said).map(str::to_owned);
    let saved = saved_views::store::of_member(&mut conn, guard.member.id).await?;
    let mut rows = store::page(&mut conn, &filter, guard.member.id, PAGE + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let references: Vec<&str> = rows.iter().map(|row| row.lead.reference.as_str()).collect();
    let details = json!({ "view": filter.view, "rows": rows.len(), "leads": references });
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::QueueViewed, Subject::None).with(details)).await?;
    let fresh = Fresh::read(&mut conn, query.since, now, app.config.facility.time_zone).await?;
    drop(conn);
    let next = more.then(|| rows.last().map(|row| filter.href_after(&row.cursor(filter.view)))).flatten();
    let zone = app.config.facility.time_zone;
    let promise_minutes = app.config.notify.promise_minutes;
    let reader = Reader { keys: &app.keys, offers: &offers, zone, promise_minutes, member: guard.member.id, now };
    let page = QueuePage {
        shell,
        heading: heading(filter.view),
        views: views(&filter, &counts),
        pulse: filter.is_whole_queue().then(|| Pulse::of(&counts, promise_minutes)),
        sections: sections(&filter, rows, &reader, &counts)?,
        next,
        empty: empty(&filter),
        by_due: filter.view.by_due(),
        zone: zone_name(now, zone),
        term: String::new(),
        saved: saved.iter().map(|view| saved_link(&app, view, &filter)).collect::<Result<_, _>>()?,
        programs: offers.names().map(|(id, name)| (id, name.to_owned())).collect(),
        chosen: filter,
        fresh,
    };
    html(StatusCode::OK, &page)
}

/// What just happened, in words.
fn notice(said: &str) -> Option<&'static str> {
    match said {
        "nobody" => Some("Nobody waits unclaimed for today. Everybody who is due has a coordinator."),
        "unnamed" => Some("Give the view a name of at most 60 letters, then save it."),
        "many" => Some("You keep twelve views already. Remove one first."),
        _ => None,
    }
}

fn saved_link(app: &App, view: &SavedView, filter: &QueueFilter) -> Result<SavedLink, OpenError> {
    let name = app.keys.open(view.id.uuid(), &view.name)?.0.reveal().to_owned();
    let current = filter.query() == view.query;
    Ok(SavedLink { id: view.id.to_string(), name, href: format!("/staff/leads?{}", view.query), current })
}

fn sections(
    filter: &QueueFilter,
    rows: Vec<LeadRow>,
    reader: &Reader<'_>,
    counts: &QueueCounts,
) -> Result<Vec<Section>, OpenError> {
    let views: Vec<RowView> = rows.iter().map(|row| reader.view(row)).collect::<Result<_, _>>()?;
    if !filter.view.by_due() {
        return Ok(Section::whole("", views));
    }
    let whole = QueueFilter { after: None, ..filter.clone() }.is_whole_queue();
    let totals = whole.then_some(counts);
    Ok(Section::of_queue(rows.into_iter().zip(views), end_of_day(reader.now, reader.zone), totals, reader.promise_minutes))
}

const fn entry(filter: &QueueFilter) -> shell::Section {
    match filter.view {
        View::Everyone | View::Spanish | View::Waitlist | View::Stopped | View::Paused => shell::Section::Queue,
        View::Mine => shell::Section::Mine,
        View::Unclaimed => shell::Section::Unclaimed,
        View::Closed | View::All => shell::Section::All,
    }
}

const fn heading(view: View) -> &'static str {
    match view {
        View::Everyone => "Queue",
        View::Mine => "My leads",
        View::Unclaimed => "Unclaimed leads",
        View::Spanish => "Spanish",
        View::Waitlist => "Waitlist",
        View::Stopped => "Asked not to be contacted",
        View::Paused => "Paused leads",
        View::Closed => "Closed leads",
        View::All => "All leads",
    }
}

fn views(filter: &QueueFilter, counts: &QueueCounts) -> Vec<ViewLink> {
    let link = |view: &View| ViewLink {
        href: format!("/staff/leads?view={view}"),
        word: view.word(),
        count: match view {
            View::Mine => Some(counts.mine.to_string()),
            View::Unclaimed => Some(counts.unclaimed.to_string()),
            View::Spanish => Some(counts.spanish.to_string()),
            View::Everyone | View::Waitlist | View::Stopped | View::Paused | View::Closed | View::All => None,
        },
        current: *view == filter.view,
    };
    View::ALL.iter().map(link).collect()
}

fn empty(filter: &QueueFilter) -> (&'static str, &'static str) {
    let narrowed = filter.stage.is_some() || filter.owner.is_some() || filter.program.is_some() || filter.language.is_some();
    match filter.view {
        _ if filter.after.is_some() => ("That was everyone.", "The list has been read to its end."),
        _ if narrowed => ("Nobody here right now.", "No lead fits what was chosen."),
        View::Everyone => ("Everyone has been answered.", "The next inquiry will show up here."),
        View::Mine => ("You hold no lead.", "Claim one from the queue."),
        View::Unclaimed => ("Every open lead has somebody.", "The next inquiry will show up here."),
        View::Spanish => ("Nobody waits for an answer in Spanish.", "The next inquiry will show up here."),
        View::Waitlist => ("Nobody waits for a place.", "Leads on the waitlist show up here."),
        View::Stopped => ("Nobody waits for us to stop.", "Requests not to be contacted show up here until they are settled."),
        View::Paused => ("No lead is paused.", "Leads held back until a date show up here."),
        View::Closed => ("No lead has been closed yet.", "Closed leads show up here, the latest first."),
        View::All => ("No inquiry has come in yet.", "The first one will show up here."),
    }
}
