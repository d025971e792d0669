//! Reading a request's body: bounded in size, time and number. actix has no deadline of its own for a body.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::error::PageError;

/// Largest body.
pub const MAX_BYTES: usize = 64 * 1024;
/// A body, or at least [`FIRST_BYTES`] of it, must have arrived within this time: a telephone that lost its network for a while has sent
/// them, who drips has not.
const FIRST: Duration = Duration::from_secs(8);
/// A third of what fits into one packet.
const FIRST_BYTES: usize = 512;
/// The rest has this much longer.
const REST: Duration = Duration::from_secs(2);
/// So many bodies may be arriving at once: at most 128 MiB, and more than a thousand slow senders do not fill it.
static ARRIVING: Semaphore = Semaphore::const_new(2_048);

/// Reads a whole body of the wanted media type.
pub async fn read(request: &HttpRequest, payload: &mut Payload, media_type: &str) -> Result<Bytes, PageError> {
    check_head(request, media_type)?;
    let _permit = ARRIVING.try_acquire().map_err(|_full| PageError::Busy)?;
    let mut body = BytesMut::new();
    if let Ok(ended) = timeout(FIRST, collect(payload, &mut body)).await {
        ended?;
    } else if body.len() < FIRST_BYTES {
        return Err(PageError::Timeout);
    } else {
        timeout(REST, collect(payload, &mut body)).await.map_err(|_late| PageError::Timeout)??;
    }
    Ok(body.freeze())
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
async fn collect(payload: &mut Payload, body: &mut BytesMut) -> Result<(), PageError> {
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken| PageError::BadRequest)?;
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(PageError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(())
}
