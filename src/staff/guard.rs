//! Extractors that prove permissions, named by permission. Not signed in: 303 to the sign-in page. Without permission: 404.
//!
//! Roles are read with the session at every request, so that a revoked one is refused from the next request on.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{COOKIE, REFERER};
use actix_web::{FromRequest, HttpRequest, web};

use super::session::{self, Stage, StoredToken, TokenPurpose};
use super::{Member, Permission, Proof, step_up};
use crate::app::App;
use crate::audit::{self, Action, Actor, Event, Subject};
use crate::db::Connection;
use crate::sealing::SealError;
use crate::values::SessionId;
use crate::web::error::PageError;
use crate::web::page::local_path;

/// Whether a page may be reached before a required second factor is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Factor {
    /// The required second factor is there.
    Complete,
    /// The page that sets it up, and the way out.
    MayBeMissing,
}

/// Whether a request shows that somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// A person did something: the session goes on.
    Person,
    /// An open page asked by itself: the session grows older.
    Page,
}

macro_rules! guards {
    ($($(#[$doc:meta])* $name:ident => [$($permission:ident),*], $factor:expr, $presence:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            /// Who asks.
            pub member: Member,
            /// In which session.
            pub session: SessionId,
        }

        impl $name {
            /// Every permission it proves.
            pub const PROVES: &'static [Permission] = &[$(Permission::$permission),*];
        }

        impl FromRequest for $name {
            type Error = PageError;
            type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

            fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let (member, session) = admit(&request, Self::PROVES, $factor, $presence).await?;
                    Ok(Self { member, session })
                })
            }
        }

        impl Proof for $name {
            fn member(&self) -> &Member {
                &self.member
            }

            fn session(&self) -> SessionId {
                self.session
            }
        }
    )+};
}

guards! {
    /// Anybody signed in.
    SignedIn => [], Factor::Complete, Presence::Person;
    /// Anybody signed in, also before a required second factor is set up.
    Enrolling => [], Factor::MayBeMissing, Presence::Person;
    /// May work leads.
    WorkLeads => [WorkLeads], Factor::Complete, Presence::Person;
    /// May work leads, and asks from an open page by itself: the session goes on growing older.
    Watching => [WorkLeads], Factor::Complete, Presence::Page;
    /// Anybody signed in, and asks from an open page by itself.
    Idling => [], Factor::MayBeMissing, Presence::Page;
    /// May reassign, merge, reopen.
    ManageLeads => [ManageLeads, WorkLeads], Factor::Complete, Presence::Person;
    /// May change programs and capacity.
    ManagePrograms => [ManagePrograms], Factor::Complete, Presence::Person;
    /// May accept or decline in a clinical review, of leads they may read.
    ClinicalReview => [ClinicalReview, WorkLeads], Factor::Complete, Presence::Person;
    /// May see reports.
    SeeReports => [SeeReports], Factor::Complete, Presence::Person;
    /// May take out the whole record of a person: export what names people, from the page where records are handled.
    ExportRecord => [ExportIdentified, HandleRights, WorkLeads], Factor::Complete, Presence::Person;
    /// May hold and erase records.
    HandleRights => [HandleRights], Factor::Complete, Presence::Person;
    /// May manage people.
    ManagePeople => [ManagePeople], Factor::Complete, Presence::Person;
    /// May see audit log, deliveries, settings.
    Administer => [Administer], Factor::Complete, Presence::Person;
}

/// Proof that leads may be shown. A page that shows one takes this and no other [`Proof`], also for its refusals and conflicts.
pub trait LeadAccess: Proof {}

/// Proof that the page where records are held and erased may be shown.
pub trait RightsAccess: Proof {}

/// Whether a guard proves a permission, at compile time.
macro_rules! proves {
    ($guard:ident, $permission:ident) => {{
        let mut rest = $guard::PROVES;
        let mut found = false;
        while let [first, others @ ..] = rest {
            found = found || matches!(first, Permission::$permission);
            rest = others;
        }
        found
    }};
}

/// Implements an access for guards, and refuses to compile where one does not prove its permission.
macro_rules! access {
    ($access:ident needs $permission:ident: $($guard:ident),+) => {
        $(
            impl $access for $guard {}
            const _: () = assert!(proves!($guard, $permission), "the guard does not prove the permission");
        )+
        impl<G: $access> $access for Fresh<G> {}
    };
}

access!(LeadAccess needs WorkLeads: WorkLeads, Watching, ManageLeads, ClinicalReview, ExportRecord);
access!(RightsAccess needs HandleRights: HandleRights, ExportRecord);

/// Any other guard, and that the person proved lately who they are. Otherwise 303 to `/staff/confirm`, with a way back: this page,
/// or for a form the page it stood on.
#[derive(Debug, Clone)]
pub struct Fresh<G>(pub G);

impl<G> Deref for Fresh<G> {
    type Target = G;

    fn deref(&self) -> &G {
        &self.0
    }
}

impl<G: Proof> Proof for Fresh<G> {
    fn member(&self) -> &Member {
        self.0.member()
    }

    fn session(&self) -> SessionId {
        self.0.session()
    }
}

impl<G: FromRequest<Error = PageError> + Proof + 'static> FromRequest for Fresh<G> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, inner) = (request.clone(), G::from_request(request, payload));
        Box::pin(async move {
            let guard = inner.await?;
            let app = app_of(&request)?;
            let back = way_back(&request, app);
            step_up::demand(&mut *app.pool.get().await?, &guard, &back).await?;
            Ok(Self(guard))
        })
    }
}

fn app_of(request: &HttpRequest) -> Result<&web::Data<App>, PageError> {
    Ok(request.app_data::<web::Data<App>>().ok_or_else(|| anyhow::anyhow!("the server was started without its App"))?)
}

/// The session token a browser sent, if any, as the database holds it.
pub fn token_of(request: &HttpRequest, app: &App) -> Result<Option<StoredToken>, SealError> {
    let mut cookies = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let token = cookies.find_map(|cookies| session::token_in(&app.base_url, cookies));
    token.map(|token| token.stored(&app.keys, TokenPurpose::Session)).transpose()
}

async fn admit(
    request: &HttpRequest,
    needed: &[Permission],
    factor: Factor,
    presence: Presence,
) -> Result<(Member, SessionId), PageError> {
    let app = app_of(request)?;
    let Some(token) = token_of(request, app)? else { return Err(sign_in(request, app)) };
    let mut conn = app.pool.get().await?;
    let found = session::store::find(&mut conn, &token, app.config.security.idle_minutes).await?;
    let Some(found) = found.filter(|found| found.stage == Stage::Full) else { return Err(sign_in(request, app)) };
    if found.touch_due && presence == Presence::Person {
        session::store::touch(&mut conn, found.session, found.member.id).await?;
    }
    if factor == Factor::Complete && app.config.security.require_mfa && !found.second_factor {
        return Err(PageError::SecondFactor);
    }
    if !found.member.may_all(needed) {
        deny(&mut conn, &found.member, request).await?;
        return Err(PageError::NotFound);
    }
    Ok((found.member, found.session))
}

async fn deny(conn: &mut Connection, member: &Member, request: &HttpRequest) -> Result<(), PageError> {
    let details = serde_json::json!({ "method": request.method().as_str(), "route": request.match_pattern() });
    let event = Event::new(Actor::Member(member.id), Action::AccessDenied, Subject::None).with(details);
    Ok(audit::record(conn, &event).await?)
}

fn sign_in(request: &HttpRequest, app: &App) -> PageError {
    PageError::SignIn(way_back(request, app))
}

/// This page, or for a form the page it stood on.
fn way_back(request: &HttpRequest, app: &App) -> String {
    let here = if request.method() == Method::GET {
        request.uri().path_and_query().map(ToString::to_string)
    } else {
        let referer = request.headers().get(REFERER).and_then(|value| value.to_str().ok());
        referer.and_then(|from| from.strip_prefix(&*app.base_url)).map(ToOwned::to_owned)
    };
    here.as_deref().and_then(local_path).unwrap_or("/staff/leads").to_owned()
}
