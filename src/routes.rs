//! THE table: every path, method and access level; read by the server and by the access test.

use actix_web::{guard, web};

use crate::staff::Permission;

/// Who may come through a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody; no session, no cookie.
    Public,
    /// The staff side before sign-in: sign-in page, first-run set-up.
    Gate,
    /// Anybody signed in.
    SignedIn,
    /// Permissions the handler's guard proves, each of them.
    Needs(&'static [Permission]),
}

impl Access {
    /// True for what the public role serves.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Public)
    }
}

/// One door of the house.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// actix path pattern.
    pub path: &'static str,
    /// Who may pass.
    pub access: Access,
    register: fn(&mut web::ServiceConfig),
}

macro_rules! routes {
    ($($access:expr => { $($method:ident $path:literal $handler:path;)* })+) => {
        /// Every route of Intake.
        pub const TABLE: &[Route] = &[$($(
            Route {
                method: routes!(@name $method),
                path: $path,
                access: $access,
                register: |config| { config.route($path, routes!(@route $method).to($handler)); },
            },
        )*)+];
    };
    (@name get) => { "GET" };
    (@name post) => { "POST" };
    (@route get) => { web::route().guard(guard::Any(guard::Get()).or(guard::Head())) };
    (@route post) => { web::post() };
}

routes! {
    Access::Public => {
        get "/healthz" crate::health::live;
        get "/readyz" crate::health::ready;
        get "/" crate::enrollment::inquiry_page::show;
        get "/en" crate::enrollment::inquiry_page::show_english;
        get "/es" crate::enrollment::inquiry_page::show_spanish;
        post "/inquiries" crate::enrollment::inquiry_page::submit;
        get "/receipts/{code}" crate::enrollment::inquiry_page::receipt;
        post "/receipts/{code}/stop" crate::enrollment::stop_page::submit;
        post "/api/v1/inquiries" crate::enrollment::api::submit;
        get "/embed" crate::integrations::embed::embed_page::show;
        post "/embed/inquiries" crate::integrations::embed::embed_page::submit;
        get "/embed/receipts/{code}" crate::integrations::embed::embed_page::receipt;
        post "/embed/receipts/{code}/stop" crate::integrations::embed::embed_page::stop;
        get "/assets/{name}" crate::web::assets::show;
    }
    Access::Gate => {
        get "/staff/login" crate::staff::sign_in_page::show;
        post "/staff/login" crate::staff::sign_in_page::submit;
        get "/staff/setup" crate::staff::setup_page::show;
        post "/staff/setup" crate::staff::setup_page::submit;
        get "/staff/invitation" crate::staff::invitations::accept_page::show;
        post "/staff/invitation" crate::staff::invitations::accept_page::submit;
        get "/staff/forgotten" crate::staff::forgotten::forgotten_page::show;
        post "/staff/forgotten" crate::staff::forgotten::forgotten_page::ask;
        get "/staff/password" crate::staff::forgotten::forgotten_page::show_new;
        post "/staff/password" crate::staff::forgotten::forgotten_page::submit;
    }
    Access::SignedIn => {
        post "/staff/logout" crate::staff::sign_in_page::leave;
        get "/staff/account" crate::staff::account_page::show;
        post "/staff/account/notifications" crate::staff::account_page::notifications;
        post "/staff/account/password" crate::staff::account_page::password;
        post "/staff/account/sessions/end-others" crate::staff::account_page::end_others;
        post "/staff/account/sessions/{id}/end" crate::staff::account_page::end_session;
        get "/staff/account/second-factor" crate::staff::second_factor_page::show;
        post "/staff/account/second-factor/replace" crate::staff::second_factor_page::replace;
        post "/staff/account/recovery-codes" crate::staff::recovery::recovery_page::submit;
        post "/staff/account/second-factor" crate::staff::second_factor_page::submit;
        get "/staff/confirm" crate::staff::step_up::confirm_page::show;
        post "/staff/confirm" crate::staff::step_up::confirm_page::submit;
        get "/staff/session" crate::staff::session_page::show;
        post "/staff/session/extend" crate::staff::session_page::extend;
        get "/staff/help" crate::staff::help_page::show;
        post "/staff/help/keys" crate::staff::help_page::switch;
        get "/staff" crate::leads::queue::queue_page::home;
    }
    Access::Needs(&[Permission::WorkLeads]) => {
        get "/staff/leads/new" crate::enrollment::by_phone::by_phone_page::show;
        post "/staff/leads/new" crate::enrollment::by_phone::by_phone_page::submit;
        post "/staff/leads/new/drafts" crate::enrollment::by_phone::by_phone_page::keep;
        post "/staff/leads/new/drafts/{id}/discard" crate::enrollment::by_phone::by_phone_page::discard;
        get "/staff/leads" crate::leads::queue::queue_page::show;
        post "/staff/leads/next" crate::leads::next::next_page::submit;
        post "/staff/views" crate::leads::saved_views::views_page::save;
        post "/staff/views/{id}/remove" crate::leads::saved_views::views_page::remove;
        get "/staff/events" crate::leads::live::events_page::show;
        get "/staff/events/new" crate::leads::live::events_page::count;
        post "/staff/leads/{reference}/notes/draft" crate::leads::note_drafts::drafts_page::submit;
        post "/staff/leads/{reference}/watchers" crate::leads::presence::presence_page::submit;
        get "/staff/handover" crate::leads::shift_handover::handover_page::show;
        get "/staff/leads/{reference}" crate::leads::lead_page::show;
        get "/staff/leads/{reference}/duplicates" crate::leads::duplicates::duplicates_page::show;
        post "/staff/leads/{reference}/duplicates/{other}/dismissal" crate::leads::duplicates::duplicates_page::dismissal;
        post "/staff/leads/{reference}/claim" crate::leads::verbs::verbs_page::claim;
        post "/staff/leads/{reference}/claim/release" crate::leads::verbs::verbs_page::release;
        post "/staff/leads/{reference}/owner" crate::leads::verbs::verbs_page::owner;
        post "/staff/leads/{reference}/contact-attempts" crate::leads::verbs::verbs_page::contact_attempt;
        post "/staff/leads/{reference}/notes" crate::leads::verbs::verbs_page::note;
        post "/staff/leads/{reference}/follow-ups" crate::leads::verbs::verbs_page::follow_up;
        post "/staff/leads/{reference}/routing" crate::leads::verbs::verbs_page::routing;
        post "/staff/leads/{reference}/stage" crate::leads::verbs::verbs_page::stage;
        post "/staff/leads/{reference}/closure" crate::leads::verbs::verbs_page::closure;
        post "/staff/leads/{reference}/pause" crate::leads::verbs::verbs_page::pause;
        post "/staff/leads/{reference}/pause/end" crate::leads::verbs::verbs_page::end_pause;
        post "/staff/leads/{reference}/do-not-contact" crate::leads::stopping::stop_page::stop;
        post "/staff/leads/{reference}/do-not-contact/end" crate::leads::stopping::stop_page::end;
        post "/staff/leads/{reference}/red-flags" crate::leads::verbs::verbs_page::raise_flag;
        post "/staff/leads/{reference}/red-flags/{id}/acknowledgement" crate::leads::verbs::verbs_page::acknowledge_flag;
        get "/staff/leads/{reference}/pre-screen" crate::leads::assessment::pre_screen_page::show;
        post "/staff/leads/{reference}/pre-screen" crate::leads::assessment::pre_screen_page::submit;
        post "/staff/leads/{reference}/assessment/benefits" crate::leads::assessment::assessment_page::benefits;
        get "/staff/programs/{id}/waitlist" crate::leads::waitlist::waitlist_page::show;
        get "/staff/shift/end" crate::leads::shift_end::shift_page::show;
        post "/staff/shift/end" crate::leads::shift_end::shift_page::submit;
        get "/staff/reports/leads" crate::reports::behind::behind_page::show;
        post "/staff/searches" crate::leads::search::search_page::submit;
        get "/staff/searches/{id}" crate::leads::search::search_page::show;
        get "/staff/quarantine" crate::leads::quarantine::quarantine_page::show;
        post "/staff/leads/{reference}/quarantine/release" crate::leads::quarantine::quarantine_page::submit;
        post "/staff/leads/{reference}/quarantine/spam" crate::leads::quarantine::quarantine_page::spam_one;
        post "/staff/quarantine/spam" crate::leads::quarantine::quarantine_page::spam_fold;
        get "/staff/quarantine/closing" crate::leads::quarantine::closing_page::show;
        post "/staff/quarantine/closing" crate::leads::quarantine::closing_page::submit;
        get "/staff/follow-ups" crate::leads::follow_up_list::follow_ups_page::show;
        post "/staff/leads/{reference}/follow-ups/{id}/done" crate::leads::follow_up_list::follow_ups_page::submit;
    }
    Access::Needs(&[Permission::HandleRights]) => {
        get "/staff/leads/{reference}/rights" crate::leads::rights::rights_page::show;
        post "/staff/leads/{reference}/rights/hold" crate::leads::rights::rights_page::hold;
        post "/staff/leads/{reference}/rights/hold/end" crate::leads::rights::rights_page::end_hold;
        get "/staff/leads/{reference}/rights/erasure" crate::leads::rights::erasure_page::show;
        post "/staff/leads/{reference}/rights/erasure" crate::leads::rights::erasure_page::submit;
    }
    Access::Needs(&[Permission::ExportIdentified, Permission::HandleRights, Permission::WorkLeads]) => {
        post "/staff/leads/{reference}/rights/record" crate::leads::rights::record::record_page::submit;
    }
    Access::Needs(&[Permission::ClinicalReview, Permission::WorkLeads]) => {
        post "/staff/leads/{reference}/assessment/review" crate::leads::assessment::assessment_page::clinical;
    }
    Access::Needs(&[Permission::ManageLeads, Permission::WorkLeads]) => {
        get "/staff/snippets" crate::leads::snippets::snippets_page::show;
        post "/staff/snippets" crate::leads::snippets::snippets_page::keep;
        post "/staff/snippets/{id}/removal" crate::leads::snippets::snippets_page::remove;
        post "/staff/leads/{reference}/reopening" crate::leads::verbs::verbs_page::reopening;
        post "/staff/leads/{reference}/merge" crate::leads::duplicates::duplicates_page::merging;
        post "/staff/leads/{reference}/merge/undo" crate::leads::duplicates::duplicates_page::unmerging;
    }
    Access::Needs(&[Permission::SeeReports]) => {
        get "/staff/reports" crate::reports::reports_page::show;
        post "/staff/reports/weekly" crate::reports::weekly::weekly_page::submit;
        get "/staff/exports" crate::reports::exports::exports_page::show;
        post "/staff/exports" crate::reports::exports::exports_page::submit;
        get "/staff/exports/{id}" crate::reports::exports::file_page::progress;
        get "/staff/exports/{id}/file" crate::reports::exports::file_page::show;
        get "/staff/reports/download" crate::reports::download_page::show;
    }
    Access::Needs(&[Permission::ManagePrograms]) => {
        get "/staff/programs" crate::programs::programs_page::show;
        post "/staff/programs" crate::programs::programs_page::add_program;
        post "/staff/locations" crate::programs::programs_page::add_location;
        get "/staff/programs/{id}" crate::programs::program_page::show;
        post "/staff/programs/{id}" crate::programs::program_page::edit;
        post "/staff/programs/{id}/capacity" crate::programs::program_page::plan;
        post "/staff/programs/{id}/capacity/{change}/removal" crate::programs::program_page::take_back;
        get "/staff/locations/{id}" crate::programs::program_page::show_location;
        post "/staff/locations/{id}" crate::programs::program_page::edit_location;
        post "/staff/locations/{id}/closing" crate::programs::programs_page::close_location;
        get "/staff/programs/{id}/closing" crate::programs::programs_page::ask_closing;
        post "/staff/programs/{id}/closing" crate::programs::programs_page::close;
    }
    Access::Needs(&[Permission::ManagePeople]) => {
        get "/staff/people" crate::staff::people_page::show;
        post "/staff/people/invitations" crate::staff::invitations::invite_page::submit;
        post "/staff/people/invitations/{id}/again" crate::staff::invitations::invite_page::again;
        post "/staff/people/invitations/{id}/withdraw" crate::staff::invitations::invite_page::withdraw;
        get "/staff/people/{id}" crate::staff::person::person_page::show;
        post "/staff/people/{id}/roles" crate::staff::person::person_page::roles;
        post "/staff/people/{id}/second-factor/reset" crate::staff::person::person_page::reset_factor;
        post "/staff/people/{id}/password-link" crate::staff::person::person_page::password_link;
        post "/staff/people/{id}/sessions/end" crate::staff::person::person_page::end_sessions;
        post "/staff/people/{id}/sessions/{session_id}/end" crate::staff::person::person_page::end_session;
        post "/staff/people/{id}/disable" crate::staff::people_page::disable;
        post "/staff/people/{id}/enable" crate::staff::people_page::enable;
    }
    Access::Needs(&[Permission::Administer]) => {
        get "/staff/audit" crate::staff::audit_log::audit_page::show;
        post "/staff/audit/verification" crate::staff::audit_log::audit_page::verify;
        post "/staff/audit/export" crate::staff::audit_log::export_page::submit;
        get "/staff/deliveries" crate::staff::deliveries::deliveries_page::show;
        post "/staff/deliveries/retry" crate::staff::deliveries::deliveries_page::retry_all;
        post "/staff/deliveries/hold/release" crate::staff::deliveries::hold_page::release;
        post "/staff/deliveries/test" crate::staff::test_mail::test_mail_page::submit;
        post "/staff/deliveries/{id}/retry" crate::staff::deliveries::deliveries_page::retry_one;
        get "/staff/retention" crate::leads::retention::retention_page::show;
        post "/staff/retention/runs" crate::leads::retention::retention_page::carry_out;
        post "/staff/retention/record" crate::leads::retention::retention_page::find;
        get "/staff/settings" crate::staff::running::settings_page::show;
        post "/staff/first-hour/dismissal" crate::staff::first_hour::first_hour_page::dismiss;
        post "/staff/first-hour/keys" crate::staff::first_hour::first_hour_page::keep_keys;
        get "/staff/audit/unusual" crate::staff::audit_log::unusual_page::show;
    }
}

/// Paths every role serves.
pub const ALWAYS: &[&str] = &["/healthz", "/readyz", "/assets/{name}"];

/// Registers the routes that `wanted` lets through.
pub fn configure(config: &mut web::ServiceConfig, wanted: impl Fn(&Route) -> bool) {
    for route in TABLE.iter().filter(|route| wanted(route)) {
        (route.register)(config);
    }
}
