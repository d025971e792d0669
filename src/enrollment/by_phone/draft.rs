//! What was written down so far.

use serde::{Deserialize, Serialize};

use crate::inquiries::InquiryForm;
use crate::sealing::{Place, SealedContent};

/// The form as it stands, unchecked. Sealed in `call_drafts.form`, bound to the draft's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallDraft(pub InquiryForm);

impl SealedContent for CallDraft {
    const PLACE: Place = Place::CALL_DRAFT;
}

impl CallDraft {
    /// Nothing was written down yet; what the page itself fills in does not count.
    pub fn is_blank(&self) -> bool {
        let InquiryForm { who_for, name, phone, email, message, .. } = &self.0;
        [who_for, name, phone, email, message].iter().all(|text| text.trim().is_empty())
    }

    /// What to call it in the list of drafts.
    pub fn title(&self) -> &str {
        let name = self.0.name.trim();
        if name.is_empty() { "No name yet" } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_fills_in_is_no_draft() {
        let mut draft = CallDraft(InquiryForm { language: "en".into(), submission_key: "k".into(), ..InquiryForm::default() });
        assert!(draft.is_blank());
        draft.0.phone = "831".into();
        assert!(!draft.is_blank());
        assert_eq!(draft.title(), "No name yet");
    }
}
