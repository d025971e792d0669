//! The form as it arrives: raw strings, parsed into a [`NewInquiry`] or into every field error at once.

use serde::{Deserialize, Serialize};

use super::inquiry::{Answers, Campaign, Contact, Message, NewInquiry};
use crate::values::{
    EmailAddress, FreeText, Language, PersonName, PhoneNumber, ProgramInterest, ValueError, clean, is_longer, us_state,
};

/// What was typed and ticked, unchecked. An absent field is an empty string. Kept to be shown again on errors.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names and meanings of the contract's form fields")]
pub struct InquiryForm {
    pub who_for: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub contact_method: String,
    pub leave_message: String,
    pub text_consent: String,
    pub best_time: String,
    pub program: String,
    pub how_soon: String,
    pub state: String,
    pub interpreter: String,
    pub message: String,
    pub language: String,
    pub submission_key: String,
    pub utm_source: String,
    pub utm_medium: String,
    pub utm_campaign: String,
    pub utm_term: String,
    pub utm_content: String,
    pub acknowledge: String,
    /// The trap: empty when a person fills the page.
    pub reference_note: String,
}

impl std::fmt::Debug for InquiryForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InquiryForm([private])")
    }
}

/// Every field that cannot be taken, in the order of the form, with the id of the message that says what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<(&'static str, &'static str)>);

impl FieldErrors {
    /// The message id for a field, if it has one.
    pub fn of(&self, field: &str) -> Option<&'static str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, message)| *message)
    }

    /// True if everything can be taken.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, field: &'static str, message: &'static str) {
        self.0.push((field, message));
    }
}

/// Longest coded answer, key or tag of a draft, in characters.
const MAX_CODE: usize = 200;

/// Collects errors while fields are read one after the other.
struct Reader<'a> {
    form: &'a InquiryForm,
    errors: FieldErrors,
}

impl InquiryForm {
    /// Every field of the contract, in the order of the form.
    pub const FIELDS: &'static [&'static str] = &[
        "who_for",
        "name",
        "phone",
        "email",
        "contact_method",
        "leave_message",
        "text_consent",
        "program",
        "how_soon",
        "state",
        "best_time",
        "interpreter",
        "message",
        "acknowledge",
        "language",
        "submission_key",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
        "reference_note",
    ];

    /// Those that are ticked: `yes` or nothing.
    pub const TICKS: &'static [&'static str] = &["leave_message", "text_consent", "interpreter", "acknowledge"];

    /// Checks every field; all errors come back together.
    pub fn parse(&self) -> Result<NewInquiry, FieldErrors> {
        let mut reader = Reader { form: self, errors: FieldErrors::default() };
        let read = reader.read();
        match read {
            Some(inquiry) if reader.errors.is_empty() => Ok(inquiry),
            _ => Err(reader.errors),
        }
    }

    /// Fields longer than anything they can hold. A draft may be wrong in every other way; each field of it is bounded too.
    pub fn too_long(&self) -> FieldErrors {
        let texts = [
            ("name", &self.name, PersonName::MAX_CHARS, "error-name-long"),
            ("phone", &self.phone, PhoneNumber::MAX_CHARS, "error-phone-long"),
            ("email", &self.email, EmailAddress::MAX_CHARS, "error-email-long"),
            ("message", &self.message, FreeText::MAX_CHARS, "error-message-long"),
        ];
        let codes = [
            ("who_for", &self.who_for),
            ("contact_method", &self.contact_method),
            ("leave_message", &self.leave_message),
            ("text_consent", &self.text_consent),
            ("program", &self.program),
            ("how_soon", &self.how_soon),
            ("state", &self.state),
            ("best_time", &self.best_time),
            ("interpreter", &self.interpreter),
            ("acknowledge", &self.acknowledge),
            ("language", &self.language),
            ("submission_key", &self.submission_key),
            ("utm_source", &self.utm_source),
            ("utm_medium", &self.utm_medium),
            ("utm_campaign", &self.utm_campaign),
            ("utm_term", &self.utm_term),
            ("utm_content", &self.utm_content),
            ("reference_note", &self.reference_note),
        ];
        let codes = codes.map(|(field, text)| (field, text, MAX_CODE, "error-choice"));
        let long = texts.into_iter().chain(codes).filter(|(_, text, most, _)| is_longer(text, *most));
        FieldErrors(long.map(|(field, _, _, message)| (field, message)).collect())
    }

    /// The language the page was in; English where it does not say.
    pub fn page_language(&self) -> Language {
        self.language.parse().unwrap_or(Language::English)
    }
}

impl Reader<'_> {
    fn read(&mut self) -> Option<NewInquiry> {
        let form = self.form;
        let who_for = self.required_choice("who_for", &form.who_for, "error-who-for");
        let name = PersonName::parse(&form.name).map_err(|why| self.errors.add("name", name_message(why))).ok();
        let (phone, email) = self.reach();
        let contact_method = self.choice("contact_method", &form.contact_method);
        let leave_message = self.tick("leave_message", &form.leave_message);
        let text_consent = self.tick("text_consent", &form.text_consent);
        let program_interest = self.choice("program", &form.program).unwrap_or(ProgramInterest::NotSure);
        let how_soon = self.choice("how_soon", &form.how_soon);
        let state = self.state();
        let best_time = self.choice("best_time", &form.best_time);
        let interpreter = self.tick("interpreter", &form.interpreter);
        let message = FreeText::parse(&form.message).map_err(|why| self.errors.add("message", message_message(why))).ok();
        let acknowledge = self.tick("acknowledge", &form.acknowledge);
        let language = self.choice("language", &form.language).unwrap_or(Language::English);
        Some(NewInquiry {
            contact: Contact { name: name?, phone, email },
            message: Message(message?),
            answers: Answers {
                language,
                who_for: who_for?,
                contact_method,
                leave_message,
                text_consent,
                best_time,
                program_interest,
                how_soon,
                state,
                interpreter,
                acknowledge,
            },
            campaign: Campaign::of(form),
            submission_key: Some(form.submission_key.trim()).filter(|key| !key.is_empty()).map(str::to_owned),
            trap_filled: !form.reference_note.trim().is_empty(),
        })
    }

    /// A phone number or an e-mail address: one of them is needed.
    fn reach(&mut self) -> (Option<PhoneNumber>, Option<EmailAddress>) {
        let form = self.form;
        let no_phone = form.phone.trim().is_empty() && clean(&form.phone).is_ok();
        let no_email = form.email.trim().is_empty() && clean(&form.email).is_ok();
        if no_phone && no_email {
            self.errors.add("phone", "error-phone-or-email");
            return (None, None);
        }
        let phone = if no_phone {
            None
        } else {
            PhoneNumber::parse(&form.phone).map_err(|why| self.errors.add("phone", phone_message(why))).ok()
        };
        let email = if no_email {
            None
        } else {
            EmailAddress::parse(&form.email).map_err(|why| self.errors.add("email", email_message(why))).ok()
        };
        (phone, email)
    }

    fn choice<T: std::str::FromStr>(&mut self, field: &'static str, raw: &str) -> Option<T> {
        if raw.is_empty() {
            return None;
        }
        raw.parse().map_err(|_unknown| self.errors.add(field, "error-choice")).ok()
    }

    fn required_choice<T: std::str::FromStr>(&mut self, field: &'static str, raw: &str, message: &'static str) -> Option<T> {
        raw.parse().map_err(|_unknown| self.errors.add(field, message)).ok()
    }

    fn tick(&mut self, field: &'static str, raw: &str) -> bool {
        match raw {
            "yes" => true,
            "" => false,
            _ => {
                self.errors.add(field, "error-choice");
                false
            }
        }
    }

    fn state(&mut self) -> Option<String> {
        let raw = &self.form.state;
        if raw.trim().is_empty() {
            return None;
        }
        let code = us_state(raw);
        if code.is_none() {
            self.errors.add("state", "error-state");
        }
        code.map(str::to_owned)
    }
}

const fn name_message(why: ValueError) -> &'static str {
    match why {
        ValueError::TooLong => "error-name-long",
        ValueError::ControlCharacter => "error-control",
        ValueError::Missing | ValueError::TooFewDigits | ValueError::NotAnAddress | ValueError::NotAChoice => "error-name",
    }
}

const fn phone_message(why: ValueError) -> &'static str {
    match why {
        ValueError::TooLong => "error-phone-long",
        ValueError::ControlCharacter => "error-control",
        ValueError::Missing | ValueError::TooFewDigits | ValueError::NotAnAddress | ValueError::NotAChoice => "error-phone",
    }
}

const fn email_message(why: ValueError) -> &'static str {
    match why {
        ValueError::TooLong => "error-email-long",
        ValueError::ControlCharacter => "error-control",
        ValueError::Missing | ValueError::TooFewDigits | ValueError::NotAnAddress | ValueError::NotAChoice => "error-email",
    }
}

const fn message_message(why: ValueError) -> &'static str {
    match why {
        ValueError::ControlCharacter => "error-control",
        ValueError::TooLong
        | ValueError::Missing
        | ValueError::TooFewDigits
        | ValueError::NotAnAddress
        | ValueError::NotAChoice => "error-message-long",
    }
}

#[cfg(test)]
mod tests;
