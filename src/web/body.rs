//! Reading a request's body: bounded in size, time and number. actix has no deadline of its own for a body.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::sync::Semaphore;

use super::error::PageError;

/// Largest body.
pub const MAX_BYTES: usize = 64 * 1024;
/// A body must have arrived within this time.
const DEADLINE: Duration = Duration::from_secs(10);
/// So many bodies may be arriving at once: at most 128 MiB, and more than a thousand slow senders do not fill it.
static ARRIVING: Semaphore = Semaphore::const_new(2_048);

/// Reads a whole body of the wanted media type.
pub async fn read(request: &HttpRequest, payload: &mut Payload, media_type: &str) -> Result<Bytes, PageError> {
    check_head(request, media_type)?;
    let _permit = ARRIVING.try_acquire().map_err(|_full| PageError::Busy)?;
    tokio::time::timeout(DEADLINE, collect(payload)).await.map_err(|_late| PageError::Timeout)?
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

async fn collect(payload: &mut Payload) -> Result<Bytes, PageError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_broken| PageError::BadRequest)?;
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(PageError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
