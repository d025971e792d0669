//! What one submission says.

use serde::{Deserialize, Serialize};

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
