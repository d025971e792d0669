//! The Big List of Naughty Strings (MIT, `naughty/LICENSE`) in every field of text: kept byte for byte, or refused with its field named.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::StreamExt;
use intake::db::schema::inquiries;
use intake::inquiries::{Contact, Message};
use intake::sealing::{Keys, Sealed};
use scraper::{Html, Selector};
use uuid::Uuid;

use crate::support::{Client, InquiryFields, TestApp};

type Row = (Uuid, Uuid, String, Sealed<Contact>, Sealed<Message>);

fn strings() -> Vec<String> {
    serde_json::from_str(include_str!("naughty/strings.json")).unwrap()
}

/// Sends a string as `field`, by the form or by the interface; the receipt, or none where it was refused with the field named.
async fn send(client: &Client, by_form: bool, field: &'static str, text: &str) -> Option<String> {
    let fields = InquiryFields::default().with(field, text);
    if by_form {
        let page = client.post("/inquiries", &fields.pairs()).await;
        return match page.status {
            303 => Some(page.location().trim_start_matches("/receipts/").to_owned()),
            422 if page.body.contains(&format!("{field}-error")) => None,
            other => panic!("{field} {text:?}: {other}"),
        };
    }
    let page = client.post_json("/api/v1/inquiries", &fields.json()).await;
    let answer: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    match page.status {
        201 => Some(answer["receipt"].as_str().unwrap().to_owned()),
        422 if answer["errors"].get(field).is_some() => None,
        other => panic!("{field} {text:?}: {other} {}", page.body),
    }
}

#[actix_web::test]
async fn r10_naughty_strings_come_back_byte_for_byte_or_are_refused_with_their_field_named() {
    let app = TestApp::start().await;
    let strings = strings();
    assert!(strings.len() > 480);
    let client = app.client();
    let mut sends = Vec::new();
    for (at, text) in strings.iter().enumerate() {
        for (nth, field) in ["name", "phone", "email", "message"].into_iter().enumerate() {
            sends.push(((at + nth) % 2 == 0, field, text));
        }
    }
    let client = &client;
    let answered: Vec<_> = futures_util::stream::iter(sends)
        .map(async |(by_form, field, text)| (field, text, send(client, by_form, field, text).await))
        .buffer_unordered(16)
        .collect()
        .await;
    let sent: HashMap<String, (&str, &String)> =
        answered.iter().filter_map(|(field, text, receipt)| Some((receipt.clone()?, (*field, *text)))).collect();
    let kept = |wanted: &str| sent.values().filter(|(field, _)| *field == wanted).count();
    assert!(kept("name") > 450 && kept("message") > 450, "{} names and {} messages were taken", kept("name"), kept("message"));

    let rows: Vec<Row> = inquiries::table
        .select((inquiries::id, inquiries::lead_id, inquiries::receipt, inquiries::contact, inquiries::message))
        .load(&mut app.conn().await)
        .await
        .unwrap();
    let (keys, mut seen) = (Keys::for_tests(), 0);
    let mut leads = Vec::new();
    for (id, lead, receipt, contact, message) in rows {
        let Some((field, text)) = sent.get(&receipt) else { continue };
        let contact = keys.open(id, &contact).unwrap();
        let stored = match *field {
            "name" => contact.name.reveal().to_owned(),
            "phone" => contact.phone.map(|phone| phone.reveal().to_owned()).unwrap_or_default(),
            "email" => contact.email.map(|email| email.reveal().to_owned()).unwrap_or_default(),
            _ => keys.open(id, &message).unwrap().0.reveal().to_owned(),
        };
        let typed = text.replace("\r\n", "\n").replace('\r', "\n");
        let same = if matches!(*field, "name" | "message") { stored == typed } else { stored.trim() == typed.trim() };
        assert!(same, "{field}: {stored:?} for {typed:?}");
        seen += 1;
        if *field == "name" && seen % 8 == 0 {
            leads.push((lead, typed));
        }
    }
    // The same content within ten minutes is the same submission, so some share a receipt.
    assert!(seen > 900, "{seen} stored inquiries were compared");
    shown_as_typed(&app, &leads).await;
    app.stop().await;
}

/// The lead's page holds the name as text, not as markup.
async fn shown_as_typed(app: &TestApp, leads: &[(Uuid, String)]) {
    use intake::db::schema::leads as table;
    let cora = app.coordinator().await;
    let text_of =
        |page: &str| Html::parse_document(page).select(&Selector::parse("h1").unwrap()).next().unwrap().text().collect::<String>();
    for (lead, typed) in leads {
        let reference: String = table::table.find(lead).select(table::reference).first(&mut app.conn().await).await.unwrap();
        let page = cora.get(&format!("/staff/leads/{reference}")).await.assert_status(200);
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed(&text_of(&page.body)).contains(&squeezed(typed)), "{typed:?}");
    }
}
