//! The items of the checklist, their states, and what is sealed with each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::coded_choice;
use crate::sealing::{Place, SealedContent};
use crate::values::FreeText;

coded_choice! {
    /// An item of the checklist.
    Item { PreScreen = "pre_screen", Benefits = "benefits", ClinicalReview = "clinical_review" }
}

coded_choice! {
    /// How far an item is. The first three belong to the pre-screen, the next six to the benefits check, the last two to the review.
    Status {
        Begun = "begun",
        Done = "done",
        Skipped = "skipped",
        Requested = "requested",
        InProgress = "in_progress",
        Verified = "verified",
        NotActive = "not_active",
        OutOfNetwork = "out_of_network",
        Unable = "unable",
        Accepted = "accepted",
        Declined = "declined",
    }
}

impl Item {
    /// As the checklist names it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PreScreen => "Pre-screen",
            Self::Benefits => "Benefits check",
            Self::ClinicalReview => "Clinical review",
        }
    }

    /// As the timeline says who moved it.
    pub const fn deed(self) -> &'static str {
        match self {
            Self::PreScreen => "worked on the pre-screen",
            Self::Benefits => "worked on the benefits check",
            Self::ClinicalReview => "gave a clinical review",
        }
    }
}

impl Status {
    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Begun => "Begun",
            Self::Done => "Done",
            Self::Skipped => "Skipped",
            Self::Requested => "Requested",
            Self::InProgress => "In progress",
            Self::Verified => "Verified",
            Self::NotActive => "Not active",
            Self::OutOfNetwork => "Out of network",
            Self::Unable => "Unable to verify",
            Self::Accepted => "Accepted",
            Self::Declined => "Declined",
        }
    }

    /// The words of a code; a code of an older list stands for itself.
    pub fn words_of(code: &str) -> String {
        code.parse::<Self>().map_or_else(|_| code.replace('_', " "), |status| status.label().to_lowercase())
    }

    /// States of the benefits check that may follow. A result may be checked anew or corrected.
    pub const fn benefits_after(before: Option<Self>) -> &'static [Self] {
        const RESULTS: &[Status] = &[Status::Verified, Status::NotActive, Status::OutOfNetwork, Status::Unable];
        const ALL: &[Status] =
            &[Status::Requested, Status::InProgress, Status::Verified, Status::NotActive, Status::OutOfNetwork, Status::Unable];
        const BEGUN: &[Status] = &[Status::InProgress, Status::Verified, Status::NotActive, Status::OutOfNetwork, Status::Unable];
        match before {
            Some(Self::Requested) => BEGUN,
            Some(Self::InProgress) => RESULTS,
            _ => ALL,
        }
    }
}

/// What was answered and typed. Sealed in `assessment_items.details`, bound to the item's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Answers by question: the code of an option, or words.
    pub answers: BTreeMap<String, FreeText>,
    /// Why the pre-screen was skipped, what the payer said, what the reviewer wrote.
    pub note: FreeText,
}

impl SealedContent for Details {
    const PLACE: Place = Place::ASSESSMENT_DETAILS;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_benefits_check_never_goes_back_to_requested_while_it_runs() {
        assert!(!Status::benefits_after(Some(Status::InProgress)).contains(&Status::Requested));
        assert!(!Status::benefits_after(Some(Status::Requested)).contains(&Status::Requested));
        for result in Status::benefits_after(Some(Status::InProgress)) {
            assert!(Status::benefits_after(Some(*result)).contains(&Status::Requested), "{result}: can be checked anew");
        }
        assert_eq!(Status::words_of("older_code"), "older code");
    }
}
