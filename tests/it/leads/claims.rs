//! F17: a claim has one winner, is a lease, and never strands anybody.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join_all;
use intake::db::schema::leads;
use intake::leads::lapse;
use intake::values::Role;
use uuid::Uuid;

use super::{attempt, lead, open, standing, trace};
use crate::support::TestApp;

async fn owner(app: &TestApp, reference: &str) -> Option<Uuid> {
    leads::table.filter(leads::reference.eq(reference)).select(leads::owner_id).first(&mut app.conn().await).await.unwrap()
}

async fn lapse_now(app: &TestApp) -> usize {
    lapse::run(&mut app.conn().await, &app.app.keys).await.unwrap()
}

#[actix_web::test]
async fn claiming_twice_is_claiming_once() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let path = format!("/staff/leads/{reference}/claim");
    for answer in join_all((0..10).map(|_| cora.post(&path, &[("version", "1")]))).await {
        answer.assert_status(303);
    }
    assert_eq!(standing(&cora, &reference).await.3, 2);
    let actions = trace(&app, &reference).await;
    assert_eq!(actions.iter().filter(|action| *action == "lead.claimed").count(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn fifty_people_claim_at_once_and_forty_nine_hear_who_was_faster() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let mut clients = Vec::new();
    for nth in 0..50 {
        let name = format!("member{nth}");
        clients.push(app.signed_in(&name, &[Role::Coordinator]).await);
    }
    let path = format!("/staff/leads/{reference}/claim");
    let answers = join_all(clients.iter().map(|client| client.post(&path, &[("version", "1")]))).await;
    let won: Vec<usize> = (0..50).filter(|nth| answers[*nth].status == 303).collect();
    assert_eq!(won.len(), 1, "one winner");
    let name = format!("Member{} Tester", won[0]);
    for (nth, answer) in answers.iter().enumerate().filter(|(nth, _)| *nth != won[0]) {
        assert_eq!(answer.status, 409, "{nth}");
        assert!(answer.body.contains(&name), "the holder is named");
    }
    app.stop().await;
}

#[actix_web::test]
async fn only_the_holder_gives_a_lead_back() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let (cora, colin, mara) = (app.coordinator().await, app.colleague().await, app.manager().await);
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    for other in [&colin, &mara] {
        other.act(&reference, "claim/release", &[]).await.assert_status(422).assert_shows("You do not hold this lead");
        open(other, &reference).await.assert_hides("/claim/release");
    }
    open(&cora, &reference).await.assert_shows("/claim/release");
    cora.act(&reference, "claim/release", &[]).await.assert_status(303);
    assert_eq!(owner(&app, &reference).await, None);
    colin.act(&reference, "claim", &[]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_lead_is_handed_over_by_its_owner_or_a_manager_and_nobody_else() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let (cora, colin, mara) = (app.coordinator().await, app.colleague().await, app.manager().await);
    let dina = app.add_member("dina", &[Role::Coordinator]).await;
    let ada = app.add_member("adam", &[Role::Administrator]).await.to_string();
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    let to_dina = dina.to_string();
    let refused = colin.act(&reference, "owner", &[("person", &to_dina)]).await.assert_status(422);
    refused.assert_shows("Only the owner or a manager");
    for nobody in [ada.as_str(), &Uuid::now_v7().to_string(), "cora"] {
        cora.act(&reference, "owner", &[("person", nobody)]).await.assert_status(422).assert_shows("Choose a colleague");
    }
    cora.act(&reference, "owner", &[("person", &to_dina)]).await.assert_status(303);
    assert_eq!(owner(&app, &reference).await, Some(dina.uuid()));
    cora.act(&reference, "owner", &[("person", "")]).await.assert_status(422);
    mara.act(&reference, "owner", &[("person", "")]).await.assert_status(303);
    assert_eq!(owner(&app, &reference).await, None);
    cora.get("/staff/leads?view=unclaimed").await.assert_shows(&reference);
    app.stop().await;
}

#[actix_web::test]
async fn a_claim_without_activity_lapses_and_the_lead_returns_at_its_age() {
    let app = TestApp::start().await;
    let (first, second) = (lead(&app).await, lead(&app).await);
    let cora = app.coordinator().await;
    cora.act(&first, "claim", &[]).await.assert_status(303);
    let due = async |reference: &str| {
        let row = leads::table.filter(leads::reference.eq(reference)).select((leads::received_at, leads::due_at));
        row.first::<(chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>)>(&mut app.conn().await).await.unwrap()
    };
    let before = due(&first).await;
    assert_eq!(lapse_now(&app).await, 0, "a fresh claim stands");
    let past = "UPDATE leads SET lease_until = now() - interval '1 second' WHERE owner_id IS NOT NULL";
    app.conn().await.batch_execute(past).await.unwrap();
    assert_eq!(lapse_now(&app).await, 1);
    assert_eq!(lapse_now(&app).await, 0, "once");
    assert_eq!((owner(&app, &first).await, due(&first).await), (None, before));
    let page = cora.get("/staff/leads?view=unclaimed").await;
    assert!(page.body.find(&first).unwrap() < page.body.find(&second).unwrap(), "first in, first out");
    assert_eq!(standing(&cora, &first).await.3, 3);
    app.stop().await;
}

#[actix_web::test]
async fn work_renews_the_lease_of_the_holder() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    app.conn().await.batch_execute("UPDATE leads SET lease_until = now() + interval '1 minute'").await.unwrap();
    attempt(&cora, &reference, "call", "busy").await;
    let far = leads::table.filter(leads::lease_until.gt(chrono::Utc::now() + chrono::Duration::minutes(20)));
    let renewed: i64 = far.count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(renewed, 1);
    app.stop().await;
}

#[actix_web::test]
async fn signing_out_or_being_disabled_gives_the_leads_back() {
    let app = TestApp::start().await;
    let (first, second) = (lead(&app).await, lead(&app).await);
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    cora.act(&first, "claim", &[]).await.assert_status(303);
    colin.act(&second, "claim", &[]).await.assert_status(303);
    cora.post("/staff/logout", &[]).await.assert_status(303);
    assert_eq!(lapse_now(&app).await, 1);
    assert!(owner(&app, &first).await.is_none() && owner(&app, &second).await.is_some());
    let disable = "UPDATE staff SET disabled_at = now() WHERE email = 'colin@example.org'";
    app.conn().await.batch_execute(disable).await.unwrap();
    assert_eq!(lapse_now(&app).await, 1);
    assert_eq!(owner(&app, &second).await, None);
    app.stop().await;
}
