//! How a prepared submission is written into the spool and read again: JSON, sealed as a whole.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::enrollment::prepared::Prepared;
use crate::inquiries::inquiry::{Answers, Campaign};
use crate::sealing::{Keys, OpenError, SealError, Sealed};
use crate::values::{
    BestTime, ContactMethod, HowSoon, InquiryChannel, Language, ProgramInterest, QuarantineReason, ReceiptCode, Reference, WhoFor,
};

/// What stands in a file. Fields may be added with a default; none is ever renamed. What a newer program added is in `newer`.
#[derive(Serialize, Deserialize)]
struct Record {
    lead: Uuid,
    reference: String,
    receipt: String,
    held: Option<QuarantineReason>,
    channel: InquiryChannel,
    answers: Coded,
    utm: [Option<String>; 5],
    text_consent: Option<String>,
    acknowledge_by_mail: bool,
    contact: String,
    message: String,
    adopted: bool,
    submission_digest: Option<[u8; 32]>,
    recent_digest: [u8; 32],
    #[serde(flatten, skip_serializing)]
    newer: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "four tick boxes of the form")]
struct Coded {
    language: Language,
    who_for: WhoFor,
    contact_method: Option<ContactMethod>,
    leave_message: bool,
    text_consent: bool,
    best_time: Option<BestTime>,
    program_interest: ProgramInterest,
    how_soon: Option<HowSoon>,
    state: Option<String>,
    interpreter: bool,
    acknowledge: bool,
    #[serde(flatten, skip_serializing)]
    newer: Map<String, Value>,
}

/// The sealed bytes of a submission.
pub fn write(keys: &Keys, prepared: &Prepared) -> Result<Vec<u8>, SealError> {
    let Prepared { answers, campaign, .. } = prepared;
    let Campaign { source, medium, name, term, content } = campaign.clone();
    let record = Record {
        lead: prepared.lead.uuid(),
        reference: prepared.reference.as_str().to_owned(),
        receipt: prepared.receipt.as_str().to_owned(),
        held: prepared.held,
        channel: prepared.channel,
        answers: Coded {
            language: answers.language,
            who_for: answers.who_for,
            contact_method: answers.contact_method,
            leave_message: answers.leave_message,
            text_consent: answers.text_consent,
            best_time: answers.best_time,
            program_interest: answers.program_interest,
            how_soon: answers.how_soon,
            state: answers.state.clone(),
            interpreter: answers.interpreter,
            acknowledge: answers.acknowledge,
            newer: Map::new(),
        },
        utm: [source, medium, name, term, content],
        text_consent: prepared.text_consent.clone(),
        acknowledge_by_mail: prepared.acknowledge_by_mail,
        contact: STANDARD.encode(prepared.contact.envelope()),
        message: STANDARD.encode(prepared.message.envelope()),
        adopted: prepared.adopted,
        submission_digest: prepared.submission_digest,
        recent_digest: prepared.recent_digest,
        newer: Map::new(),
    };
    let bytes = serde_json::to_vec(&record).map_err(|_unencodable| SealError)?;
    keys.seal_spooled(prepared.id.uuid(), &bytes)
}

/// True if a newer program wrote fields into it that this one does not know, and would lose.
pub fn is_newer(keys: &Keys, id: Uuid, sealed: &[u8]) -> Result<bool, OpenError> {
    let record: Record = serde_json::from_slice(&keys.open_spooled(id, sealed)?).map_err(|_unreadable| OpenError)?;
    Ok(!record.newer.is_empty() || !record.answers.newer.is_empty())
}

/// Reads the submission whose file is named by `id`; its id tells when it was received.
pub fn read(keys: &Keys, id: Uuid, sealed: &[u8]) -> Result<Prepared, OpenError> {
    let record: Record = serde_json::from_slice(&keys.open_spooled(id, sealed)?).map_err(|_unreadable| OpenError)?;
    let envelope = |text: &str| STANDARD.decode(text).map_err(|_damaged| OpenError);
    let [source, medium, name, term, content] = record.utm;
    let coded = record.answers;
    Ok(Prepared {
        id: id.into(),
        lead: record.lead.into(),
        reference: Reference::parse(&record.reference).ok_or(OpenError)?,
        receipt: ReceiptCode::parse(&record.receipt).ok_or(OpenError)?,
        held: record.held,
        channel: record.channel,
        answers: Answers {
            language: coded.language,
            who_for: coded.who_for,
            contact_method: coded.contact_method,
            leave_message: coded.leave_message,
            text_consent: coded.text_consent,
            best_time: coded.best_time,
            program_interest: coded.program_interest,
            how_soon: coded.how_soon,
            state: coded.state,
            interpreter: coded.interpreter,
            acknowledge: coded.acknowledge,
        },
        campaign: Campaign { source, medium, name, term, content },
        text_consent: record.text_consent,
        acknowledge_by_mail: record.acknowledge_by_mail,
        contact: Sealed::from_envelope(envelope(&record.contact)?),
        message: Sealed::from_envelope(envelope(&record.message)?),
        adopted: record.adopted,
        spooled_at: received_at(id),
        submission_digest: record.submission_digest,
        recent_digest: record.recent_digest,
    })
}

/// Ids of version 7 begin with their time.
pub fn received_at(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiries::InquiryForm;

    fn prepared(keys: &Keys) -> Prepared {
        let form = InquiryForm {
            who_for: "loved_one".into(),
            name: "J'Marcus Müller".into(),
            phone: "(555) 866-8404 x12".into(),
            email: "j@example.org".into(),
            text_consent: "yes".into(),
            state: "CA".into(),
            how_soon: "today".into(),
            utm_source: "leaflet".into(),
            submission_key: "one".into(),
            acknowledge: "yes".into(),
            ..InquiryForm::default()
        };
        Prepared::seal(keys, form.parse().unwrap(), InquiryChannel::WebForm, None, "1", "EL").unwrap()
    }

    #[test]
    fn what_is_written_is_read_again_and_knows_when_it_came() {
        let public = Keys::for_tests_public();
        let one = prepared(&public);
        let again = read(&public, one.id.uuid(), &write(&public, &one).unwrap()).unwrap();
        assert!(again.spooled_at.is_some());
        let (contact, message) = (again.contact.envelope().to_vec(), again.message.envelope().to_vec());
        assert_eq!((contact.as_slice(), message.as_slice()), (one.contact.envelope(), one.message.envelope()));
        assert_eq!(format!("{:?}", Prepared { spooled_at: None, ..again }), format!("{one:?}"));
    }

    #[test]
    fn the_file_holds_no_word_and_no_code() {
        let public = Keys::for_tests_public();
        let one = prepared(&public);
        let bytes = write(&public, &one).unwrap();
        for needle in ["Marcus", "8404", "example.org", "loved_one", "leaflet", one.receipt.as_str()] {
            assert!(!bytes.windows(needle.len()).any(|window| window == needle.as_bytes()), "{needle}");
        }
    }
}
