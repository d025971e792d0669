//! The guard table: every "no" is 422 with the words beside the field, and what was typed is still there.

use diesel_async::SimpleAsyncConnection;
use futures_util::future::join;
use intake::values::Modality;

use super::{Case, assess, attempt, lead, lead_of, open, program, standing};
use crate::support::{Client, InquiryFields, TestApp};

/// Acts, is refused with these words, and nothing has changed.
async fn refused(client: &Client, reference: &str, verb: &str, fields: &[(&str, &str)], words: &str) {
    let before = standing(client, reference).await;
    let page = client.act(reference, verb, fields).await;
    assert_eq!(page.status, 422, "{verb} {fields:?}: {}", page.body);
    assert!(page.body.contains(words), "{verb} {fields:?}: {words:?} is not in {}", page.body);
    if let Some((before, _)) = page.body.split_once("-error\">Go to it") {
        let id = before.rsplit('#').next().expect("the id a link names");
        assert!(page.body.contains(&format!("id=\"{id}-error\"")), "{verb} {fields:?}: the link to {id} leads nowhere");
    }
    assert_eq!(standing(client, reference).await, before, "{verb} {fields:?}");
}

#[actix_web::test]
async fn each_step_waits_for_the_one_before_it() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    for to in ["assessment", "waitlisted", "scheduled", "new", "attempting_contact", "contacted"] {
        refused(&cora, &reference, "stage", &[("to", to)], "class=\"error\"").await;
    }
    attempt(&cora, &reference, "call", "no_answer").await;
    refused(&cora, &reference, "stage", &[("to", "assessment")], "Assessment begins after a conversation").await;
    refused(&cora, &reference, "closure", &[("outcome", "admitted")], "Set the admission first").await;
    assess(&cora, &reference).await;
    for to in ["waitlisted", "scheduled"] {
        refused(&cora, &reference, "stage", &[("to", to)], "Route the lead to a program first").await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_program_without_a_place_or_that_has_closed_takes_nobody() {
    let app = TestApp::start().await;
    let (first, second) = (lead(&app).await, lead(&app).await);
    let (full, other) = (program(&app, Modality::Inpatient, 1, &[]).await, program(&app, Modality::Outpatient, 1, &[]).await);
    let cora = app.coordinator().await;
    for reference in [&first, &second] {
        assess(&cora, reference).await;
        cora.act(reference, "routing", &[("program", &full)]).await.assert_status(303);
    }
    cora.act(&first, "stage", &[("to", "scheduled")]).await.assert_status(303);
    let day = [("to", "scheduled"), ("expected_admission_on", "2026-12-24")];
    refused(&cora, &second, "stage", &day, "No place is open").await;
    let page = cora.act(&second, "stage", &day).await;
    assert!(page.body.contains("value=\"2026-12-24\""), "the day is kept");
    cora.act(&second, "routing", &[("program", &other)]).await.assert_status(303);
    cora.act(&second, "stage", &[("to", "scheduled")]).await.assert_status(303);
    refused(&cora, &second, "routing", &[("program", &full)], "No place is open").await;
    cora.act(&first, "stage", &[("to", "waitlisted")]).await.assert_status(303);
    cora.act(&second, "routing", &[("program", &full)]).await.assert_status(303);
    app.conn().await.batch_execute("UPDATE programs SET closed_at = now()").await.unwrap();
    refused(&cora, &first, "stage", &[("to", "scheduled")], "has closed").await;
    refused(&cora, &first, "routing", &[("program", &other)], "Choose a program that is open").await;
    app.stop().await;
}

#[actix_web::test]
async fn two_race_for_the_last_place_and_exactly_one_gets_it() {
    let app = TestApp::start().await;
    let house = program(&app, Modality::Inpatient, 1, &[]).await;
    let cora = app.coordinator().await;
    for round in 0..5 {
        let (first, second) = (lead(&app).await, lead(&app).await);
        for reference in [&first, &second] {
            assess(&cora, reference).await;
            cora.act(reference, "routing", &[("program", &house)]).await.assert_status(303);
        }
        let go = [("to", "scheduled")];
        let (one, other) = join(cora.act(&first, "stage", &go), cora.act(&second, "stage", &go)).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422], "round {round}");
        let winner = if one.status == 303 { &first } else { &second };
        cora.act(winner, "stage", &[("to", "waitlisted")]).await.assert_status(303);
    }
    app.stop().await;
}

#[actix_web::test]
async fn telehealth_is_for_licensed_states_alone_and_the_inquiry_is_taken_all_the_same() {
    let app = TestApp::start().await;
    let online = program(&app, Modality::Telehealth, 9, &["CA", "NV"]).await;
    let cora = app.coordinator().await;
    let from = |state: &str| InquiryFields::default().with("state", state);
    for (fields, words) in
        [(from("TX"), Some("not licensed in TX")), (InquiryFields::default(), Some("state is not known")), (from("NV"), None)]
    {
        let reference = lead_of(&app, &fields).await;
        assess(&cora, &reference).await;
        cora.act(&reference, "routing", &[("program", &online)]).await.assert_status(303);
        match words {
            Some(words) => refused(&cora, &reference, "stage", &[("to", "scheduled")], words).await,
            None => {
                cora.act(&reference, "stage", &[("to", "scheduled")]).await.assert_status(303);
            }
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn no_response_needs_the_whole_cadence() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let lost = [("outcome", "lost"), ("reason", "no_response")];
    let steps = app.app.config.leads.cadence.len();
    for made in 0..steps {
        refused(&cora, &reference, "closure", &lost, &format!("{made} made so far")).await;
        attempt(&cora, &reference, "call", "no_answer").await;
    }
    cora.act(&reference, "closure", &lost).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await.1, "lost");
    app.stop().await;
}

#[actix_web::test]
async fn closing_asks_for_what_each_outcome_needs() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let cases: [(&[(&str, &str)], &str); 9] = [
        (&[("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "  ")], "next_door-error"),
        (&[("outcome", "declined"), ("reason", "cost"), ("next_door", "County line")], "reason-error"),
        (&[("outcome", "referred_out"), ("referred_to", "")], "referred_to-error"),
        (&[("outcome", "duplicate"), ("survivor", "EL-000000")], "closed by merging"),
        (&[("outcome", "lost")], "reason-error"),
        (&[("outcome", "lost"), ("reason", "spam")], "reason-error"),
        (&[("outcome", "invalid"), ("reason", "nonsense")], "reason-error"),
        (&[("outcome", "gone")], "outcome-error"),
        (&[], "outcome-error"),
    ];
    for (fields, words) in cases {
        refused(&cora, &reference, "closure", fields, words).await;
    }
    let page = cora.act(&reference, "closure", cases[1].0).await;
    page.assert_shows("value=\"County line\"").assert_shows("value=\"declined\" selected");
    let declined = [("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "County line")];
    cora.act(&reference, "closure", &declined).await.assert_status(303);
    open(&cora, &reference).await.assert_shows("County line");
    app.stop().await;
}

#[actix_web::test]
async fn only_a_manager_reopens_also_what_was_called_spam_by_mistake() {
    let app = TestApp::start().await;
    let (cora, mara) = (app.coordinator().await, app.manager().await);
    let closings: [(&[(&str, &str)], &str); 4] = [
        (&[("outcome", "lost"), ("reason", "cost")], "attempting_contact"),
        (&[("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "County line")], "attempting_contact"),
        (&[("outcome", "referred_out"), ("referred_to", "Harbor Clinic")], "attempting_contact"),
        (&[("outcome", "invalid"), ("reason", "spam")], "new"),
    ];
    for (fields, stage) in closings {
        let reference = lead(&app).await;
        refused(&mara, &reference, "reopening", &[], "This lead is open").await;
        cora.act(&reference, "closure", fields).await.assert_status(303);
        cora.act(&reference, "reopening", &[]).await.assert_status(404);
        mara.act(&reference, "reopening", &[]).await.assert_status(303);
        let (at, outcome, ..) = standing(&mara, &reference).await;
        assert_eq!((at.as_str(), outcome.as_str()), (stage, ""));
    }
    app.stop().await;
}

const WORK: [(&str, &[(&str, &str)]); 6] = [
    ("claim", &[]),
    ("contact-attempts", &[("channel", "call"), ("disposition", "no_answer"), ("note", "kept words")]),
    ("follow-ups", &[("due_at", "2026-12-24T10:00"), ("body", "kept words")]),
    ("routing", &[("program", "0193b1f0-0000-7000-8000-000000000000")]),
    ("stage", &[("to", "assessment")]),
    ("owner", &[("person", "")]),
];

#[actix_web::test]
async fn a_closed_lead_refuses_work_and_takes_notes() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    cora.act(&reference, "closure", &[("outcome", "lost"), ("reason", "cost")]).await.assert_status(303);
    for (verb, fields) in WORK {
        refused(&cora, &reference, verb, fields, "This lead is closed. Reopen it first.").await;
        if fields.iter().any(|(_, value)| *value == "kept words") {
            cora.act(&reference, verb, fields).await.assert_shows("kept words");
        }
    }
    refused(&cora, &reference, "closure", &[("outcome", "lost"), ("reason", "cost")], "closed already").await;
    cora.act(&reference, "notes", &[("body", "She wrote to say thank you.")]).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_quarantined_lead_refuses_work_and_may_be_closed_as_spam_alone() {
    let app = TestApp::start().await;
    let reference = lead_of(&app, &InquiryFields::default().with("reference_note", "autofilled")).await;
    let cora = app.coordinator().await;
    assert_eq!(standing(&cora, &reference).await.2, "quarantined");
    for (verb, fields) in WORK {
        refused(&cora, &reference, verb, fields, "This lead waits in quarantine. Release it first.").await;
    }
    refused(&cora, &reference, "closure", &[("outcome", "lost"), ("reason", "cost")], "Release it first, or close").await;
    cora.act(&reference, "closure", &[("outcome", "invalid"), ("reason", "spam")]).await.assert_status(303);
    let closed = ("new".to_owned(), "invalid".to_owned(), String::new(), 2);
    assert_eq!(standing(&cora, &reference).await, closed);
    app.stop().await;
}

#[actix_web::test]
async fn a_voicemail_or_text_nobody_agreed_to_needs_a_reason() {
    let app = TestApp::start().await;
    let cora = app.coordinator().await;
    let reference = lead(&app).await;
    for (channel, disposition, words) in
        [("call", "left_message", "a voicemail is okay"), ("text", "text_sent", "did not agree to texts")]
    {
        let fields = [("channel", channel), ("disposition", disposition), ("note", "kept words")];
        refused(&cora, &reference, "contact-attempts", &fields, words).await;
        cora.act(&reference, "contact-attempts", &fields).await.assert_shows("override_reason-error").assert_shows("kept words");
        let all = [fields[0], fields[1], fields[2], ("override_reason", "They asked for it on the phone")];
        cora.act(&reference, "contact-attempts", &all).await.assert_status(303);
    }
    open(&cora, &reference).await.assert_shows("They asked for it on the phone").assert_hides("Go to it");
    let agreed = lead_of(&app, &InquiryFields::default().with("leave_message", "yes").with("text_consent", "yes")).await;
    attempt(&cora, &agreed, "call", "left_message").await;
    attempt(&cora, &agreed, "text", "text_sent").await;
    app.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_read_is_422_beside_its_field_and_never_400_or_500() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    let long = "x".repeat(4_001);
    let mut cases: Vec<Case<'_>> = vec![
        ("notes", vec![("body", "")], "body-error"),
        ("notes", vec![], "body-error"),
        ("notes", vec![("body", " \n\t ")], "body-error"),
        ("notes", vec![("body", "a\0b")], "body-error"),
        ("notes", vec![("body", &long)], "body-error"),
        ("routing", vec![("program", "x")], "Choose a program"),
        ("routing", vec![], "Choose a program"),
        ("stage", vec![("to", "done\0")], "to-error"),
        ("stage", vec![], "to-error"),
        ("stage", vec![("to", "scheduled"), ("expected_admission_on", "-262143-01-01")], "expected_admission_on-error"),
        ("owner", vec![("person", "\u{202e}nobody")], "colleague"),
        ("contact-attempts", vec![("channel", "fax"), ("disposition", "no_answer")], "channel-error"),
        ("contact-attempts", vec![("channel", "call"), ("disposition", "laughed")], "disposition-error"),
        ("contact-attempts", vec![("channel", "email"), ("disposition", "no_answer")], "disposition-error"),
        ("contact-attempts", vec![("channel", "call"), ("disposition", "busy"), ("note", "\u{7}")], "note-error"),
        ("closure", vec![("outcome", "admitted"), ("admitted_on", "9999-99-99")], "admitted_on-error"),
        ("closure", vec![("outcome", "admitted"), ("admitted_on", "2030-01-01")], "admitted_on-error"),
    ];
    for due in ["", "soon", "2020-01-01T10:00", "2026-02-30T10:00", "+262142-12-31T23:59", "9999-12-31T23:59", "\0"] {
        cases.push(("follow-ups", vec![("due_at", due), ("body", "kept")], "due_at-error"));
    }
    for (verb, fields, words) in cases {
        refused(&cora, &reference, verb, &fields, words).await;
    }
    app.stop().await;
}
