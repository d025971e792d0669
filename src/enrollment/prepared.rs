//! A submission that is sealed and digested: all that is left is to store it.

use chrono::{DateTime, Utc};

use crate::inquiries::inquiry::{Answers, Campaign, Contact, Message, NewInquiry};
use crate::sealing::{DigestPurpose, Keys, SealError, Sealed};
use crate::values::{InquiryChannel, InquiryId, LeadId, QuarantineReason, ReceiptCode, Reference};

/// Ready to be stored; holds nothing in the clear that a person typed.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Id of the inquiry; its sealed columns are bound to it.
    pub id: InquiryId,
    /// Id of the lead it opens.
    pub lead: LeadId,
    /// The lead's reference; made anew if the database knows it already.
    pub reference: Reference,
    /// What the inquirer will hold.
    pub receipt: ReceiptCode,
    /// Why it waits in quarantine, if it does.
    pub held: Option<QuarantineReason>,
    /// The way it came in.
    pub channel: InquiryChannel,
    /// Coded answers.
    pub answers: Answers,
    /// Campaign tags.
    pub campaign: Campaign,
    /// Version of the consent wording that was ticked.
    pub text_consent: Option<String>,
    /// An acknowledgement was asked for and there is an address to send it to.
    pub acknowledge_by_mail: bool,
    /// Sealed name, phone, e-mail.
    pub contact: Sealed<Contact>,
    /// Sealed message.
    pub message: Sealed<Message>,
    /// Sealed under the record key already; what the public role seals is adopted by the worker.
    pub adopted: bool,
    /// When it was received, if it had to wait in the spool; else the time of its transaction.
    pub spooled_at: Option<DateTime<Utc>>,
    /// Same key and same content.
    pub submission_digest: Option<[u8; 32]>,
    /// Same content, whatever the key, within ten minutes.
    pub recent_digest: [u8; 32],
}

impl Prepared {
    /// Seals and digests a checked submission. `prefix` is the first part of references.
    pub fn seal(
        keys: &Keys,
        inquiry: NewInquiry,
        channel: InquiryChannel,
        held: Option<QuarantineReason>,
        consent_version: &str,
        prefix: &str,
    ) -> Result<Self, SealError> {
        let id = InquiryId::new();
        let content = inquiry.content();
        let recent_digest = keys.digest(DigestPurpose::Recent, &content)?;
        let submission_digest = match &inquiry.submission_key {
            Some(key) => {
                let mut parts = vec![key.as_bytes()];
                parts.extend(content);
                Some(keys.digest(DigestPurpose::Submission, &parts)?)
            }
            None => None,
        };
        Ok(Self {
            id,
            lead: LeadId::new(),
            reference: Reference::random(prefix),
            receipt: ReceiptCode::random(),
            held,
            channel,
            text_consent: inquiry.answers.text_consent.then(|| consent_version.to_owned()),
            acknowledge_by_mail: inquiry.answers.acknowledge && inquiry.contact.email.is_some(),
            contact: keys.seal(id.uuid(), &inquiry.contact)?,
            message: keys.seal(id.uuid(), &inquiry.message)?,
            adopted: keys.can_open(),
            answers: inquiry.answers,
            campaign: inquiry.campaign,
            spooled_at: None,
            submission_digest,
            recent_digest,
        })
    }

    /// A new reference, for the rare case that another lead has this one. The receipt stays what it is: under it the spool asks
    /// whether the inquiry is stored.
    pub fn renew_reference(&mut self, prefix: &str) {
        self.reference = Reference::random(prefix);
    }
}
