//! `POST /staff/leads/REF/rights/record`: the file. In the log, with its purpose on the timeline, before the first byte leaves.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::web::{Bytes, Data, Path};
use chrono::Utc;
use futures_util::stream::try_unfold;
use serde::Deserialize;

use super::open::{Section, section};
use super::store;
use crate::app::App;
use crate::leads::acting::{Acted, Refusal, Seen};
use crate::leads::erasing::store::kin;
use crate::leads::rights::export::{LIMIT, note_export};
use crate::leads::rights::rights_page::{by, render};
use crate::leads::verbs::form::required_text;
use crate::staff::guard::{ExportRecord, Fresh};
use crate::values::{LeadId, Reference};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;

/// Entries of the audit log in one portion.
const CHUNK: i64 = 500;

/// What was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    purpose: String,
}

/// Where the file is.
enum Next {
    Head,
    Section(usize),
    Traces(i64, bool),
    End,
}

/// What the file is about.
struct About {
    app: Data<App>,
    reference: Reference,
    leads: Vec<LeadId>,
    subjects: Vec<String>,
}

/// `POST …/rights/record`
pub async fn submit(
    app: Data<App>,
    guard: Fresh<ExportRecord>,
    reference: Path<String>,
    StrictForm(form): StrictForm<Asked>,
) -> PageResult {
    let reference = Reference::parse(&reference).ok_or(PageError::NotFound)?;
    let mut conn = app.pool.get().await?;
    let lead = crate::leads::store::find(&mut conn, &reference).await?.ok_or(PageError::NotFound)?;
    let purpose = match required_text(Some(&form.purpose), "purpose", "Say what the file is for.") {
        Ok(purpose) => purpose,
        Err(refusal) => {
            drop(conn);
            return refused(&app, &guard, &reference, refusal, form.purpose).await;
        }
    };
    let seen = Seen { reference: reference.clone(), version: lead.version };
    match note_export(&mut conn, &by(&app, &guard), &seen, &purpose).await? {
        Acted::Done => {}
        Acted::Refused(refusal) => {
            drop(conn);
            return refused(&app, &guard, &reference, refusal, form.purpose).await;
        }
        Acted::Stale | Acted::Unknown | Acted::HeldBy { .. } => return Err(PageError::Busy),
    }
    let leads = kin(&mut conn, lead.id).await?;
    let inquiries = store::inquiries_of(&mut conn, &leads).await?;
    let of_inquiries = inquiries.iter().map(|inquiry| inquiry.id.to_string());
    let subjects = leads.iter().map(ToString::to_string).chain(of_inquiries).collect();
    drop(conn);
    Ok(streamed(About { app, reference, leads, subjects }))
}

async fn refused(app: &App, guard: &Fresh<ExportRecord>, reference: &Reference, why: Refusal, typed: String) -> PageResult {
    let too_many = why.field == LIMIT;
    let mut answer = render(app, guard, reference, Some(("record", Acted::Refused(why), typed))).await?;
    if too_many {
        *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("3600"));
    }
    Ok(answer)
}

fn streamed(about: About) -> HttpResponse {
    let name = format!("attachment; filename=\"{}.json\"", about.reference);
    let stream = try_unfold((about, Next::Head), |(about, next)| async move {
        let made = portion(&about, next).await?;
        Ok::<_, PageError>(made.map(|(text, next)| (Bytes::from(text), (about, next))))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .streaming(Box::pin(stream))
}

/// The next portion of the file, and where it goes on.
async fn portion(about: &About, next: Next) -> Result<Option<(String, Next)>, PageError> {
    Ok(match next {
        Next::Head => {
            let made = Utc::now().with_timezone(&about.app.config.facility.time_zone).to_rfc3339();
            let head = format!("{{\n\"record\": \"{}\",\n\"made_at\": \"{made}\",\n", about.reference);
            Some((head, Next::Section(0)))
        }
        Next::Section(at) => match Section::ALL.get(at) {
            Some(which) => {
                let conn = &mut about.app.pool.get().await?;
                let value = section(conn, &about.app.keys, &about.leads, *which).await?;
                Some((format!("\"{which}\": {value},\n"), Next::Section(at + 1)))
            }
            None => Some(("\"audit\": [".to_owned(), Next::Traces(0, true))),
        },
        Next::Traces(after, first) => {
            let rows = store::traces(&mut *about.app.pool.get().await?, &about.subjects, after, CHUNK).await?;
            match rows.last().map(|row| row.id) {
                Some(last) => {
                    let lines: Vec<String> = rows.iter().map(|row| serde_json::to_string(row).unwrap_or_default()).collect();
                    let comma = if first { "\n" } else { ",\n" };
                    Some((format!("{comma}{}", lines.join(",\n")), Next::Traces(last, false)))
                }
                None => Some(("\n]\n}\n".to_owned(), Next::End)),
            }
        }
        Next::End => None,
    })
}
