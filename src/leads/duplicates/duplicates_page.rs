//! `/staff/leads/REF/duplicates?with=REF`: two leads side by side; merging, taking a merge back, and "not the same person".

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;

use super::dismiss::{Dismissed, dismiss};
use super::evidence::Likeness;
use super::merge::merge;
use super::unmerge::unmerge;
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::leads::acting::{By, Refusal};
use crate::leads::directory::Directory;
use crate::leads::lead_view::LeadView;
use crate::leads::lead_view::view::{LeadParts, Reading};
use crate::leads::queue::list_shell;
use crate::leads::store;
use crate::leads::verbs::{Ask, VerbForm};
use crate::staff::Permission;
use crate::staff::guard::{ManageLeads, WorkLeads};
use crate::values::Reference;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

/// Two leads side by side.
#[derive(Template)]
#[template(path = "leads/duplicates.html")]
struct SideBySidePage {
    shell: Shell,
    sides: [LeadView; 2],
    evidence: Vec<&'static str>,
    manages: bool,
}

/// Which lead stands beside it.
#[derive(Deserialize)]
pub struct With {
    #[serde(default)]
    with: String,
}

/// `GET /staff/leads/{reference}/duplicates?with=REF`
pub async fn show(
    app: Data<App>,
    directory: Data<Directory>,
    guard: WorkLeads,
    reference: Path<String>,
    with: Query<With>,
) -> PageResult {
    let now = Utc::now();
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let other = Reference::parse(with.with.trim()).filter(|other| *other != reference).ok_or(PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    let (shell, _, offers) = list_shell(&mut conn, &app, &guard, Section::Elsewhere, now).await?;
    let reading = Reading { keys: &app.keys, offers: &offers, config: &app.config, member: guard.member.id, now };
    let sides = [side(&mut conn, &reference, &reading).await?, side(&mut conn, &other, &reading).await?];
    for (one, beside) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        let mut event = Event::new(Actor::Member(guard.member.id), Action::LeadViewed, Subject::Lead(one.lead.id));
        event.request_id = crate::telemetry::request::current();
        let details = json!({ "version": one.lead.version, "beside": [beside.lead.reference.as_str()] });
        audit::record(&mut conn, &event.with(details)).await?;
    }
    drop(conn);
    let evidence = evidence(&directory, &sides).await?;
    let page = SideBySidePage { shell, evidence, manages: guard.member.may(Permission::ManageLeads), sides };
    html(StatusCode::OK, &page)
}

async fn side(conn: &mut Connection, reference: &Reference, reading: &Reading<'_>) -> Result<LeadView, PageError> {
    let lead = store::find(conn, reference).await?.ok_or(PageError::NotFound)?;
    Ok(LeadView::open(LeadParts::read(conn, lead).await?, reading)?)
}

async fn evidence(directory: &Directory, [one, other]: &[LeadView; 2]) -> Result<Vec<&'static str>, PageError> {
    let same_state = one.inquiry.state.is_some() && one.inquiry.state == other.inquiry.state;
    let alike = directory.alike(&one.contact).await?;
    let likeness: Option<Likeness> = alike.into_iter().find(|likeness| likeness.lead == other.lead.id);
    Ok(likeness.map(|likeness| likeness.words(same_state)).unwrap_or_default())
}

/// `POST /staff/leads/{reference}/merge`: the lead of the path becomes a duplicate of `survivor`.
pub async fn merging(
    app: Data<App>,
    guard: ManageLeads,
    reference: Path<String>,
    StrictForm(form): StrictForm<VerbForm>,
) -> PageResult {
    let ask = Ask::new(&app, &guard, "merge", &reference, &form)?;
    let Some(survivor) = form.survivor.as_deref().and_then(|text| Reference::parse(text.trim())) else {
        return ask.refuse(Refusal::new("survivor", "Write the reference of the lead that stays.")).await;
    };
    let mut conn = app.pool.get().await?;
    let acted = merge(&mut conn, &ask.by(), ask.seen(), &survivor).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST /staff/leads/{reference}/merge/undo`
pub async fn unmerging(
    app: Data<App>,
    guard: ManageLeads,
    reference: Path<String>,
    StrictForm(form): StrictForm<VerbForm>,
) -> PageResult {
    let ask = Ask::new(&app, &guard, "merge/undo", &reference, &form)?;
    let mut conn = app.pool.get().await?;
    let acted = unmerge(&mut conn, &ask.by(), ask.seen()).await;
    drop(conn);
    ask.answer(acted).await
}

/// `POST /staff/leads/{reference}/duplicates/{other}/dismissal`: not the same person.
pub async fn dismissal(app: Data<App>, guard: WorkLeads, path: Path<(String, String)>, _form: StrictForm<VerbForm>) -> PageResult {
    let reference = Reference::parse(&path.0).ok_or(PageError::NotFound)?;
    let other = Reference::parse(&path.1).ok_or(PageError::NotFound)?;
    let by = By { member: &guard.member, now: Utc::now(), config: &app.config, keys: &app.keys, request_id: None };
    let mut conn = app.pool.get().await?;
    match dismiss(&mut conn, &by, &reference, &other).await? {
        Dismissed::Done => Ok(see_other(&format!("/staff/leads/{reference}"))),
        Dismissed::Unknown => Err(PageError::NotFound),
    }
}
