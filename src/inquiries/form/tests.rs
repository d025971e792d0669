//! What the form takes and refuses: examples, and anything at all in any field.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::*;

fn valid() -> InquiryForm {
    InquiryForm { who_for: "me".into(), name: "J'Marcus".into(), phone: "(555) 866-8404 x12".into(), ..InquiryForm::default() }
}

#[test]
fn three_answers_are_enough() {
    let inquiry = valid().parse().unwrap();
    assert_eq!(inquiry.contact.name.reveal(), "J'Marcus");
    assert_eq!(inquiry.contact.phone.unwrap().reveal(), "(555) 866-8404 x12");
    assert_eq!(inquiry.answers.program_interest, ProgramInterest::NotSure);
    assert_eq!(inquiry.answers.how_soon, None);
}

#[test]
fn all_errors_come_back_at_once() {
    let form = InquiryForm {
        email: "nobody".into(),
        program: "spa".into(),
        state: "ZZ".into(),
        message: "a\u{0}b".into(),
        ..InquiryForm::default()
    };
    let FieldErrors(errors) = form.parse().unwrap_err();
    let fields: Vec<_> = errors.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, ["who_for", "name", "email", "program", "state", "message"]);
}

#[test]
fn a_phone_or_an_address_is_enough_and_one_is_needed() {
    let mut form = valid();
    form.phone.clear();
    assert_eq!(form.parse().unwrap_err().of("phone"), Some("error-phone-or-email"));
    form.email = "müller@example.org".into();
    assert!(form.parse().is_ok());
}

#[test]
fn campaign_tags_that_could_carry_a_name_are_dropped() {
    let form = InquiryForm { utm_source: "google".into(), utm_term: "Ann Lee".into(), ..valid() };
    let campaign = form.parse().unwrap().campaign;
    assert_eq!((campaign.source.as_deref(), campaign.term.as_deref()), (Some("google"), None));
}

/// What a field may take and mostly does, and anything else.
fn typed(field: &'static str) -> impl Strategy<Value = String> {
    let good: &'static [&'static str] = match field {
        "who_for" => &["me", "loved_one"],
        "name" => &["J'Marcus", "Müller", "王", "Dr. Null"],
        "phone" => &["(555) 866-8404 x12", "+52 55 1234 5678", ""],
        "email" => &["ana@example.org", "müller@example.org", ""],
        "program" => &["inpatient", "telehealth", "not_sure", ""],
        "state" => &["CA", "ny", ""],
        "message" => &["He drinks.\r\nPlease call.", ""],
        "language" => &["en", "es", ""],
        "leave_message" | "text_consent" | "interpreter" | "acknowledge" => &["yes", ""],
        "submission_key" | "reference_note" | "utm_source" | "utm_term" => &["google", ""],
        _ => &[""],
    };
    prop_oneof![
        150 => prop::sample::select(good).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[ -~\\x00-\\x1f\\x7f]{0,12}",
        1 => "\\PC{180,330}",
        1 => "[0-9a]{4090,4100}",
    ]
}

fn any_form() -> impl Strategy<Value = InquiryForm> {
    let fields: Vec<_> = InquiryForm::FIELDS.iter().map(|field| typed(field).boxed()).collect();
    fields.prop_map(|values| {
        let fields: serde_json::Map<_, _> =
            InquiryForm::FIELDS.iter().zip(values).map(|(field, value)| ((*field).to_owned(), value.into())).collect();
        serde_json::from_value(fields.into()).unwrap()
    })
}

/// As documented: C0 controls but tab and line ends, and DEL.
fn forbidden(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r'))
}

fn kept(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #[test]
    fn every_wrong_field_is_named_once_in_the_order_of_the_form(form in any_form()) {
        let errors = form.parse().err().unwrap_or_default().0;
        let places: Vec<_> =
            errors.iter().map(|(field, _)| InquiryForm::FIELDS.iter().position(|known| known == field).unwrap()).collect();
        prop_assert!(places.is_sorted_by(|a, b| a < b), "{errors:?}");
        prop_assert_eq!(form.parse().is_err(), !errors.is_empty());
        let wrong = |field| errors.iter().any(|(name, _)| *name == field);
        let name = kept(&form.name);
        prop_assert_eq!(wrong("name"), forbidden(&name) || name.trim().is_empty() || name.graphemes(true).count() > 200 || kept(&name).chars().count() > 1_000);
        prop_assert_eq!(wrong("message"), forbidden(&form.message) || kept(&form.message).chars().count() > 4_000);
        prop_assert_eq!(wrong("interpreter"), !matches!(form.interpreter.as_str(), "" | "yes"));
        if form.phone.is_empty() && form.email.is_empty() {
            prop_assert!(wrong("phone") && !wrong("email"));
        }
    }

    #[test]
    fn what_is_taken_is_what_was_typed(form in any_form()) {
        let parsed = form.parse();
        prop_assume!(parsed.is_ok());
        let inquiry = parsed.unwrap();
        prop_assert_eq!(inquiry.contact.name.reveal(), &kept(&form.name));
        prop_assert_eq!(inquiry.message.0.reveal(), &kept(&form.message));
        let phone = inquiry.contact.phone.as_ref().map(|phone| phone.reveal().to_owned());
        prop_assert_eq!(phone.unwrap_or_default().trim().to_owned(), kept(&form.phone).trim().to_owned());
        prop_assert!(inquiry.contact.phone.is_some() || inquiry.contact.email.is_some());
        prop_assert_eq!(inquiry.answers.text_consent, form.text_consent == "yes");
        prop_assert_eq!(inquiry.trap_filled, !form.reference_note.trim().is_empty());
    }

    #[test]
    fn nobody_is_refused_for_how_they_write(
        name in "\\PC{0,40}[\\p{L}\\p{N}\\p{So}]\\PC{0,40}",
        phone in "[+(]{0,1}[0-9]{3}[-). ]{0,2}[0-9]{3}[-. ]{0,1}[0-9]{4}( x[0-9]{1,4}){0,1}",
        message in "[\\PC\r\n\t]{0,400}",
    ) {
        let form = InquiryForm { name, phone, message, ..valid() };
        prop_assert!(form.parse().is_ok(), "{:?}", form.parse().err());
    }
}
