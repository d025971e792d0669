//! Forms as strictly as we can read them: percent-decoded once, strict UTF-8, bounded in size and time.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::error::PageError;

/// An `application/x-www-form-urlencoded` body: 64 KiB, ten seconds, strict UTF-8. Unknown fields are ignored, repeated keys
/// take the last value unless the field is a `Vec`.
#[derive(Debug)]
pub struct StrictForm<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for StrictForm<T> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = actix_web::web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|_unread| PageError::BadRequest)?;
            serde_html_form::from_bytes(&bytes).map(Self).map_err(|_unread| PageError::BadRequest)
        })
    }
}

/// An `application/json` body under the same bounds.
#[derive(Debug)]
pub struct StrictJson<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for StrictJson<T> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = actix_web::web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|_unread| PageError::BadRequest)?;
            serde_json::from_slice(&bytes).map(Self).map_err(|_unread| PageError::BadRequest)
        })
    }
}
