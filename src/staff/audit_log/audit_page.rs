//! `/staff/audit`: the log, searched and verified.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde_json::json;

use super::line::{self, Line};
use super::query::{AuditQuery, Filter, Record, Who};
use super::store;
use crate::app::App;
use crate::audit::chain::{self, Broken, Flaw, Report, checkpoints};
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::staff::guard::Administer;
use crate::staff::{Permission, shell_with_counts};
use crate::values::MemberId;
use crate::web::error::{PageError, PageResult};
use crate::web::page::html;
use crate::web::shell::{Section, Shell};

/// Events on a page.
const PAGE: i64 = 100;
/// One walk over the chain at a time.
static WALKING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(1);

#[derive(Template)]
#[template(path = "staff/audit.html")]
struct AuditPage {
    shell: Shell,
    query: AuditQuery,
    problem: Option<&'static str>,
    people: Vec<(MemberId, String)>,
    actions: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    older: Option<String>,
    zone: String,
    opens_leads: bool,
    verified: Option<Verified>,
}

/// What a walk over the chain found, in words.
struct Verified {
    holds: bool,
    words: String,
}

/// `GET /staff/audit`
pub async fn show(app: web::Data<App>, guard: Administer, web::Query(query): web::Query<AuditQuery>) -> PageResult {
    page(&app, &guard, query, None).await
}

async fn page(app: &App, guard: &Administer, query: AuditQuery, verified: Option<Verified>) -> PageResult {
    let zone = app.config.facility.time_zone;
    let mut conn = app.pool.get().await?;
    let read = query.read(zone);
    let (rows, problem) = match &read {
        Ok(filter) => (store::page(&mut conn, filter, query.before(), PAGE + 1).await?, None),
        Err(field) => (Vec::new(), Some(*field)),
    };
    let filter = read.unwrap_or_default();
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    let rows: Vec<_> = rows.into_iter().take(usize::try_from(PAGE).unwrap_or(usize::MAX)).collect();
    let names = store::names(&mut conn, &rows).await?;
    let people = store::members(&mut conn).await?;
    audit::record(&mut conn, &looked(guard, Action::AuditViewed, &filter, rows.len())).await?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Audit).await?;
    drop(conn);
    let lines: Vec<Line> = rows.iter().map(|row| Line::of(row, &names, zone)).collect();
    let page = AuditPage {
        shell,
        problem,
        people,
        actions: Action::ALL.iter().map(|action| (action.code(), line::words(action.code()))).collect(),
        older: lines.last().filter(|_| more).map(|last| query.older(last.id)),
        lines,
        zone: chrono::Utc::now().with_timezone(&zone).format("%Z").to_string(),
        opens_leads: guard.member.may(Permission::WorkLeads),
        verified,
        query,
    };
    html(if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

/// The trace of a look: which search, how many rows.
pub(super) fn looked(guard: &Administer, action: Action, filter: &Filter, rows: usize) -> Event {
    let who = filter.who.map(|who| match who {
        Who::Member(member) => member.to_string(),
        Who::Nobody(actor) => actor.to_owned(),
    });
    let record = filter.record.as_ref().map(|record| match record {
        Record::Lead(reference) => reference.to_string(),
        Record::Id(id) => id.to_string(),
    });
    let details =
        json!({ "who": who, "what": filter.action, "record": record, "from": filter.from, "to": filter.to, "rows": rows });
    Event::new(Actor::Member(guard.member.id), action, Subject::None).with(details)
}

/// `POST /staff/audit/verification`: walks the whole chain, against the checkpoints kept beside the data.
pub async fn verify(app: web::Data<App>, guard: Administer) -> PageResult {
    let Ok(_alone) = WALKING.try_acquire() else { return Err(PageError::Busy) };
    let verified = match checkpoints::read(&app.keys, &app.config.data_dir) {
        Err(error) => Verified { holds: false, words: format!("The file of checkpoints cannot be trusted: {error}.") },
        Ok(anchors) => said(&chain::verify(&mut *app.pool.get().await?, &app.keys, &anchors).await?),
    };
    let event = Event::new(Actor::Member(guard.member.id), Action::AuditVerified, Subject::None);
    audit::record(&mut *app.pool.get().await?, &event.with(json!({ "holds": verified.holds }))).await?;
    page(&app, &guard, AuditQuery::default(), Some(verified)).await
}

fn said(report: &Report) -> Verified {
    let Report { linked, unlinked, anchors, since, broken } = report;
    if report.is_without_checkpoints() {
        let words = format!(
            "Not verified: {linked} entries fit the chain, but there are no checkpoints on this host (audit-anchors.jsonl is missing), \
             and nothing else shows an end that was cut off. If your worker runs on another host, verify there."
        );
        return Verified { holds: false, words };
    }
    let Some(Broken { seq, event_id, flaw }) = broken else {
        let since = since.as_deref().map_or_else(String::new, |since| format!(", the first of {since}"));
        let words = format!(
            "The log holds: {linked} entries fit the chain, {unlinked} new ones are not linked yet, {anchors} checkpoints agree{since}."
        );
        return Verified { holds: true, words };
    };
    let what = match flaw {
        Flaw::LinksMissing => "links before it are missing",
        Flaw::EventMissing => "its entry is gone",
        Flaw::Changed => "its entry or the order was changed",
        Flaw::AnchorDiffers => "a signed checkpoint says otherwise",
        Flaw::CutOff => "a signed checkpoint names it, but the log ends before it",
    };
    let entry = event_id.map_or_else(String::new, |id| format!(" (entry {id})"));
    Verified { holds: false, words: format!("The log is broken at link {seq}{entry}: {what}. {linked} links before it hold.") }
}
