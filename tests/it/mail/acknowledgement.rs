//! F6: one neutral acknowledgement per address and day, only to who ticked it, and nothing answers an answer.

use super::{app_sending_to, decoded, outbox, run};
use crate::support::{InquiryFields, Mood, Received, SmtpServer};

fn ticked(name: &str, email: &str) -> InquiryFields {
    InquiryFields::default().with("name", name).with("email", email).with("acknowledge", "yes")
}

fn to_inquirers(server: &SmtpServer) -> Vec<Received> {
    server.received().into_iter().filter(|mail| mail.to != ["admissions@example.org"]).collect()
}

#[actix_web::test]
async fn only_who_ticked_it_is_answered_in_their_language_without_a_word_of_what_it_is_about() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_sending_to(&server).await;
    app.receipt_of(&InquiryFields::default().with("email", "not-ticked@example.net")).await;
    let code = app.receipt_of(&ticked("Lucía", "lucia@example.net").with("language", "es")).await;
    app.deliver_mail().await;
    let mails = to_inquirers(&server);
    assert_eq!(mails.len(), 1);
    let text = decoded(&mails[0].data);
    assert_eq!((mails[0].from.as_str(), mails[0].to.as_slice()), ("", ["lucia@example.net".to_owned()].as_slice()));
    assert_eq!(mails[0].header("Auto-Submitted"), "auto-replied");
    assert_eq!(mails[0].header("Subject"), "Recibimos su mensaje");
    for needed in [code.as_str(), "(831) 555-0142", "911", "988", "Su código es"] {
        assert!(text.contains(needed), "{needed} is not in {text}");
    }
    for telling in ["Lucía", "addict", "adicci", "treatment", "tratamiento", "http"] {
        assert!(!text.to_lowercase().contains(&telling.to_lowercase()), "{telling} is in {text}");
    }
    let staff = server.received().into_iter().find(|mail| mail.to == ["admissions@example.org"]).expect("a notification");
    assert_eq!((staff.from.as_str(), staff.header("Auto-Submitted").as_str()), ("hello@example.org", "auto-generated"));
    app.stop().await;
}

#[actix_web::test]
async fn an_address_is_answered_once_a_day_whatever_its_case() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_sending_to(&server).await;
    for (name, email) in
        [("Ana", "ana@example.net"), ("Bea", "ANA@example.net"), ("Cleo", "ana@Example.net"), ("Dan", "dan@example.net")]
    {
        app.receipt_of(&ticked(name, email)).await;
        app.deliver_mail().await;
    }
    assert_eq!(to_inquirers(&server).len(), 2);
    let dropped: Vec<_> = outbox(&app).await.into_iter().filter(|(state, ..)| state == "dropped").collect();
    assert_eq!(dropped.len(), 2);
    assert_eq!(dropped[0].1.as_deref(), Some("today"));

    run(&app, "UPDATE acknowledged_addresses SET at = now() - interval '25 hours'").await;
    app.receipt_of(&ticked("Ana again", "ana@example.net")).await;
    app.deliver_mail().await;
    assert_eq!(to_inquirers(&server).len(), 3);
    app.stop().await;
}

#[actix_web::test]
async fn a_deferred_acknowledgement_is_still_the_one_of_the_day() {
    let server = SmtpServer::start(Mood::Greylist(2)).await;
    let app = app_sending_to(&server).await;
    app.receipt_of(&ticked("Ana", "ana@example.net")).await;
    app.deliver_mail().await;
    super::time_passes(&app).await;
    app.deliver_mail().await;
    assert_eq!(to_inquirers(&server).len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn an_address_with_line_ends_adds_no_recipient_and_no_header() {
    let server = SmtpServer::start(Mood::Accept).await;
    let app = app_sending_to(&server).await;
    for nasty in
        ["a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example\nBcc: c@d.example", "\"a\r\n.\r\n\"@b.example", "<a@b.example>"]
    {
        app.submit(&ticked("J\r\nBcc: c@d.example", nasty)).await;
        app.deliver_mail().await;
    }
    for mail in server.received() {
        assert_eq!(mail.to.len(), 1, "{:?}", mail.to);
        assert!(!mail.to[0].contains("c@d.example") && mail.header("Bcc").is_empty(), "{}", mail.data);
    }
    assert!(server.commands().iter().all(|line| !line.contains("c@d.example")), "{:?}", server.commands());
    app.stop().await;
}
