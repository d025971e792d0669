//! `GET /staff/events`: the stream of one browser. It keeps no session alive, and ends with it.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL};
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::DateTime;
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;

use super::{Hub, Kind, Place, Told, store};
use crate::app::App;
use crate::staff::guard::{Watching, token_of};
use crate::staff::session::StoredToken;
use crate::staff::{Permission, session};
use crate::web::error::{PageError, PageResult};

/// A sign of life, and a look whether the session still lives.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// No event leaves on a look older than this.
const TRUST: Duration = Duration::from_secs(1);

struct Stream {
    app: Data<App>,
    hub: Data<Hub>,
    place: Place,
    token: StoredToken,
    looked: Instant,
    first: Option<String>,
    over: bool,
}

/// `GET /staff/events`
pub async fn show(app: Data<App>, hub: Data<Hub>, guard: Watching, request: HttpRequest) -> PageResult {
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/event-stream") || request.method() != Method::GET {
        return Ok(HttpResponse::NotAcceptable().content_type("text/plain; charset=utf-8").body("This is a stream of events."));
    }
    let token = token_of(&request, &app)?.ok_or(PageError::NotFound)?;
    let Some(place) = hub.take(guard.member.id) else { return Err(PageError::Busy) };
    let heard = request.headers().get("last-event-id").and_then(|value| value.to_str().ok());
    let missed = heard.is_some_and(|heard| heard != hub.last_id());
    let first = if missed {
        Told::of(Kind::Resync).text(&hub.last_id())
    } else {
        format!("retry: 2000\nid: {}\n: hello\n\n", hub.last_id())
    };
    let stream = Stream { app, hub, place, token, looked: Instant::now(), first: Some(first), over: false };
    let mut answer = HttpResponse::Ok();
    answer.content_type("text/event-stream").insert_header((CACHE_CONTROL, "no-store")).insert_header(("x-accel-buffering", "no"));
    Ok(answer.streaming(stream::unfold(stream, async |stream| {
        let (text, stream) = next(stream).await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), stream))
    })))
}

async fn next(mut stream: Stream) -> Option<(String, Stream)> {
    if stream.over {
        return None;
    }
    if let Some(first) = stream.first.take() {
        return Some((first, stream));
    }
    let told = tokio::select! {
        told = stream.place.events.recv() => Some(told),
        () = tokio::time::sleep(HEARTBEAT) => None,
        _ = stream.place.closing.wait_for(|closing| *closing) => return None,
    };
    if (told.is_none() || stream.looked.elapsed() > TRUST) && !is_alive(&stream).await {
        stream.over = true;
        let end = Told::of(Kind::End).text(&stream.hub.last_id());
        return Some((end, stream));
    }
    stream.looked = Instant::now();
    let text = match told {
        None => ": still here\n\n".to_owned(),
        Some(Ok((number, told))) => told.text(&stream.hub.id(number)),
        Some(Err(RecvError::Lagged(_))) => Told::of(Kind::Resync).text(&stream.hub.last_id()),
        Some(Err(RecvError::Closed)) => return None,
    };
    Some((text, stream))
}

/// Whether the session lives and its member may still work leads. A database that cannot be asked ends nothing.
async fn is_alive(stream: &Stream) -> bool {
    let Ok(mut conn) = stream.app.pool.get().await else { return true };
    let idle = stream.app.config.security.idle_minutes;
    match session::store::find(&mut conn, &stream.token, idle).await {
        Ok(found) => found.is_some_and(|found| found.stage == session::Stage::Full && found.member.may(Permission::WorkLeads)),
        Err(_) => true,
    }
}

/// Since when.
#[derive(Debug, Deserialize)]
pub struct Since {
    #[serde(default)]
    since: i64,
}

/// `GET /staff/events/new`: how many leads came since a page's mark, as a bare number.
pub async fn count(app: Data<App>, _guard: Watching, since: Query<Since>) -> PageResult {
    let since = DateTime::from_timestamp_micros(since.since).ok_or(PageError::NotFound)?;
    let new = store::new_since(&mut *app.pool.get().await?, since).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(new.to_string()))
}
