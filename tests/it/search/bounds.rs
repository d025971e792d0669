//! Long and strange text costs what it is worth: memory has a bound for each inquiry, and a search waits for nothing that is added.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::inquiries;
use intake::inquiries::Contact;
use intake::leads::directory::{Directory, Entry};
use intake::values::{EmailAddress, InquiryId, LeadId, PersonName, PhoneNumber};
use serde_json::json;
use uuid::Uuid;

use super::{directory, wait_until};
use crate::queue::references;
use crate::support::{InquiryFields, TestApp};

/// One grapheme of 20,400 characters, as it passed before names had a bound in characters.
pub fn strange(length: usize) -> String {
    "\u{1100}".repeat(length)
}

fn entry<'a>(name: &'a str, phone: &'a str, email: &'a str) -> Entry<'a> {
    Entry { inquiry: Uuid::now_v7(), lead: LeadId::new(), name, phone: Some(phone), email: Some(email) }
}

/// Bytes an inquiry, over some thousands of them.
fn each(texts: impl Fn(usize) -> (String, String, String)) -> usize {
    let directory = Directory::empty();
    for portion in 0..3 {
        let texts: Vec<_> = (0..1_000).map(|at| texts(portion * 1_000 + at)).collect();
        let entries: Vec<_> = texts.iter().map(|(name, phone, email)| entry(name, phone, email)).collect();
        directory.add(&entries);
    }
    let size = directory.size();
    assert_eq!(size.inquiries, 3_000);
    size.bytes / size.inquiries
}

#[test]
fn h2_the_worst_legal_input_costs_at_most_400_bytes_in_memory_and_an_ordinary_one_about_120() {
    let ordinary = each(|at| (format!("Anmari Garciason {at}"), format!("(831) 555-{at:04}"), format!("anmari.{at}@example.org")));
    assert!(ordinary <= 160, "{ordinary}");
    for letter in ["\u{fdfa}", "\u{1100}", "𒀀", "a", "é", "İ"] {
        let worst = |at: usize| {
            let name = format!("{at} {}", letter.repeat(if letter == "\u{1100}" { 990 } else { 190 }));
            let phone = format!("{at}{}", "5".repeat(90));
            let email = format!("{at}{}@example.org", letter.repeat(290));
            if at == 0 {
                assert!(PersonName::parse(&name).is_ok() && PhoneNumber::parse(&phone).is_ok(), "{letter:?}");
                assert!(EmailAddress::parse(&email).is_ok(), "{letter:?}");
            }
            (name, phone, email)
        };
        let bytes = each(worst);
        assert!(bytes <= 400, "{letter:?}: {bytes}");
    }
}

#[test]
fn what_is_longer_than_what_is_kept_is_found_by_its_beginning_and_told_from_its_neighbor() {
    let directory = Directory::empty();
    let (one, other) = (format!("Marisol {} One", "Y".repeat(180)), format!("Marisol {} Two", "Y".repeat(180)));
    let long = |tail: &str| format!("{}{tail}@example.org", "m".repeat(200));
    let (first, second) = (long("one"), long("two"));
    let entries = [entry(&one, "8315550117", &first), entry(&other, "8315550118", &second)];
    directory.add(&entries);
    for term in ["marisol", "marisol y", &"y".repeat(180), &"Y".repeat(200)] {
        assert_eq!(directory.search(term, 5).len(), 2, "{term}");
    }
    assert_eq!(directory.search(&"m".repeat(100), 5).len(), 2);
    assert_eq!(directory.search(&second, 5).iter().map(|hit| hit.lead).collect::<Vec<_>>(), [entries[1].lead]);
}

#[actix_web::test]
async fn h2_duplicates_are_found_by_the_whole_of_long_texts() {
    let directory = Directory::empty();
    let long = |tail: &str| format!("{}{tail}", "Y".repeat(190));
    let mail = |tail: &str| format!("{}{tail}@example.org", "m".repeat(200));
    let entries =
        [entry(&long("One"), "8315550117", &mail("one")), entry(&long("Two"), "8315550118", &mail("two"))].map(|one| one.lead);
    let (names, mails) = ([long("One"), long("Two")], [mail("one"), mail("two")]);
    let again: Vec<_> = (0..2)
        .map(|at| Entry { inquiry: Uuid::now_v7(), lead: entries[at], name: &names[at], phone: None, email: Some(&mails[at]) })
        .collect();
    directory.add(&again);
    let contact = Contact {
        name: PersonName::parse(&long("Two")).unwrap(),
        phone: None,
        email: Some(EmailAddress::parse(&mail("two")).unwrap()),
    };
    let alike = directory.alike(&contact).await.unwrap();
    assert_eq!(alike.len(), 1, "a neighbor with the same beginning is someone else");
    assert!(alike[0].lead == entries[1] && alike[0].name && alike[0].email);
}

#[test]
fn h2_a_search_waits_for_nothing_that_is_being_folded_or_added() {
    let directory = Arc::new(Directory::empty());
    directory.add(&[entry("June Hollis", "8315550117", "june@example.org")]);
    let name = strange(20_400);
    let (adds, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let writer = std::thread::spawn({
        let (directory, adds, stop) = (Arc::clone(&directory), Arc::clone(&adds), Arc::clone(&stop));
        move || {
            while !AtomicBool::load(&stop, Ordering::Acquire) {
                let entries: Vec<_> = (0..3_000).map(|_| entry(&name, "8315550118", "")).collect();
                adds.fetch_add(1, Ordering::AcqRel);
                directory.add(&entries);
                adds.fetch_add(1, Ordering::AcqRel);
            }
        }
    });
    // Odd: an addition is under way. A search that began and ended within one and the same addition waited for no end of it.
    let (deadline, mut within) = (Instant::now() + Duration::from_mins(1), 0);
    let mut last = 0;
    while within < 20 && Instant::now() < deadline {
        let before = AtomicUsize::load(&adds, Ordering::Acquire);
        assert_eq!(directory.search("hollis", 5).len(), 1);
        let same = before % 2 == 1 && AtomicUsize::load(&adds, Ordering::Acquire) == before;
        within = if same && before == last { within + 1 } else { usize::from(same) };
        last = before;
    }
    stop.store(true, Ordering::Release);
    writer.join().unwrap();
    assert!(within >= 20, "twenty searches in a row were answered while one addition went on");
}

/// Writes a contact as a program before this one could have stored it.
async fn store_strange(app: &TestApp, name: &str) {
    let contact: Contact = serde_json::from_value(json!({ "name": name, "phone": null, "email": "strange@example.org" })).unwrap();
    let mut conn = app.conn().await;
    let ids: Vec<InquiryId> = inquiries::table.select(inquiries::id).load(&mut conn).await.unwrap();
    for id in ids {
        let sealed = app.app.keys.seal(id.uuid(), &contact).unwrap();
        diesel::update(inquiries::table.find(id)).set(inquiries::contact.eq(sealed)).execute(&mut conn).await.unwrap();
    }
}

#[actix_web::test]
async fn h2_names_stored_before_there_was_a_bound_are_harmless_in_memory_and_on_every_list() {
    let app = TestApp::start().await;
    for number in 0..60 {
        app.submit(&InquiryFields::default().with("name", format!("June {number}"))).await.assert_status(303);
    }
    store_strange(&app, &strange(20_400)).await;
    let directory = directory(&app);
    wait_until("the first reading ends", || directory.is_complete()).await;
    let size = directory.size();
    assert!(size.inquiries == 60 && size.bytes / size.inquiries <= 500, "{size:?}");
    assert_eq!(directory.search("strange@", 100).len(), 60);
    let client = app.coordinator().await;
    let queue = client.get("/staff/leads").await.assert_status(200);
    let reference = references(&queue.body).remove(0);
    diesel::sql_query("UPDATE leads SET hold = 'quarantined', quarantine_reason = 'trap'")
        .execute(&mut app.conn().await)
        .await
        .unwrap();
    let quarantine = client.get("/staff/quarantine").await.assert_status(200);
    for (list, page) in [("queue", &queue), ("quarantine", &quarantine)] {
        assert!(!references(&page.body).is_empty() && page.body.len() < 300_000, "{list}: {} bytes", page.body.len());
        assert!(page.body.contains(&format!("{}…", strange(200))), "{list}");
    }
    client.get(&format!("/staff/leads/{reference}")).await.assert_status(200).assert_shows(&strange(20_400));
    app.stop().await;
}
