//! Where a lead is and why it closed: two columns, two closed lists, and the steps between them.

use crate::coded_choice;

coded_choice! {
    /// Ordered stages of an open lead; a closed one keeps its last.
    Stage {
        New = "new",
        AttemptingContact = "attempting_contact",
        Contacted = "contacted",
        Assessment = "assessment",
        Waitlisted = "waitlisted",
        Scheduled = "scheduled",
    }
}

coded_choice! {
    /// Why a lead closed.
    Outcome {
        Admitted = "admitted",
        Lost = "lost",
        Declined = "declined",
        ReferredOut = "referred_out",
        Duplicate = "duplicate",
        Invalid = "invalid",
    }
}

coded_choice! {
    /// Beside the stages: out of the queue for now.
    Hold { Quarantined = "quarantined", Paused = "paused" }
}

impl Stage {
    /// The word on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::AttemptingContact => "Contacting",
            Self::Contacted => "In conversation",
            Self::Assessment => "Assessment",
            Self::Waitlisted => "Waitlist",
            Self::Scheduled => "Admission set",
        }
    }

    /// Stages a person may choose from here. The first two steps follow from contact attempts alone.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::New | Self::AttemptingContact => &[],
            Self::Contacted => &[Self::Assessment],
            Self::Assessment => &[Self::Waitlisted, Self::Scheduled],
            Self::Waitlisted => &[Self::Scheduled],
            Self::Scheduled => &[Self::Waitlisted],
        }
    }

    /// Where a contact attempt leads: the first leaves `new`, the first conversation reaches `contacted`; later ones stay.
    #[must_use]
    pub const fn after_attempt(self, spoke: bool) -> Self {
        match self {
            Self::New | Self::AttemptingContact if spoke => Self::Contacted,
            Self::New => Self::AttemptingContact,
            Self::AttemptingContact | Self::Contacted | Self::Assessment | Self::Waitlisted | Self::Scheduled => self,
        }
    }
}

impl Outcome {
    /// The word on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Admitted => "Admitted",
            Self::Lost => "Lost",
            Self::Declined => "Declined",
            Self::ReferredOut => "Referred out",
            Self::Duplicate => "Duplicate",
            Self::Invalid => "Invalid",
        }
    }

    /// Whether a manager may reopen it. What was closed as spam by mistake is a person who waits.
    pub const fn can_reopen(self) -> bool {
        match self {
            Self::Lost | Self::Declined | Self::ReferredOut | Self::Invalid => true,
            Self::Admitted | Self::Duplicate => false,
        }
    }
}

impl Hold {
    /// The word on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Quarantined => "Quarantined",
            Self::Paused => "Paused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_conversation_reaches_contacted() {
        assert_eq!(Stage::New.after_attempt(false), Stage::AttemptingContact);
        assert_eq!(Stage::AttemptingContact.after_attempt(false), Stage::AttemptingContact);
        assert_eq!(Stage::New.after_attempt(true), Stage::Contacted);
        assert_eq!(Stage::Assessment.after_attempt(true), Stage::Assessment);
    }

    proptest! {
        #[test]
        fn no_walk_skips_the_conversation_or_goes_back_before_it(steps in proptest::collection::vec((0..4usize, any::<bool>()), 1..40)) {
            let mut stage = Stage::New;
            let mut spoke_once = false;
            for (choice, spoke) in steps {
                let before = stage;
                if let Some(to) = stage.next().get(choice) {
                    stage = *to;
                } else {
                    stage = stage.after_attempt(spoke);
                    spoke_once |= spoke;
                }
                prop_assert!(stage < Stage::Contacted || spoke_once);
                prop_assert!(stage >= before || (before, stage) == (Stage::Scheduled, Stage::Waitlisted));
            }
        }
    }
}
