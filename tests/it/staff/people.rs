//! Roles, accounts and sessions of colleagues.

use intake::audit::Actor;
use intake::staff::deactivate::{self, Deactivation};
use intake::staff::person::change_roles::{self, RoleChange};
use intake::staff::store;
use intake::values::Role;

use crate::support::{PASSWORD, TestApp};

#[actix_web::test]
async fn f35_roles_changed_on_the_page_hold_from_the_next_request_on() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let client = app.sign_in("cora").await;
    client.get("/staff/programs").await.assert_status(404);
    let roles = format!("/staff/people/{cora}/roles");
    admin.post(&roles, &[("roles", "coordinator"), ("roles", "manager"), ("clinical_review", "yes")]).await.assert_status(303);
    client.get("/staff/programs").await.assert_status(200);
    admin.get(&format!("/staff/people/{cora}")).await.assert_status(200).assert_shows("value=\"manager\" checked");
    admin.post(&roles, &[("roles", "coordinator")]).await.assert_status(303);
    client.get("/staff/programs").await.assert_status(404);
    let member = store::find(&mut app.conn().await, cora).await.unwrap().unwrap();
    assert!(!member.clinical_review);
    admin.post(&roles, &[]).await.assert_status(422).assert_shows("at least one role");
    admin.post(&roles, &[("roles", "owner")]).await.assert_status(422);
    app.stop().await;
}

#[actix_web::test]
async fn f35_a_session_ended_by_an_administrator_is_refused_at_the_next_request() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let cora = app.add_member("cora", &[Role::Coordinator]).await;
    let (one, two) = (app.sign_in("cora").await, app.sign_in("cora").await);
    let page = admin.get(&format!("/staff/people/{cora}")).await.assert_status(200);
    let start = format!("action=\"/staff/people/{cora}/sessions/");
    let end = page.body.split_once(&start).unwrap().1.split_once('"').unwrap().0.to_owned();
    admin.post(&format!("/staff/people/{cora}/sessions/{end}"), &[]).await.assert_status(303);
    let open = [one.get("/staff/account").await.status, two.get("/staff/account").await.status];
    assert!(open == [303, 200] || open == [200, 303], "{open:?}");
    admin.post(&format!("/staff/people/{cora}/sessions/end"), &[]).await.assert_status(303);
    one.get("/staff/account").await.assert_status(303);
    two.get("/staff/account").await.assert_status(303);
    one.post("/staff/login", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn two_administrators_who_demote_or_close_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    for round in 0..6 {
        let (a, b) = (
            app.add_member(&format!("ada{round}"), &[Role::Administrator]).await,
            app.add_member(&format!("bea{round}"), &[Role::Administrator]).await,
        );
        let (mut one, mut two) = (app.conn().await, app.conn().await);
        let (first, second) = tokio::join!(
            change_roles::set(&mut one, Actor::Member(b), a, &[Role::Coordinator], false),
            deactivate::disable(&mut two, Actor::Member(a), b),
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!((first == RoleChange::Done) != (second == Deactivation::Done), "round {round}: {first:?} {second:?}");
        let mut conn = app.conn().await;
        let open = store::list(&mut conn).await.unwrap();
        let administrators: Vec<_> = open
            .iter()
            .filter(|account| account.disabled_at.is_none() && account.member.roles.contains(&Role::Administrator))
            .map(|account| account.member.id)
            .collect();
        assert_eq!(administrators.len(), 1, "round {round}");
        // The survivor makes room for the next round.
        let survivor = administrators[0];
        diesel_async::RunQueryDsl::execute(
            diesel::update(diesel::QueryDsl::find(intake::db::schema::staff::table, survivor.uuid()))
                .set(diesel::ExpressionMethods::eq(intake::db::schema::staff::roles, vec!["coordinator"])),
            &mut conn,
        )
        .await
        .unwrap();
    }
    app.stop().await;
}

#[actix_web::test]
async fn an_administrator_without_leads_lands_on_a_page_that_is_there() {
    let app = TestApp::start().await;
    app.add_member("ada", &[Role::Administrator]).await;
    let client = app.client();
    let page = client.post("/staff/login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.assert_status(303);
    let home = client.get(page.location()).await.assert_status(303);
    client.get(home.location()).await.assert_status(200);
    app.stop().await;
}
