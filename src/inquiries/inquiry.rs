//! What one submission says.

use serde::{Deserialize, Serialize};

use super::form::InquiryForm;
use crate::sealing::{Place, SealedContent};
use crate::values::{
    BestTime, ContactMethod, EmailAddress, FreeText, HowSoon, Language, PersonName, PhoneNumber, ProgramInterest, WhoFor,
};

/// Who wrote and how to reach them. Sealed in `inquiries.contact`, bound to the inquiry's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What to call them.
    pub name: PersonName,
    /// Phone number; this or an e-mail address is there.
    pub phone: Option<PhoneNumber>,
    /// E-mail address.
    pub email: Option<EmailAddress>,
}

impl Contact {
    /// What stands in the place of somebody who was erased.
    pub fn erased() -> Self {
        Self { name: PersonName::erased(), phone: None, email: None }
    }
}

impl SealedContent for Contact {
    const PLACE: Place = Place::INQUIRY_CONTACT;
}

/// What they wrote, perhaps nothing. Sealed in `inquiries.message`, bound to the inquiry's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Message(pub FreeText);

impl SealedContent for Message {
    const PLACE: Place = Place::INQUIRY_MESSAGE;
}

/// Coded answers; they stay in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four tick boxes of the form")]
pub struct Answers {
    /// Language of the page.
    pub language: Language,
    /// Who would be treated.
    pub who_for: WhoFor,
    /// How they would like to be reached.
    pub contact_method: Option<ContactMethod>,
    /// A voicemail is okay.
    pub leave_message: bool,
    /// Consented to texts.
    pub text_consent: bool,
    /// When a call is welcome.
    pub best_time: Option<BestTime>,
    /// What they asked for.
    pub program_interest: ProgramInterest,
    /// How soon.
    pub how_soon: Option<HowSoon>,
    /// Two-letter code of where the person is now.
    pub state: Option<String>,
    /// An interpreter is needed.
    pub interpreter: bool,
    /// Wants a neutral acknowledgement by e-mail.
    pub acknowledge: bool,
}

/// Campaign tags of the query; only `[A-Za-z0-9._-]{1,64}`, anything else is dropped because it could carry a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "utm_source, utm_medium, utm_campaign, utm_term, utm_content")]
pub struct Campaign {
    pub source: Option<String>,
    pub medium: Option<String>,
    pub name: Option<String>,
    pub term: Option<String>,
    pub content: Option<String>,
}

impl Campaign {
    /// Keeps what is harmless.
    pub fn of(form: &InquiryForm) -> Self {
        let tag = |raw: &str| {
            let fits = (1..=64).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            fits.then(|| raw.to_owned())
        };
        Self {
            source: tag(&form.utm_source),
            medium: tag(&form.utm_medium),
            name: tag(&form.utm_campaign),
            term: tag(&form.utm_term),
            content: tag(&form.utm_content),
        }
    }
}

/// A submission that has been checked and is ready to be sealed and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInquiry {
    /// Who wrote and how to reach them.
    pub contact: Contact,
    /// What they wrote.
    pub message: Message,
    /// Coded answers.
    pub answers: Answers,
    /// Campaign tags.
    pub campaign: Campaign,
    /// Minted with the page, or the `Idempotency-Key`; may be missing.
    pub submission_key: Option<String>,
    /// The trap field was filled.
    pub trap_filled: bool,
}

impl NewInquiry {
    /// All answers except key, campaign and trap, in one fixed order: what makes two submissions the same.
    pub fn content(&self) -> Vec<&[u8]> {
        let yes = |ticked: bool| if ticked { &b"yes"[..] } else { b"" };
        let Answers {
            language,
            who_for,
            contact_method,
            leave_message,
            text_consent,
            best_time,
            program_interest,
            how_soon,
            state,
            interpreter,
            acknowledge,
        } = &self.answers;
        vec![
            who_for.code().as_bytes(),
            self.contact.name.reveal().as_bytes(),
            self.contact.phone.as_ref().map_or(b"", |phone| phone.reveal().as_bytes()),
            self.contact.email.as_ref().map_or(b"", |email| email.reveal().as_bytes()),
            contact_method.map_or(b"", |method| method.code().as_bytes()),
            yes(*leave_message),
            yes(*text_consent),
            best_time.map_or(b"", |time| time.code().as_bytes()),
            program_interest.code().as_bytes(),
            how_soon.map_or(b"", |soon| soon.code().as_bytes()),
            state.as_deref().unwrap_or_default().as_bytes(),
            yes(*interpreter),
            self.message.0.reveal().as_bytes(),
            language.code().as_bytes(),
            yes(*acknowledge),
        ]
    }
}
