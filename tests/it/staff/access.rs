//! Every door × every role × every way a foreign page may knock, counted from the table of doors.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::audit_events;
use intake::routes::{Access, Route, TABLE};
use intake::staff::{Member, store};
use intake::values::{MemberId, Role};
use reqwest::Method;

use crate::support::{Client, Page, TestApp, read};

/// A path with something in place of each part that varies: well-formed, but of nothing that exists.
fn path_of(route: &Route) -> String {
    let mut path = route.path.to_owned();
    while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        let sample = if path[from..to].contains("id") { "01935b6e-0000-7000-8000-000000000000" } else { "EL-000000" };
        path.replace_range(from..=to, sample);
    }
    path
}

async fn knock(client: &Client, route: &Route, headers: &[(&str, &str)]) -> Page {
    let method: Method = route.method.parse().unwrap();
    let mut request = client.request(method.clone(), &path_of(route));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if method == Method::POST {
        request = request.form(&[("version", "1")]);
    }
    read(request).await
}

const SAME: &[(&str, &str)] = &[("Sec-Fetch-Site", "same-origin")];

fn is_fenced(route: &Route) -> bool {
    matches!(route.access, Access::SignedIn | Access::Needs(_))
}

fn may_pass(member: &Member, route: &Route) -> bool {
    match route.access {
        Access::Public | Access::Gate | Access::SignedIn => true,
        Access::Needs(permissions) => member.may_all(permissions),
    }
}

async fn denials(app: &TestApp) -> i64 {
    audit_events::table.filter(audit_events::action.eq("access.denied")).count().get_result(&mut app.conn().await).await.unwrap()
}

/// Routes of the refusals beyond the first `known` ones, as the audit log names them.
async fn refused_routes(app: &TestApp, known: i64) -> Vec<(String, String)> {
    let rows = audit_events::table.filter(audit_events::action.eq("access.denied")).order(audit_events::id).offset(known);
    let rows: Vec<serde_json::Value> = rows.select(audit_events::details).load(&mut app.conn().await).await.unwrap();
    let word = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (word(row, "method"), word(row, "route"))).collect()
}

async fn member(app: &TestApp, id: MemberId) -> Member {
    store::find(&mut app.conn().await, id).await.unwrap().unwrap()
}

#[actix_web::test]
async fn nobody_gets_past_the_fence_without_signing_in() {
    let app = TestApp::start().await;
    for route in TABLE.iter().filter(|route| is_fenced(route)) {
        let page = knock(&app.client(), route, SAME).await;
        assert_eq!(page.status, 303, "{} {}", route.method, route.path);
        assert!(page.location().starts_with("/staff/login?next=%2Fstaff"), "{} {}: {}", route.method, route.path, page.location());
        if route.method == "GET" {
            let back = percent_encoding::percent_decode_str(page.location()).decode_utf8().unwrap().into_owned();
            assert!(back.ends_with(&path_of(route)), "{back}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn each_role_passes_exactly_the_doors_its_permissions_open() {
    let app = TestApp::start().await;
    for (name, role) in [("cora", Role::Coordinator), ("mara", Role::Manager), ("ada", Role::Administrator)] {
        let id = app.add_member(name, &[role]).await;
        let (client, who) = (app.sign_in(name).await, member(&app, id).await);
        for route in TABLE.iter().filter(|route| is_fenced(route) && route.path != "/staff/logout") {
            let before = denials(&app).await;
            let page = knock(&client, route, SAME).await;
            let denied = refused_routes(&app, before).await;
            let at = format!("{name}: {} {} answered {}", route.method, route.path, page.status);
            assert!(page.status < 500, "{at}: {}", page.body);
            assert!(!page.location().starts_with("/staff/login?next=%2Fstaff%2Fleads"), "{at}");
            if may_pass(&who, route) {
                assert!(denied.is_empty(), "{at}: {denied:?}");
            } else {
                // A client whose connection was closed under it may have sent the same again.
                let this = (route.method.to_owned(), route.path.to_owned());
                assert_eq!(page.status, 404, "{at}");
                assert!(!denied.is_empty() && denied.iter().all(|one| *one == this), "{at}: {denied:?}");
            }
        }
        client.post("/staff/logout", &[]).await.assert_status(303);
        client.get("/staff/account").await.assert_status(303);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_shut_account_passes_no_door_from_the_next_request_on() {
    let app = TestApp::start().await;
    let id = app.add_member("dora", &[Role::Coordinator, Role::Manager]).await;
    let client = app.sign_in("dora").await;
    client.get("/staff/account").await.assert_status(200);
    store::disable(&mut app.conn().await, id).await.unwrap();
    for route in TABLE.iter().filter(|route| is_fenced(route)) {
        let page = knock(&client, route, SAME).await;
        assert_eq!(page.status, 303, "{} {}", route.method, route.path);
    }
    app.stop().await;
}

#[actix_web::test]
async fn f35_a_revoked_role_is_refused_at_the_next_request() {
    let app = TestApp::start().await;
    let id = app.add_member("ada", &[Role::Administrator]).await;
    let client = app.sign_in("ada").await;
    client.get("/staff/people").await.assert_status(200);
    store::set_roles(&mut app.conn().await, id, &[Role::Coordinator]).await.unwrap();
    client.get("/staff/people").await.assert_status(404);
    store::set_roles(&mut app.conn().await, id, &[Role::Administrator]).await.unwrap();
    client.get("/staff/people").await.assert_status(200);
    app.stop().await;
}

#[actix_web::test]
async fn posts_from_elsewhere_are_refused_at_every_staff_door() {
    let app = TestApp::start().await;
    let all = [Role::Coordinator, Role::Manager, Role::Administrator];
    let client = app.signed_in("alma", &all).await;
    let foreign: &[&[(&str, &str)]] = &[
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", &app.base)],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[],
    ];
    for route in TABLE.iter().filter(|route| route.method == "POST" && !route.access.is_public()) {
        for headers in foreign {
            let page = knock(&client, route, headers).await;
            assert_eq!(page.status, 403, "{} {headers:?}", route.path);
        }
    }
    client.get("/staff/account").await.assert_status(200);
    let own = read(client.request(Method::POST, "/staff/logout").header("Origin", &app.base)).await;
    assert_eq!(own.status, 303, "an old browser sends its origin alone");
    app.stop().await;
}
