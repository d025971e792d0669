//! Coded words of the trade: what a contact attempt came to, and why a lead closed.

use crate::coded_choice;
use crate::values::ContactMethod;

/// Declares a coded choice whose screen label stands beside its code.
macro_rules! labelled {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $code:literal $label:literal),+ $(,)? }) => {
        coded_choice! { $(#[$doc])* $name { $($variant = $code),+ } }

        impl $name {
            /// The words on screen.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }
    };
}

labelled! {
    /// What a contact attempt came to. Leaving a message is an attempt, not a contact.
    Disposition {
        SpokeProspect = "spoke_prospect" "Spoke with the person",
        SpokeInquirer = "spoke_inquirer" "Spoke with who wrote",
        SpokeOther = "spoke_other" "Spoke with somebody else",
        LeftMessage = "left_message" "Left a message",
        NoAnswer = "no_answer" "No answer",
        Busy = "busy" "Busy",
        VoicemailFull = "voicemail_full" "Voicemail full",
        WrongNumber = "wrong_number" "Wrong number",
        Disconnected = "disconnected" "Disconnected",
        DeclinedToTalk = "declined_to_talk" "Did not want to talk",
        AskedToStop = "asked_to_stop" "Asked us to stop",
        TextSent = "text_sent" "Text sent",
        TextReply = "text_reply" "Text reply",
        EmailSent = "email_sent" "Email sent",
        EmailReply = "email_reply" "Email reply",
        Bounced = "bounced" "Bounced",
    }
}

impl Disposition {
    /// A live conversation.
    pub const fn is_spoke(self) -> bool {
        matches!(self, Self::SpokeProspect | Self::SpokeInquirer | Self::SpokeOther)
    }

    /// Channels it can come from.
    pub const fn channels(self) -> &'static [ContactMethod] {
        match self {
            Self::SpokeProspect
            | Self::SpokeInquirer
            | Self::SpokeOther
            | Self::LeftMessage
            | Self::NoAnswer
            | Self::Busy
            | Self::VoicemailFull
            | Self::Disconnected
            | Self::DeclinedToTalk => &[ContactMethod::Call],
            Self::WrongNumber => &[ContactMethod::Call, ContactMethod::Text],
            Self::AskedToStop => ContactMethod::ALL,
            Self::TextSent | Self::TextReply => &[ContactMethod::Text],
            Self::EmailSent | Self::EmailReply => &[ContactMethod::Email],
            Self::Bounced => &[ContactMethod::Text, ContactMethod::Email],
        }
    }
}

labelled! {
    /// Why a lead was lost.
    LostReason {
        NoResponse = "no_response" "No response",
        ChoseAnotherProvider = "chose_another_provider" "Chose another provider",
        NotReady = "not_ready" "Not ready",
        Cost = "cost" "Cost",
        DoesNotWantLevelOffered = "does_not_want_level_offered" "Does not want the level offered",
        FamilyOrWork = "family_or_work" "Family or work",
        Distance = "distance" "Distance",
        PrivacyConcern = "privacy_concern" "Privacy concern",
        Hospital = "hospital" "In hospital",
        Incarcerated = "incarcerated" "Incarcerated",
        Deceased = "deceased" "Died",
        AskedUsToStop = "asked_us_to_stop" "Asked us to stop",
    }
}

labelled! {
    /// Why we declined.
    DeclinedReason {
        NoCapacity = "no_capacity" "No capacity",
        NeedsHigherLevelOfCare = "needs_higher_level_of_care" "Needs a higher level of care",
        NeedsLowerLevelOfCare = "needs_lower_level_of_care" "Needs a lower level of care",
        MedicalNeedsExceed = "medical_needs_exceed" "Medical needs exceed what we offer",
        PsychiatricNeedsExceed = "psychiatric_needs_exceed" "Psychiatric needs exceed what we offer",
        PayerNotAccepted = "payer_not_accepted" "Payer not accepted",
        BenefitsInadequate = "benefits_inadequate" "Benefits inadequate",
        OutsideLicensedState = "outside_licensed_state" "Outside the licensed states",
        AgeOrPopulation = "age_or_population" "Age or population",
        LegalStatus = "legal_status" "Legal status",
        LanguageNotAvailable = "language_not_available" "Language not available",
        AccommodationNotAvailable = "accommodation_not_available" "Accommodation not available",
    }
}

labelled! {
    /// Why it was no lead at all.
    InvalidReason {
        Spam = "spam" "Spam",
        Test = "test" "A test",
        Vendor = "vendor" "A vendor",
        Employment = "employment" "Looking for work",
        WrongNumber = "wrong_number" "Wrong number",
        WrongService = "wrong_service" "Wrong service",
    }
}
