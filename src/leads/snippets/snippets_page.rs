//! `/staff/snippets`: the texts, and keeping them.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use diesel_async::AsyncConnection;
use serde::Deserialize;
use serde_json::json;

use super::{Snippet, SnippetKind, store};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::staff::guard::ManageLeads;
use crate::staff::shell_with_counts;
use crate::values::{FreeText, SnippetId};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::{html, see_other};
use crate::web::shell::{Section, Shell};

#[derive(Template)]
#[template(path = "leads/snippets.html")]
struct SnippetsPage {
    shell: Shell,
    snippets: Vec<(SnippetId, SnippetKind, Snippet)>,
    typed: SnippetForm,
    problem: Option<&'static str>,
}

/// A text as typed; an empty id adds one.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct SnippetForm {
    id: String,
    kind: String,
    title: String,
    words: String,
}

/// `GET /staff/snippets`
pub async fn show(app: Data<App>, guard: ManageLeads) -> PageResult {
    page(&app, &guard, SnippetForm::default(), None).await
}

/// `POST /staff/snippets`
pub async fn keep(app: Data<App>, guard: ManageLeads, StrictForm(form): StrictForm<SnippetForm>) -> PageResult {
    let (kind, content) = match read(&form) {
        Ok(read) => read,
        Err(words) => return page(&app, &guard, form, Some(words)).await,
    };
    let known: Option<SnippetId> = form.id.parse().ok();
    let mut conn = app.pool.get().await?;
    let kept = conn.transaction(async |conn| keep_within_limit(conn, &app, &guard, known, (kind, &content)).await).await?;
    drop(conn);
    if !kept {
        return page(&app, &guard, form, Some("There are sixty texts already. Remove one first.")).await;
    }
    Ok(see_other("/staff/snippets"))
}

/// Replaces the text with this id. Where there is none it adds one under an id of its own, or returns false: an id that a client made
/// up is no way past the limit.
async fn keep_within_limit(
    conn: &mut Connection,
    app: &App,
    guard: &ManageLeads,
    known: Option<SnippetId>,
    (kind, content): (SnippetKind, &Snippet),
) -> Result<bool, PageError> {
    let replaced = match known {
        Some(id) => store::replace(conn, id, kind, &app.keys.seal(id.uuid(), content)?).await?.then_some(id),
        None => None,
    };
    let id = if let Some(id) = replaced {
        id
    } else {
        let id = SnippetId::new();
        if !store::add(conn, id, kind, guard.member.id, &app.keys.seal(id.uuid(), content)?).await? {
            return Ok(false);
        }
        id
    };
    let event = Event::new(Actor::Member(guard.member.id), Action::SnippetChanged, Subject::None);
    audit::record(conn, &event.with(json!({ "snippet": id, "kind": kind }))).await?;
    Ok(true)
}

fn read(form: &SnippetForm) -> Result<(SnippetKind, Snippet), &'static str> {
    let kind = form.kind.parse().map_err(|_unknown| "Choose where it is offered.")?;
    let short = Some(form.title.trim()).filter(|title| !title.is_empty() && title.chars().count() <= 80);
    let title = short.and_then(|title| FreeText::parse(title).ok()).ok_or("Give it a title of at most 80 letters.")?;
    let words = FreeText::parse(&form.words).ok().filter(|words| !words.is_blank());
    Ok((kind, Snippet { title, words: words.ok_or("Write the words, at most 4,000 characters.")? }))
}

/// `POST /staff/snippets/{id}/removal`
pub async fn remove(app: Data<App>, guard: ManageLeads, id: Path<String>) -> PageResult {
    let id: SnippetId = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    conn.transaction(async |conn| {
        store::remove(conn, id).await?;
        let event = Event::new(Actor::Member(guard.member.id), Action::SnippetChanged, Subject::None);
        audit::record(conn, &event.with(json!({ "snippet": id, "removed": true }))).await
    })
    .await?;
    Ok(see_other("/staff/snippets"))
}

async fn page(app: &App, guard: &ManageLeads, typed: SnippetForm, problem: Option<&'static str>) -> PageResult {
    let mut conn = app.pool.get().await?;
    let shell = shell_with_counts(&mut conn, app, guard, Section::Texts).await?;
    let rows = store::all(&mut conn).await?;
    let snippets = store::open(&app.keys, &rows).map_err(|error| PageError::Internal(error.into()))?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html(status, &SnippetsPage { shell, snippets, typed, problem })
}
