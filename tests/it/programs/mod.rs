//! Locations and programs through the pages.

use intake::values::Role;

use crate::support::{Client, TestApp};

/// Adds a location and gives its id as the page offers it.
pub async fn location(manager: &Client, name: &str) -> String {
    manager.post("/staff/locations", &[("name", name), ("city", "Watsonville"), ("state", "CA")]).await.assert_status(303);
    let page = manager.get("/staff/programs").await.assert_status(200).assert_shows(name);
    let options = page.body.split("<option value=\"").skip(1);
    options.filter_map(|option| option.split_once('"')).map(|(id, _)| id.to_owned()).find(|id| id.len() == 36).unwrap()
}

#[actix_web::test]
async fn a_manager_adds_a_location_and_programs_and_closes_one() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let location = location(&manager, "Watsonville House").await;
    let program = [("location", location.as_str()), ("name", "Online groups"), ("modality", "telehealth"), ("capacity", "12")];
    let page = manager.post("/staff/programs", &program).await.assert_status(422).assert_shows("Name the states");
    assert!(page.body.contains("value=\"Online groups\""), "what was typed is kept");
    let mut licensed = program.to_vec();
    licensed.push(("licensed_states", "ca nv"));
    manager.post("/staff/programs", &licensed).await.assert_status(303);
    manager.post("/staff/programs", &licensed).await.assert_status(422).assert_shows("has this name there already");
    let page = manager.get("/staff/programs").await.assert_shows("12 places of 12").assert_shows("CA, NV");
    let (before, _) = page.body.split_once("/closing\">Close<span class=\"vh\"> Online groups").unwrap();
    let closing = format!("{}/closing", before.rsplit_once('"').unwrap().1);
    manager.get(&closing).await.assert_status(200).assert_shows("Close Online groups?");
    manager.post(&closing, &[]).await.assert_status(303);
    manager.get("/staff/programs").await.assert_hides("Online groups");
    app.stop().await;
}

#[actix_web::test]
async fn programs_are_not_there_for_a_coordinator() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    coordinator.get("/staff/programs").await.assert_status(404);
    coordinator.post("/staff/locations", &[("name", "X"), ("state", "CA")]).await.assert_status(404);
    let nobody = app.client().get("/staff/programs").await.assert_status(303);
    assert!(nobody.location().starts_with("/staff/login"));
    app.stop().await;
}

#[actix_web::test]
async fn a_program_at_no_location_is_an_error_beside_the_field() {
    let app = TestApp::start().await;
    let manager = app.signed_in("max", &[Role::Manager]).await;
    location(&manager, "Santa Cruz Office").await;
    let nowhere = uuid::Uuid::now_v7().to_string();
    let program = [("location", nowhere.as_str()), ("name", "Evening"), ("modality", "outpatient"), ("capacity", "4")];
    manager.post("/staff/programs", &program).await.assert_status(422).assert_shows("Choose the location");
    app.stop().await;
}
