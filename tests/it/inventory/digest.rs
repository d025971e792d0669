//! Two submissions that differ in one answer are two inquiries, whichever answer it is.

use std::collections::BTreeSet;

use intake::db::data_inventory::COLUMNS;
use intake::inquiries::InquiryForm;

use crate::support::{InquiryFields, TestApp};

/// A field of the form, another answer, and the column it is stored in.
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("who_for", "loved_one", "who_for"),
    ("name", "June Hollister", "contact"),
    ("phone", "(831) 555-0118", "contact"),
    ("email", "june@other.example", "contact"),
    ("contact_method", "email", "contact_method"),
    ("leave_message", "yes", "leave_message"),
    ("text_consent", "yes", "text_consent"),
    ("program", "inpatient", "program_interest"),
    ("how_soon", "today", "how_soon"),
    ("state", "OR", "state"),
    ("best_time", "morning", "best_time"),
    ("interpreter", "yes", "interpreter"),
    ("message", "Something else", "message"),
    ("acknowledge", "yes", "acknowledge"),
    ("language", "es", "language"),
];

/// Fields that say nothing about the person: campaign tags, the key, the field that people do not see.
const NO_ANSWERS: &[&str] =
    &["submission_key", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "reference_note"];

fn usual() -> InquiryFields {
    InquiryFields::default()
        .with("submission_key", "11111111-2222-4333-8444-555555555555")
        .with("email", "june@hollis.example")
        .with("contact_method", "call")
        .with("message", "Something")
}

#[actix_web::test]
async fn every_answer_is_a_part_of_what_makes_two_submissions_the_same_and_no_tag_is() {
    let fields: BTreeSet<&str> = OTHERWISE.iter().map(|(field, ..)| *field).chain(NO_ANSWERS.iter().copied()).collect();
    assert_eq!(fields, InquiryForm::FIELDS.iter().copied().collect(), "say here how each field of the form is stored");
    let columns: BTreeSet<&str> = OTHERWISE.iter().map(|(.., column)| *column).collect();
    let listed: BTreeSet<&str> = COLUMNS.iter().filter(|column| column.in_digest).map(|column| column.column).collect();
    assert_eq!(columns, listed);

    let app = TestApp::start().await;
    let first = app.receipt_of(&usual()).await;
    let mut receipts = BTreeSet::from([first.clone()]);
    for (field, answer, _) in OTHERWISE {
        let receipt = app.receipt_of(&usual().with(field, *answer)).await;
        assert!(receipts.insert(receipt), "another {field} was taken for the same submission");
    }
    for tag in NO_ANSWERS.iter().filter(|field| field.starts_with("utm_")) {
        assert_eq!(app.receipt_of(&usual().with(tag, "leaflet")).await, first, "{tag}");
    }
    app.stop().await;
}
