//! What a page answers when it cannot do what was asked. Internal text never reaches a page.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::page::see_other;
use crate::db::commits::Unconfirmed;

/// An answer other than the page asked for. The error page is rendered by the error-page middleware, with a way on.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Not there, or not for this person.
    #[error("not found")]
    NotFound,
    /// Not strict UTF-8, or otherwise not a request we understand.
    #[error("bad request")]
    BadRequest,
    /// Over the size limit.
    #[error("too large")]
    TooLarge,
    /// Another media type than expected, or compressed.
    #[error("unsupported media type")]
    UnsupportedMediaType,
    /// The body did not arrive in time.
    #[error("request timeout")]
    Timeout,
    /// Fields of another shape than expected.
    #[error("unprocessable")]
    Unprocessable,
    /// From another site.
    #[error("forbidden")]
    CrossSite,
    /// Too busy right now.
    #[error("too busy")]
    Busy,
    /// A change that may be saved and may be lost: nothing confirmed its commit in time.
    #[error("not confirmed")]
    Unconfirmed,
    /// The body was the slowest of too many that were arriving, and was not read to its end.
    #[error("gave way to faster bodies")]
    Crowded,
    /// Not signed in: to the sign-in page, with a way back.
    #[error("not signed in")]
    SignIn(String),
    /// Signed in, but the required second factor is not set up yet.
    #[error("no second factor")]
    SecondFactor,
    /// Signed in, but too long ago for this: to the page that asks again, with a way back.
    #[error("not confirmed lately")]
    StepUp(String),
    /// Something broke; the chain is logged once, the page shows a request id.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

/// Marks an answer as the one of [`PageError::Unconfirmed`], so that it gets the page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotConfirmed;

macro_rules! internal_from {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for PageError {
            fn from(error: $error) -> Self {
                Self::Internal(error.into())
            }
        }
    )+};
}

internal_from!(
    anyhow::Error,
    diesel::result::Error,
    crate::db::LendError,
    askama::Error,
    crate::sealing::SealError,
    crate::sealing::OpenError,
);

impl From<Unconfirmed> for PageError {
    fn from(_error: Unconfirmed) -> Self {
        Self::Unconfirmed
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Internal(cause) if crate::db::is_busy(cause) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Busy | Self::Crowded | Self::Unconfirmed => StatusCode::SERVICE_UNAVAILABLE,
            Self::SignIn(_) | Self::SecondFactor | Self::StepUp(_) => StatusCode::SEE_OTHER,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::SignIn(next) => see_other(&sign_in_path(next)),
            Self::SecondFactor => see_other("/staff/account/second-factor"),
            Self::StepUp(next) => see_other(&with_next("/staff/confirm", next)),
            // The rest of such a body may still be on its way: the connection cannot be used again.
            Self::TooLarge | Self::Timeout | Self::Crowded => HttpResponse::build(self.status_code()).force_close().finish(),
            Self::Unconfirmed => {
                let mut response = HttpResponse::new(self.status_code());
                response.extensions_mut().insert(NotConfirmed);
                response
            }
            Self::NotFound
            | Self::BadRequest
            | Self::UnsupportedMediaType
            | Self::Unprocessable
            | Self::CrossSite
            | Self::Busy
            | Self::Internal(_) => HttpResponse::new(self.status_code()),
        }
    }
}

/// What a page handler returns.
pub type PageResult = Result<HttpResponse, PageError>;

/// The sign-in page, with a way back.
pub fn sign_in_path(next: &str) -> String {
    with_next("/staff/login", next)
}

fn with_next(page: &str, next: &str) -> String {
    format!("{page}?next={}", utf8_percent_encode(next, NON_ALPHANUMERIC))
}
