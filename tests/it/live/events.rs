//! The stream of events over real HTTP: within a second, about nobody, and over with the session.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use reqwest::{Method, Response};

use crate::leads::{lead, lead_of, open};
use crate::support::{Client, InquiryFields, TestApp};

async fn listen(client: &Client) -> Response {
    let request = client.request(Method::GET, "/staff/events").header("Accept", "text/event-stream");
    let mut answer = request.send().await.expect("a stream");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let hello = answer.chunk().await.expect("a first line").expect("a first line");
    assert!(String::from_utf8_lossy(&hello).starts_with("retry:"), "{hello:?}");
    answer
}

/// Reads on until an event of this kind comes; everything that was read. The process may still be connecting its listener when
/// the test begins: what it then missed is said as `resync`.
async fn until(stream: &mut Response, wanted: &str, within: Duration) -> String {
    let mut heard = String::new();
    let reading = async {
        while !heard.contains(wanted) {
            let Some(bytes) = stream.chunk().await.expect("the stream") else { break };
            heard.push_str(&String::from_utf8_lossy(&bytes));
        }
    };
    let in_time = tokio::time::timeout(within, reading).await.is_ok();
    assert!(in_time && heard.contains(wanted), "{wanted:?} was not heard within {within:?}: {heard}");
    heard
}

/// The process listens: it said so, or it told of a first inquiry.
async fn listening(app: &TestApp, stream: &mut Response) {
    let first = lead(app).await;
    tokio::time::timeout(Duration::from_secs(10), async {
        let mut heard = String::new();
        while !heard.contains("event: resync") && !heard.contains(&first) {
            heard.push_str(&String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap()));
        }
    })
    .await
    .expect("the process listens");
}

const SECOND: Duration = Duration::from_secs(1);

#[actix_web::test]
async fn inquiries_claims_and_changes_reach_an_open_page_within_a_second_and_name_nobody() {
    let app = TestApp::start().await;
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    let mut stream = listen(&cora).await;
    listening(&app, &mut stream).await;
    let reference = lead_of(&app, &InquiryFields::default().with("name", "Verena Canary")).await;
    let mut heard = until(&mut stream, &format!("\"lead\":\"{reference}\",\"version\":1"), SECOND).await;
    assert!(heard.contains("event: new"), "{heard}");
    colin.act(&reference, "claim", &[]).await.assert_status(303);
    heard += &until(&mut stream, "event: claim", SECOND).await;
    colin.act(&reference, "notes", &[("body", "Canary words")]).await.assert_status(303);
    heard += &until(&mut stream, "\"version\":3", SECOND).await;
    assert!(heard.contains("event: change"), "{heard}");
    assert!(!heard.contains("Canary") && !heard.contains("Colin") && !heard.contains("555"), "{heard}");
    app.stop().await;
}

#[actix_web::test]
async fn f35_the_stream_ends_with_the_session() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let mut stream = listen(&cora).await;
    listening(&app, &mut stream).await;
    cora.post("/staff/logout", &[]).await.assert_status(303);
    tokio::time::sleep(Duration::from_millis(1_050)).await; // no event leaves on a look older than a second
    let reference = lead(&app).await;
    let heard = until(&mut stream, "event: end", 2 * SECOND).await;
    assert!(!heard.contains(&reference), "{heard}");
    assert!(stream.chunk().await.unwrap().is_none(), "the stream is over");
    app.stop().await;
}

#[actix_web::test]
async fn a_browser_that_was_away_is_told_to_ask_again_and_one_person_has_a_few_streams() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let ask = async |last: &str| {
        let request = cora.request(Method::GET, "/staff/events").header("Accept", "text/event-stream");
        request.header("Last-Event-ID", last).send().await.unwrap()
    };
    let mut away = ask("00000000-7").await;
    until(&mut away, "event: resync", SECOND).await;
    let mut streams = vec![away];
    for _ in 1..8 {
        streams.push(ask("00000000-7").await);
    }
    assert!(streams.iter().all(|stream| stream.status() == 200));
    assert_eq!(ask("00000000-7").await.status(), 503);
    assert_eq!(cora.get("/staff/events").await.status, 406, "a page is not a stream");
    app.stop().await;
}

#[actix_web::test]
async fn an_open_page_keeps_no_session_alive() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let reference = lead(&app).await;
    let mut conn = app.conn().await;
    conn.batch_execute("UPDATE sessions SET last_seen_at = now() - interval '14 minutes'").await.unwrap();
    assert_eq!(cora.post(&format!("/staff/leads/{reference}/watchers"), &[]).await.status, 200);
    let left: i64 = cora.get("/staff/session").await.assert_status(200).body.parse().unwrap();
    assert!((50..=60).contains(&left), "{left}");
    cora.post("/staff/session/extend", &[]).await.assert_status(303);
    let left: i64 = cora.get("/staff/session").await.body.parse().unwrap();
    assert!(left > 14 * 60, "{left}");
    app.stop().await;
}

#[actix_web::test]
async fn who_else_looks_is_said_and_expires_by_itself() {
    let app = TestApp::start().await;
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    let reference = lead(&app).await;
    open(&cora, &reference).await.assert_hides("looking at this lead");
    open(&colin, &reference).await.assert_shows("Cora Tester is looking at this lead too.");
    let watchers = format!("/staff/leads/{reference}/watchers");
    let page = cora.post(&watchers, &[]).await.assert_status(200);
    assert_eq!((page.body.as_str(), page.header("x-lead-version")), ("Colin Tester is looking at this lead too.", "1"));
    colin.post(&watchers, &[("leave", "yes")]).await.assert_status(204);
    assert_eq!(cora.post(&watchers, &[]).await.body, "");
    open(&colin, &reference).await;
    app.conn().await.batch_execute("UPDATE lead_watchers SET seen_at = now() - interval '51 seconds'").await.unwrap();
    assert_eq!(cora.post(&watchers, &[]).await.body, "", "a page that says nothing any more is closed");
    app.stop().await;
}

#[actix_web::test]
async fn without_a_script_the_queue_says_how_many_are_new_since_its_mark() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let mark = cora.get("/staff/leads").await.assert_shows(">Refresh</a>").attribute("data-mark").unwrap();
    let again = format!("/staff/leads?view=everyone&since={mark}");
    cora.get(&again).await.assert_shows("Nobody new since");
    lead(&app).await;
    lead(&app).await;
    cora.get(&again).await.assert_shows("2 new since");
    assert_eq!(cora.get(&format!("/staff/events/new?since={mark}")).await.body, "2");
    app.stop().await;
}
