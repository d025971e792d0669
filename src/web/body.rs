//! Reading a request's body: bounded in size, time and number. actix has no deadline of its own for a body.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut, Data};
use futures_util::{FutureExt, StreamExt};
use tokio::time::timeout;

use super::arrivals::{Arrival, Arrivals};
use super::client_ip;
use super::error::PageError;
use crate::app::App;

/// Largest body.
pub const MAX_BYTES: usize = 64 * 1024;
/// A body, or at least [`FIRST_BYTES`] of it, must have arrived within this time: a telephone that lost its network for a while has sent
/// them, who drips has not.
const FIRST: Duration = Duration::from_secs(8);
/// A third of what fits into one packet.
const FIRST_BYTES: usize = 512;
/// The rest has this much longer.
const REST: Duration = Duration::from_secs(2);

/// Reads a whole body of the wanted media type. What is here already needs no place among the [`Arrivals`].
pub async fn read(request: &HttpRequest, payload: &mut Payload, media_type: &str) -> Result<Bytes, PageError> {
    check_head(request, media_type)?;
    let mut body = BytesMut::new();
    if let Some(ended) = collect(payload, &mut body, None).now_or_never() {
        ended?;
        return Ok(body.freeze());
    }
    let arrival = enter(request)?;
    arrival.add(body.len());
    tokio::select! {
        biased;
        ended = in_time(payload, &mut body, &arrival) => ended?,
        () = arrival.gives_way() => return Err(PageError::Crowded),
    }
    Ok(body.freeze())
}

fn enter(request: &HttpRequest) -> Result<Arrival, PageError> {
    let without = || anyhow::anyhow!("the server was started without its App");
    let app = request.app_data::<Data<App>>().ok_or_else(without)?;
    let arrivals = request.app_data::<Data<Arrivals>>().ok_or_else(without)?;
    Ok(Arc::clone(arrivals).enter(client_ip::network(request, app)))
}

async fn in_time(payload: &mut Payload, body: &mut BytesMut, arrival: &Arrival) -> Result<(), PageError> {
    if let Ok(ended) = timeout(FIRST, collect(payload, body, Some(arrival))).await {
        return ended;
    }
    if body.len() < FIRST_BYTES {
        return Err(PageError::Timeout);
    }
    timeout(REST, collect(payload, body, Some(arrival))).await.map_err(|_late| PageError::Timeout)?
}

fn check_head(request: &HttpRequest, media_type: &str) -> Result<(), PageError> {
    let header = |name| request.headers().get(name).and_then(|value: &actix_web::http::header::HeaderValue| value.to_str().ok());
    if request.headers().contains_key(CONTENT_ENCODING) {
        return Err(PageError::UnsupportedMediaType);
    }
    let essence = header(CONTENT_TYPE).and_then(|value| value.split(';').next()).map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case(media_type)) {
        return Err(PageError::UnsupportedMediaType);
    }
    let length = header(CONTENT_LENGTH).and_then(|value| value.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BYTES as u64) { Err(PageError::TooLarge) } else { Ok(()) }
}

/// Adds to `body` until the payload ends. Stopped in the middle it has lost nothing and can go on.
async fn collect(payload: &mut Payload, body: &mut BytesMut, arrival: Option<&Arrival>) -> Result<(), PageError> {
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken| PageError::BadRequest)?;
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(PageError::TooLarge);
        }
        body.extend_from_slice(&chunk);
        if let Some(arrival) = arrival {
            arrival.add(chunk.len());
        }
    }
    Ok(())
}
