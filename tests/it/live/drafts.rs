//! A note that is half written when the session ends.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::{leads, note_drafts, sessions};
use intake::values::Role;

use crate::leads::{lead, open};
use crate::support::{PASSWORD, TestApp};

/// A verb of a lead, its fields, and the words that come back.
type Form<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

const IDLE: &str = "UPDATE sessions SET last_seen_at = now() - interval '16 minutes'";
const WORDS: &str = "Half a note about a brother";

async fn sign_in_again(client: &crate::support::Client) {
    client.post("/staff/login", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.assert_status(303);
}

#[actix_web::test]
async fn f30_a_half_written_note_is_there_after_the_log_off_and_the_next_sign_in() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let reference = lead(&app).await;
    let draft = format!("/staff/leads/{reference}/notes/draft");
    cora.post(&draft, &[("body", WORDS), ("quiet", "yes")]).await.assert_status(204);
    let kept: Vec<Vec<u8>> = note_drafts::table.select(note_drafts::body).load(&mut app.conn().await).await.unwrap();
    assert!(!String::from_utf8_lossy(&kept[0]).contains("brother"), "it is sealed");
    app.conn().await.batch_execute(IDLE).await.unwrap();
    cora.get(&format!("/staff/leads/{reference}")).await.assert_status(303);
    sign_in_again(&cora).await;
    open(&cora, &reference).await.assert_shows(WORDS).assert_shows("A draft of yours");
    open(&app.colleague().await, &reference).await.assert_hides(WORDS);
    cora.act(&reference, "notes", &[("body", WORDS)]).await.assert_status(303);
    open(&cora, &reference).await.assert_shows(WORDS).assert_hides("A draft of yours");
    cora.post(&draft, &[("body", "Another")]).await.assert_status(303);
    cora.post(&draft, &[("body", " "), ("quiet", "yes")]).await.assert_status(204);
    open(&cora, &reference).await.assert_hides("A draft of yours");
    app.stop().await;
}

#[actix_web::test]
async fn f30_a_note_sent_after_the_log_off_without_a_script_waits_as_a_draft() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let reference = lead(&app).await;
    let forms = [
        ("notes", "body"),
        ("contact-attempts", "note"),
        ("owner", "body"),
        ("closure", "next_door"),
        ("closure", "referred_to"),
        ("pause", "body"),
        ("follow-ups", "body"),
        ("do-not-contact", "body"),
        ("assessment/benefits", "note"),
        ("pre-screen", "skip_reason"),
    ];
    for (verb, field) in forms {
        app.conn().await.batch_execute(IDLE).await.unwrap();
        let words = format!("{WORDS} by {verb} as {field}");
        let page = cora.post(&format!("/staff/leads/{reference}/{verb}"), &[("version", "1"), (field, &words)]).await;
        assert_eq!(page.status, 303, "{}", page.body);
        assert_eq!(page.location(), format!("/staff/login?next=%2Fstaff%2Fleads%2F{}", reference.replace('-', "%2D")));
        sign_in_again(&cora).await;
        open(&cora, &reference).await.assert_shows(&words).assert_shows("data-version=\"1\"");
    }
    let all = open(&cora, &reference).await;
    assert!(
        forms.iter().all(|(verb, field)| all.body.contains(&format!("{WORDS} by {verb} as {field}"))),
        "each is added to the others"
    );
    app.stop().await;
}

#[actix_web::test]
async fn f30_a_note_of_nobody_any_more_is_given_back() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let reference = lead(&app).await;
    let notes = format!("/staff/leads/{reference}/notes");
    diesel::delete(sessions::table).execute(&mut app.conn().await).await.unwrap();
    let sent = [("version", "1"), ("body", WORDS)];
    cora.post(&notes, &sent).await.assert_status(422).assert_shows(WORDS).assert_shows("Copy it, sign in");
    app.client().post(&notes, &sent).await.assert_status(422).assert_shows(WORDS);

    let drafts: i64 = note_drafts::table.count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(drafts, 0);
    app.stop().await;
}

#[actix_web::test]
async fn f30_choices_of_a_form_sent_after_the_log_off_come_back_as_lines_of_the_draft() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let colin = app.add_member("colin", &[Role::Coordinator]).await.to_string();
    let reference = lead(&app).await;
    let forms: [Form; 8] = [
        (
            "closure",
            &[("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "County line")],
            &["How it ended: Declined", "Reason: No capacity", "Pointed to: County line"],
        ),
        ("contact-attempts", &[("note", ""), ("channel", "call"), ("quick", "call:no_answer")], &["It came to: No answer"]),
        ("follow-ups", &[("due_at", "2027-01-02T10:30"), ("body", "")], &["Next contact: 2027-01-02 10:30"]),
        ("pause", &[("resume_on", "2027-02-03")], &["Comes back on: 2027-02-03"]),
        (
            "stage",
            &[("to", "scheduled"), ("expected_admission_on", "2027-03-04")],
            &["Next step: Admission set", "Day of admission: 2027-03-04"],
        ),
        ("red-flags", &[("flag", "pregnant")], &["Red flag: Pregnant"]),
        ("owner", &[("person", &colin), ("body", "")], &["Hand over to: Colin Tester"]),
        ("pre-screen", &[("safe_now", "no"), ("revision", "0"), ("then", "done")], &["Is the person safe right now?\nNo"]),
    ];
    for (verb, sent, lines) in forms {
        app.conn().await.batch_execute(IDLE).await.unwrap();
        cora.post(&format!("/staff/leads/{reference}/{verb}"), sent).await.assert_status(303);
        sign_in_again(&cora).await;
        let page = open(&cora, &reference).await.assert_shows("data-version=\"1\"").assert_shows("A draft of yours");
        assert!(lines.iter().all(|line| page.body.contains(line)), "{verb}: {lines:?}");
    }
    app.conn().await.batch_execute(IDLE).await.unwrap();
    let proposed = [("note", ""), ("channel", "call"), ("disposition", ""), ("due_at", "")];
    let colleague = app.sign_in("colin").await;
    app.conn().await.batch_execute(IDLE).await.unwrap();
    colleague.post(&format!("/staff/leads/{reference}/contact-attempts"), &proposed).await.assert_status(303);
    open(&app.sign_in("colin").await, &reference).await.assert_hides("A draft of yours");
    let told = app.client().post(&format!("/staff/leads/{reference}/owner"), &[("person", &colin), ("body", WORDS)]).await;
    told.assert_status(422).assert_shows(WORDS).assert_hides("Colin");
    app.stop().await;
}

#[actix_web::test]
async fn f30_a_call_sent_after_the_log_off_waits_with_every_answer_as_a_draft() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let call =
        [("who_for", "loved_one"), ("name", "Rosa Marin"), ("phone", "831 555 0177"), ("how_soon", "today"), ("talking", "yes")];
    for door in ["/staff/leads/new", "/staff/leads/new/drafts"] {
        app.conn().await.batch_execute(IDLE).await.unwrap();
        let answer = cora.post(door, &call).await.assert_status(303);
        assert!(answer.location().starts_with("/staff/login?next=%2Fstaff%2Fleads%2Fnew%3Fdraft%3D"), "{}", answer.location());
        sign_in_again(&cora).await;
        let listed = cora.get("/staff/leads/new").await.assert_shows("Rosa Marin");
        let at = listed.body.find("/staff/leads/new?draft=").expect("a draft in the list");
        let draft: String = listed.body[at..].chars().take_while(|one| *one != '"').collect();
        let again = cora.get(&draft).await.assert_shows("831 555 0177");
        for chosen in ["loved_one", "today"] {
            assert!(again.body.contains(&format!("value=\"{chosen}\" checked")), "{chosen} is chosen again");
        }
    }
    assert_eq!(leads::table.count().get_result::<i64>(&mut app.conn().await).await.unwrap(), 0);
    app.client()
        .post("/staff/leads/new", &call)
        .await
        .assert_status(422)
        .assert_shows("Rosa Marin")
        .assert_shows("Copy it, sign in");
    app.stop().await;
}
