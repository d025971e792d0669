//! What one inquiry costs in the processor: sealing, parsing, rendering, searching. `cargo bench --bench micro`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    reason = "a benchmark stops loudly and prints what it measures"
)]

use std::hint::black_box;

use askama::Template;
use chrono::DateTime;
use criterion::{Criterion, criterion_group, criterion_main};
use intake::config::Config;
use intake::enrollment::form_page::FormPage;
use intake::inquiries::{Contact, FieldErrors, InquiryForm};
use intake::leads::directory::{Directory, Entry};
use intake::sealing::{DigestPurpose, Keys};
use intake::values::{EmailAddress, Language, LeadId, PersonName, PhoneNumber, Texts};
use uuid::Uuid;

fn contact() -> Contact {
    Contact {
        name: PersonName::parse("J'Marcus Müller").expect("a name"),
        phone: Some(PhoneNumber::parse("(415) 867-5309 x12").expect("a number")),
        email: Some(EmailAddress::parse("june@example.org").expect("an address")),
    }
}

fn sealing(c: &mut Criterion) {
    let (staff, public) = (Keys::for_tests(), Keys::for_tests_public());
    let (row, contact) = (Uuid::now_v7(), contact());
    let under_record = staff.seal(row, &contact).expect("sealed");
    let under_sending = public.seal(row, &contact).expect("sealed");
    c.bench_function("seal and prove, record key", |b| b.iter(|| staff.seal(black_box(row), black_box(&contact))));
    c.bench_function("seal, sending key", |b| b.iter(|| public.seal(black_box(row), black_box(&contact))));
    c.bench_function("open, record key", |b| b.iter(|| staff.open(black_box(row), black_box(&under_record))));
    c.bench_function("open, sending key known", |b| b.iter(|| staff.open(black_box(row), black_box(&under_sending))));
    c.bench_function("adopt", |b| b.iter(|| staff.reseal(black_box(row), black_box(&under_sending))));
    c.bench_function("digest", |b| b.iter(|| staff.digest(DigestPurpose::Submission, black_box(&[b"key", b"content"]))));
}

fn form() -> InquiryForm {
    InquiryForm {
        who_for: "loved_one".into(),
        name: "J'Marcus Müller".into(),
        phone: "(415) 867-5309 x12".into(),
        email: "june@example.org".into(),
        program: "inpatient".into(),
        how_soon: "today".into(),
        state: "CA".into(),
        message: "I am writing about my brother. ".repeat(27),
        language: "en".into(),
        ..InquiryForm::default()
    }
}

fn the_form(c: &mut Criterion) {
    let config = Config::for_tests(std::path::Path::new("data"));
    let (form, none) = (form(), FieldErrors::default());
    c.bench_function("parse the form", |b| b.iter(|| black_box(&form).parse()));
    let empty = InquiryForm::default();
    let page = || FormPage::new(Texts::of(Language::English), &config.facility, 15, &empty, &none, (DateTime::UNIX_EPOCH, None));
    c.bench_function("render the form", |b| b.iter(|| page().render().expect("a page")));
}

/// A million made-up people; names of several syllables, so that parts of them are as common as in life.
fn million() -> Directory {
    const SYLLABLES: [&str; 16] =
        ["ma", "ri", "an", "lo", "ber", "to", "mül", "ler", "san", "der", "jo", "nes", "wil", "son", "gar", "cia"];
    let directory = Directory::empty();
    let mut state = 7_u64;
    let mut next = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    for number in 0..1_000_000_u64 {
        let mut word = |syllables: u64| (0..syllables).map(|_| SYLLABLES[next(16) as usize]).collect::<String>();
        let (first, last) = (word(2), word(3));
        let phone = format!("({:03}) 555-{:04}", 200 + next(700), next(10_000));
        let (name, email) = (format!("{first} {last}"), format!("{first}.{last}{}@example.org", number % 1_000));
        let entry = Entry { inquiry: Uuid::now_v7(), lead: LeadId::new(), name: &name, phone: Some(&phone), email: Some(&email) };
        directory.add(&[entry]);
    }
    directory
}

fn searching(c: &mut Criterion) {
    let directory = million();
    let size = directory.size();
    eprintln!("directory: {} people, {} bytes each", size.inquiries, size.bytes / size.inquiries);
    for (what, term) in [
        ("common part of a name", "mari"),
        ("whole name", "anmari garciason"),
        ("name with a typing error", "jonesmuellr"),
        ("name of nobody", "zacharias"),
        ("part of a number", "5550117"),
        ("rare part of a number", "4155550117"),
        ("part of an address", "anlo.@ex"),
    ] {
        c.bench_function(&format!("search a million: {what}"), |b| b.iter(|| directory.search(black_box(term), 50)));
    }
}

criterion_group!(benches, sealing, the_form, searching);
criterion_main!(benches);
