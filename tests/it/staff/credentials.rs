//! What ends when something about an account changes: every change against everything that must end.

use diesel_async::SimpleAsyncConnection;
use intake::audit::Actor;
use intake::mail::{Deadlines, Mailer};
use intake::staff::password::hash;
use intake::staff::{administer, store};
use intake::values::{MemberId, Role};

use super::second_factor::{code, enroll};
use crate::support::{Client, Mood, PASSWORD, Settings, SmtpServer, TestApp};

const NEW: &str = "tidal lantern mosaic ferry";
const FACTOR: &str = "/staff/account/second-factor";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    PasswordByOwner,
    PasswordByLink,
    PasswordByCommand,
    FactorResetByAdministrator,
    FactorResetByCommand,
    FactorTakenAway,
    FactorSetUp,
    Closed,
    ClosedByCommand,
    RoleLost,
}

/// What still works after a change.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that works or does not")]
struct Left {
    here: bool,
    elsewhere: bool,
    link: bool,
    waiting_mail: bool,
    device_here: bool,
    device_elsewhere: bool,
    invitation: bool,
}

impl Left {
    fn after(change: Change) -> Self {
        let nothing = Self {
            here: false,
            elsewhere: false,
            link: false,
            waiting_mail: false,
            device_here: false,
            device_elsewhere: false,
            invitation: true,
        };
        match change {
            Change::PasswordByOwner | Change::FactorSetUp => Self { here: true, device_here: true, ..nothing },
            Change::FactorTakenAway => Self { here: true, ..nothing },
            Change::PasswordByLink
            | Change::PasswordByCommand
            | Change::FactorResetByAdministrator
            | Change::FactorResetByCommand => nothing,
            Change::Closed | Change::ClosedByCommand => Self { invitation: false, ..nothing },
            Change::RoleLost => Self {
                here: true,
                elsewhere: true,
                link: true,
                waiting_mail: true,
                device_here: true,
                device_elsewhere: true,
                invitation: false,
            },
        }
    }
}

/// Bea, an administrator signed in at two browsers, who invited somebody and was sent two links, one of which still waits.
struct Scene {
    app: TestApp,
    server: SmtpServer,
    admin: Client,
    bea: MemberId,
    here: Client,
    elsewhere: Client,
    link: String,
    invitation: String,
}

fn newest(server: &SmtpServer, from: &str) -> String {
    let mail = server.received().last().expect("a mail").data.replace("=\r\n", "").replace("=3D", "=");
    let start = mail.find(from).expect("a link");
    mail[start..].split(|c: char| c.is_whitespace() || c == '"').next().unwrap().to_owned()
}

async fn sign_in(app: &TestApp, key: Option<&str>) -> Client {
    let client = app.client();
    client.post("/staff/login", &[("email", "bea@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    if let Some(key) = key {
        client.post("/staff/login", &[("code", &code(key, 0))]).await.assert_status(303);
    }
    client.get("/staff/account").await.assert_status(200);
    client
}

async fn scene(with_factor: bool) -> Scene {
    let server = SmtpServer::start(Mood::Accept).await;
    let mailer = Mailer::smtp(&server.url, "Elevate admissions <hello@example.org>", Deadlines::default()).unwrap();
    let app = TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await;
    let bea = app.add_member("bea", &[Role::Administrator, Role::Coordinator]).await;
    let admin = app.administrator().await;
    let here = sign_in(&app, None).await;
    let key = if with_factor { Some(enroll(&here).await) } else { None };
    let elsewhere = sign_in(&app, key.as_deref()).await;
    let invited = [("name", "Nora Quill"), ("email", "nora@example.org"), ("roles", "administrator")];
    here.post("/staff/people/invitations", &invited).await.assert_status(303);
    app.deliver_mail().await;
    let invitation = newest(&server, "/staff/invitation?token=");
    let send = format!("/staff/people/{bea}/password-link");
    admin.post(&send, &[]).await.assert_status(303);
    app.deliver_mail().await;
    let link = newest(&server, "/staff/password?token=");
    admin.post(&send, &[]).await.assert_status(303);
    Scene { app, server, admin, bea, here, elsewhere, link, invitation }
}

impl Scene {
    async fn perform(&self, change: Change) {
        let mut conn = self.app.conn().await;
        let person = format!("/staff/people/{}", self.bea);
        match change {
            Change::PasswordByOwner => {
                let fields = [("old_password", PASSWORD), ("password", NEW)];
                self.here.post("/staff/account/password", &fields).await.assert_status(303);
            }
            Change::PasswordByLink => {
                let token = self.link.split_once("token=").unwrap().1;
                self.app.client().post("/staff/password", &[("token", token), ("password", NEW)]).await.assert_status(303);
            }
            Change::PasswordByCommand => {
                let made = hash::hash(&self.app.app.keys, NEW).await.unwrap();
                administer::reset_password(&mut conn, Actor::Command, self.bea, &made).await.unwrap();
            }
            Change::FactorResetByAdministrator => {
                self.admin.post(&format!("{person}/second-factor/reset"), &[]).await.assert_status(303);
            }
            Change::FactorResetByCommand => {
                assert!(administer::reset_second_factor(&mut conn, Actor::Command, self.bea).await.unwrap());
            }
            Change::FactorTakenAway => {
                self.here.post("/staff/confirm", &[("password", PASSWORD)]).await.assert_status(303);
                self.here.post(&format!("{FACTOR}/replace"), &[]).await.assert_status(303);
            }
            Change::FactorSetUp => {
                enroll(&self.here).await;
            }
            Change::Closed => {
                self.admin.post(&format!("{person}/disable"), &[]).await.assert_status(303);
            }
            Change::ClosedByCommand => {
                intake::staff::deactivate::disable(&mut conn, Actor::Command, self.bea).await.unwrap();
            }
            Change::RoleLost => {
                self.admin.post(&format!("{person}/roles"), &[("roles", "coordinator")]).await.assert_status(303);
            }
        }
    }

    /// Whether a browser is known to the account: strangers are shut out for a day, it is not.
    async fn knows(&self, client: &Client) -> bool {
        let stranger = [("email", "bea@example.org"), ("password", "wrong wrong wrong")];
        let mut conn = self.app.conn().await;
        conn.batch_execute("DELETE FROM sign_in_throttles").await.unwrap();
        self.app.client().post("/staff/login", &stranger).await.assert_status(422);
        let shut = "UPDATE sign_in_throttles SET failures = 100, blocked_until = now() + interval '1 day'";
        conn.batch_execute(shut).await.unwrap();
        self.app.client().post("/staff/login", &stranger).await.assert_status(429);
        client.post("/staff/login", &stranger).await.status != 429
    }

    async fn left(&self) -> Left {
        let status = async |client: &Client, path: &str| client.get(path).await.status;
        let guest = self.app.client();
        let mails = self.server.received().len();
        self.app.deliver_mail().await;
        Left {
            here: status(&self.here, "/staff/account").await == 200,
            elsewhere: status(&self.elsewhere, "/staff/account").await == 200,
            link: status(&guest, &self.link).await == 200,
            waiting_mail: self.server.received().len() > mails,
            device_here: self.knows(&self.here).await,
            device_elsewhere: self.knows(&self.elsewhere).await,
            invitation: status(&guest, &self.invitation).await == 200,
        }
    }
}

async fn check(change: Change) {
    let with_factor = matches!(change, Change::FactorResetByAdministrator | Change::FactorResetByCommand | Change::FactorTakenAway);
    let scene = scene(with_factor).await;
    scene.perform(change).await;
    assert_eq!(scene.left().await, Left::after(change), "{change:?}");
    scene.app.stop().await;
}

#[actix_web::test]
async fn a_new_password_ends_other_sessions_links_and_known_browsers() {
    for change in [Change::PasswordByOwner, Change::PasswordByLink, Change::PasswordByCommand] {
        check(change).await;
    }
}

#[actix_web::test]
async fn another_second_factor_ends_other_sessions_links_and_known_browsers() {
    for change in [Change::FactorResetByAdministrator, Change::FactorResetByCommand, Change::FactorTakenAway, Change::FactorSetUp] {
        check(change).await;
    }
}

#[actix_web::test]
async fn a_closed_account_or_a_lost_role_ends_the_invitations_it_sent() {
    for change in [Change::Closed, Change::ClosedByCommand, Change::RoleLost] {
        check(change).await;
    }
}

#[actix_web::test]
async fn an_invitation_of_somebody_shut_out_makes_no_account_even_where_nobody_settled_it() {
    let scene = scene(false).await;
    let token = scene.invitation.split_once("token=").unwrap().1;
    // As a row of the database that no page and no command wrote.
    assert!(store::disable(&mut scene.app.conn().await, scene.bea).await.unwrap());
    let fields = [("token", token), ("name", "Nora Quill"), ("password", NEW)];
    scene.app.client().post("/staff/invitation", &fields).await.assert_status(404);
    assert!(store::by_email(&mut scene.app.conn().await, "nora@example.org").await.unwrap().is_none());
    let people = scene.admin.get("/staff/people").await.assert_status(200).assert_shows("The link ran out");
    // Another administrator sends it again, and answers for it from then on.
    let id = people.attribute("data-invitation").expect("an invitation");
    scene.admin.post(&format!("/staff/people/invitations/{id}/again"), &[]).await.assert_status(303);
    scene.app.deliver_mail().await;
    let fresh = newest(&scene.server, "/staff/invitation?token=");
    let fields = [("token", fresh.split_once("token=").unwrap().1), ("name", "Nora Quill"), ("password", NEW)];
    scene.app.client().post("/staff/invitation", &fields).await.assert_status(303);
    scene.app.stop().await;
}
