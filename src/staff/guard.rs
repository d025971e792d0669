//! Extractors that prove a permission, named by permission. Not signed in: 303 to the sign-in page. Without permission: 404.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::{Member, Permission};
use crate::values::SessionId;
use crate::web::error::PageError;

macro_rules! guards {
    ($($(#[$doc:meta])* $name:ident => $permission:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            /// Who asks.
            pub member: Member,
            /// In which session.
            pub session: SessionId,
        }

        impl FromRequest for $name {
            type Error = PageError;
            type Future = Ready<Result<Self, PageError>>;

            fn from_request(_request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
                let _: Option<Permission> = $permission;
                ready(Err(PageError::SignIn))
            }
        }
    )+};
}

guards! {
    /// Anybody signed in.
    SignedIn => None;
    /// May work leads.
    WorkLeads => Some(Permission::WorkLeads);
    /// May reassign, merge, reopen.
    ManageLeads => Some(Permission::ManageLeads);
    /// May change programs and capacity.
    ManagePrograms => Some(Permission::ManagePrograms);
    /// May see reports.
    SeeReports => Some(Permission::SeeReports);
    /// May manage people.
    ManagePeople => Some(Permission::ManagePeople);
    /// May see audit log, deliveries, settings.
    Administer => Some(Permission::Administer);
}
