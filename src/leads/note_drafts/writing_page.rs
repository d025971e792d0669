//! What a form says, words and choices: nothing of it is lost when the session ended meanwhile.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::Put;
use super::rescue::{Rescue, Unsent, rescue};
use crate::app::App;
use crate::staff::guard::token_of;
use crate::staff::sign_in_page::give_back;
use crate::values::Reference;
use crate::web::error::{PageError, PageResult};

/// The guard of a form that holds words. Whether it lets through is asked once the words are read.
pub struct Writing<G> {
    guard: Result<G, PageError>,
    request: HttpRequest,
}

impl<G: FromRequest<Error = PageError> + 'static> FromRequest for Writing<G> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (guard, request) = (G::from_request(request, payload), request.clone());
        Box::pin(async move { Ok(Self { guard: guard.await, request }) })
    }
}

impl<G> Writing<G> {
    /// The guard; or the answer to somebody who is not signed in any more: what the form said is kept as their draft, or given
    /// back to be copied.
    pub async fn signed(self, app: &Data<App>, reference: &str, typed: Unsent, put: Put) -> Result<G, PageResult> {
        let error = match self.guard {
            Ok(guard) => return Ok(guard),
            Err(error) => error,
        };
        let (PageError::SignIn(_), Some(reference)) = (&error, Reference::parse(reference)) else { return Err(Err(error)) };
        if typed.is_blank() {
            return Err(Err(error));
        }
        Err(after_log_off(app, &self.request, &reference, &typed, put).await)
    }
}

async fn after_log_off(app: &App, request: &HttpRequest, reference: &Reference, typed: &Unsent, put: Put) -> PageResult {
    let here = format!("/staff/leads/{reference}");
    let Some(token) = token_of(request, app)? else { return give_back(app, &here, &typed.text) };
    match rescue(&mut *app.pool.get().await?, &app.keys, &token, reference, typed, put).await? {
        Rescue::Kept => Err(PageError::SignIn(here)),
        Rescue::Nobodys => give_back(app, &here, &typed.text),
    }
}
