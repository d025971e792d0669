//! `/staff/searches`: the term comes by POST, the result lives behind an id only the same session can open.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;

use super::{SearchTerm, store};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::clocks::zone_name;
use crate::leads::directory::{Directory, Hit};
use crate::leads::queue::{self, Reader, Section, list_shell};
use crate::staff::guard::WorkLeads;
use crate::values::{LeadId, ReceiptCode, Reference, SearchId, ValueError};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{self, Shell};

/// Most hits shown.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "queue/search.html")]
struct SearchPage {
    shell: Shell,
    term: String,
    sections: Vec<Section>,
    found: usize,
    all_shown: bool,
    complete: bool,
    zone: String,
    /// Why nothing was searched.
    refused: Option<&'static str>,
}

/// The search box.
#[derive(Deserialize)]
pub struct SearchForm {
    #[serde(default)]
    q: String,
}

/// `POST /staff/searches`
pub async fn submit(app: Data<App>, guard: WorkLeads, form: StrictForm<SearchForm>) -> PageResult {
    let term = match SearchTerm::read(&form.0.q) {
        Ok(term) => term,
        Err(ValueError::TooLong) => return too_long(&app, &guard, form.0.q).await,
        Err(_blank) => return Ok(see_other("/staff/leads")),
    };
    let id = SearchId::new();
    let sealed = app.keys.seal(id.uuid(), &term)?;
    let mut conn = app.pool.get().await?;
    store::keep(&mut conn, id, guard.session, &sealed).await?;
    Ok(see_other(&format!("/staff/searches/{id}")))
}

/// `GET /staff/searches/{id}`; another session's search is not there.
pub async fn show(app: Data<App>, directory: Data<Directory>, guard: WorkLeads, id: Path<String>) -> PageResult {
    let now = Utc::now();
    let id: SearchId = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    let sealed = store::term(&mut conn, id, guard.session).await?.ok_or(PageError::NotFound)?;
    drop(conn);
    let SearchTerm(term) = app.keys.open(id.uuid(), &sealed)?;
    let found = directory.find(term.reveal(), MOST).await?;
    let mut conn = app.pool.get().await?;
    let hits = hits(&mut conn, &found, term.reveal()).await?;
    let (shell, _, offers) = list_shell(&mut conn, &app, &guard, shell::Section::Search, now).await?;
    let rows = queue::store::rows_of(&mut conn, &hits).await?;
    let references: Vec<&str> = rows.iter().map(|row| row.lead.reference.as_str()).collect();
    let details = json!({ "hits": rows.len(), "leads": references });
    audit::record(&mut conn, &Event::new(Actor::Member(guard.member.id), Action::LeadsSearched, Subject::None).with(details))
        .await?;
    drop(conn);
    let zone = app.config.facility.time_zone;
    let promise_minutes = app.config.notify.promise_minutes;
    let reader = Reader { keys: &app.keys, offers: &offers, zone, promise_minutes, member: guard.member.id, now };
    let views = rows.iter().map(|row| reader.view(row)).collect::<Result<Vec<_>, _>>()?;
    let page = SearchPage {
        shell,
        term: term.reveal().to_owned(),
        found: views.len(),
        all_shown: views.len() < MOST,
        sections: Section::whole("", views),
        complete: directory.is_complete(),
        zone: zone_name(now, zone),
        refused: None,
    };
    html(StatusCode::OK, &page)
}

/// What was typed stays in the box.
async fn too_long(app: &App, guard: &WorkLeads, term: String) -> PageResult {
    let now = Utc::now();
    let mut conn = app.pool.get().await?;
    let (shell, ..) = list_shell(&mut conn, app, guard, shell::Section::Search, now).await?;
    drop(conn);
    let page = SearchPage {
        shell,
        term,
        sections: Vec::new(),
        found: 0,
        all_shown: true,
        complete: true,
        zone: zone_name(now, app.config.facility.time_zone),
        refused: Some("Search for at most 200 characters: a part of the name or number is enough."),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Who fits, best first: an exact code before everybody else.
async fn hits(conn: &mut Connection, found: &[Hit], term: &str) -> Result<Vec<LeadId>, PageError> {
    let mut hits = Vec::new();
    if let Some(reference) = Reference::parse(term) {
        hits.extend(store::by_reference(conn, &reference).await?);
    }
    if let Some(receipt) = ReceiptCode::parse(term) {
        hits.extend(store::by_receipt(conn, &receipt).await?);
    }
    for hit in found {
        if !hits.contains(&hit.lead) {
            hits.push(hit.lead);
        }
    }
    hits.truncate(MOST);
    Ok(hits)
}
