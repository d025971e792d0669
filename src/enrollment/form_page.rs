//! The form: shown empty, or again with everything that was typed and what to do about it.

use askama::Template;
use chrono::{DateTime, Utc};

use super::hours;
use crate::config::Facility;
use crate::inquiries::{FieldErrors, InquiryForm};
use crate::values::{Language, Modality, Texts, US_STATES};
use crate::web::shell::Front;

/// The page of the form.
#[derive(Template)]
#[template(path = "enrollment/form.html")]
pub struct FormPage<'a> {
    t: &'static Texts,
    front: Front<'a>,
    form: &'a InquiryForm,
    errors: &'a FieldErrors,
    answered: Option<String>,
    promise: Option<String>,
    not_saved: bool,
    lead: String,
}

impl<'a> FormPage<'a> {
    /// The form as it stands now: what was typed, and every error.
    pub fn new(
        t: &'static Texts,
        facility: &'a Facility,
        promise_minutes: u32,
        form: &'a InquiryForm,
        errors: &'a FieldErrors,
        (now, offered): (DateTime<Utc>, Option<Vec<Modality>>),
    ) -> Self {
        let other_language = errors.is_empty().then(|| other_language(t.language(), form));
        Self {
            t,
            front: Front { facility, other_language, frame: None },
            form,
            errors,
            answered: hours::answered_words(t, facility),
            promise: hours::promise_words(t, facility, promise_minutes, now),
            not_saved: false,
            lead: lead(t, facility, offered.as_deref()),
        }
    }

    /// The same page in a frame of these websites, or by itself.
    #[must_use]
    pub fn framed(mut self, frame: Option<&'a [String]>) -> Self {
        self.front.frame = frame;
        if frame.is_some() {
            let switch = |path: String| format!("/embed?language={}", path.trim_start_matches('/').replace('?', "&"));
            self.front.other_language = self.front.other_language.map(switch);
        }
        self
    }

    /// The same page, saying that the request could not be stored and everything typed is still here.
    #[must_use]
    pub fn not_saved(mut self) -> Self {
        self.not_saved = true;
        self.front.other_language = None;
        self
    }

    /// What to do about a field, in the person's language.
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.of(field).map(|id| self.t.get(id))
    }

    /// How many answers need another look; several errors of one field count once.
    fn error_count(&self) -> usize {
        self.first_errors().count()
    }

    /// The first error of each field, in the order of the form.
    fn first_errors(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = &self.errors.0;
        all.iter()
            .enumerate()
            .filter(|(at, (field, _))| !all.iter().take(*at).any(|(earlier, _)| earlier == field))
            .map(|(_, (field, id))| (*field, self.t.get(id)))
    }

    /// The fold stands open where something in it was answered or needs another look.
    fn more_open(&self) -> bool {
        let InquiryForm { best_time, state, interpreter, .. } = self.form;
        let answered = [best_time, state, interpreter].iter().any(|value| !value.is_empty());
        answered || ["best_time", "state", "interpreter"].iter().any(|field| self.errors.of(field).is_some())
    }

    /// The chosen kind of care; "not sure yet" unless another was chosen.
    fn program(&self) -> &str {
        if self.form.program.is_empty() { "not_sure" } else { &self.form.program }
    }

    /// A state that was sent and is not in the list; shown so that nothing typed is lost.
    fn unknown_state(&self) -> Option<&str> {
        let state = self.form.state.as_str();
        (!state.is_empty() && !US_STATES.iter().any(|(code, _)| *code == state)).then_some(state)
    }

    /// Campaign tags that travel on.
    fn campaign(&self) -> impl Iterator<Item = (&'static str, &str)> {
        campaign(self.form)
    }
}

/// What the center offers right now; where no program is entered, the sentence about all three stands.
fn lead(t: &Texts, facility: &Facility, offered: Option<&[Modality]>) -> String {
    let short = ("short", facility.short_name.as_str());
    match offered {
        None => t.with("form-lead", [short].as_slice()),
        Some(kinds) if kinds.len() == Modality::ALL.len() => t.with("form-lead", [short].as_slice()),
        Some([]) => t.with("form-lead-full", [short].as_slice()),
        Some(kinds) => {
            let words: Vec<&str> = kinds.iter().map(|kind| t.get(kind_words(*kind))).collect();
            let kinds = words.join(t.get("form-lead-or"));
            t.with("form-lead-some", [short, ("kinds", kinds.as_str())].as_slice())
        }
    }
}

const fn kind_words(kind: Modality) -> &'static str {
    match kind {
        Modality::Inpatient => "form-lead-inpatient",
        Modality::Outpatient => "form-lead-outpatient",
        Modality::Telehealth => "form-lead-telehealth",
    }
}

fn campaign(form: &InquiryForm) -> impl Iterator<Item = (&'static str, &str)> {
    let tags = [
        ("utm_source", &form.utm_source),
        ("utm_medium", &form.utm_medium),
        ("utm_campaign", &form.utm_campaign),
        ("utm_term", &form.utm_term),
        ("utm_content", &form.utm_content),
    ];
    tags.into_iter().map(|(name, value)| (name, value.as_str())).filter(|(_, value)| is_tag(value))
}

/// What the contract lets through; anything else could carry a name.
fn is_tag(value: &str) -> bool {
    (1..=64).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// The form in the other language, campaign tags kept.
fn other_language(language: Language, form: &InquiryForm) -> String {
    let other = match language {
        Language::English => Language::Spanish,
        Language::Spanish => Language::English,
    };
    let tags: Vec<String> = campaign(form).map(|(name, value)| format!("{name}={value}")).collect();
    if tags.is_empty() { format!("/{other}") } else { format!("/{other}?{}", tags.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrollment::hours::tests::daily;

    fn page(language: Language, form: &InquiryForm) -> String {
        let errors = form.parse().err().unwrap_or_default();
        let facility = daily(7, 21);
        FormPage::new(Texts::of(language), &facility, 15, form, &errors, (DateTime::UNIX_EPOCH, None)).render().unwrap()
    }

    /// An answer in every field, each of them wrong where it can be.
    fn everything_wrong() -> InquiryForm {
        let fields = InquiryForm::FIELDS.iter().map(|field| ((*field).to_owned(), format!("<{field}>\u{1}").into())).collect();
        serde_json::from_value(serde_json::Value::Object(fields)).unwrap()
    }

    #[test]
    fn every_field_of_the_contract_is_on_the_page_in_both_languages() {
        let empty = InquiryForm { submission_key: "k".into(), utm_source: "a".into(), ..InquiryForm::default() };
        for language in Language::ALL {
            let page = page(*language, &empty);
            for field in InquiryForm::FIELDS.iter().filter(|field| !field.starts_with("utm_")) {
                assert!(page.contains(&format!("name=\"{field}\"")), "{language}: {field} is missing");
            }
            assert!(page.contains(r#"name="utm_source" value="a""#) && !page.contains("utm_medium"));
        }
    }

    #[test]
    fn nothing_typed_is_lost_and_nothing_typed_is_run() {
        let page = page(Language::English, &everything_wrong());
        for field in ["name", "phone", "email", "state", "message", "reference_note", "submission_key"] {
            assert!(page.contains(&format!("&#60;{field}&#62;")), "{field} was not kept");
            assert!(!page.contains(&format!("<{field}>\u{1}")), "{field} was not escaped");
        }
        assert!(page.contains("<title>Error: Contact · Elevate</title>"));
        assert!(page.contains("What you wrote is still here."));
    }

    #[test]
    fn every_error_stands_in_the_summary_and_beside_its_field() {
        let form = InquiryForm { language: "es".into(), ..everything_wrong() };
        let errors = form.parse().unwrap_err();
        let page = page(Language::Spanish, &form);
        for (field, id) in &errors.0 {
            let words = Texts::of(Language::Spanish).get(id);
            assert!(page.contains(&format!("<a href=\"#{field}\">{words}</a>")), "{field} is not in the summary");
            assert!(page.contains(&format!("id=\"{field}-error\"")), "{field} does not say what to do");
            assert!(page.contains(&format!("id=\"{field}\"")), "{field} cannot be reached");
        }
        assert!(page.contains("<details class=\"group more\" open>"));
    }

    #[test]
    fn the_words_of_the_center_stand_word_for_word() {
        let page = page(Language::English, &InquiryForm::default());
        let empty = FieldErrors::default();
        assert!(page.contains("<h1>Overcome Addiction at Elevate Addiction Services</h1>"));
        let facility = daily(7, 21);
        let form = InquiryForm::default();
        let fresh = FormPage::new(Texts::of(Language::English), &facility, 15, &form, &empty, (DateTime::UNIX_EPOCH, None))
            .render()
            .unwrap();
        assert!(fresh.contains(
            "Elevate is currently offering immediate enrollment in inpatient, outpatient, or telehealth programs. \
             Reach out today to learn more."
        ));
        assert!(
            fresh.contains(
                "<label for=\"reference_note\">This field is for validation purposes and should be left unchanged.</label>"
            )
        );
        assert!(fresh.contains("href=\"/es\"") && !fresh.contains("how_soon\" value=\"today\" checked"));
        assert!(fresh.len() < 17_000, "the page weighs {} bytes", fresh.len());
    }
}
