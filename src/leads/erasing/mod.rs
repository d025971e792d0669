//! Erasing one person's record, by schedule or on request. What was sealed becomes blank; drafts, promises, answers and flags go; codes
//! and times stay, so that every figure still holds. A row of `erasures` says which, when, by whom and why.
//!
//! A record is a lead with everything that was merged into it: it goes as one, or stays as one.

mod erase;
pub mod store;

pub use erase::{Erased, Erasing, erase};

use crate::coded_choice;
use crate::leads::stage::Outcome;

coded_choice! {
    /// Why a record was erased.
    Reason {
        /// The person asked for it.
        PersonAsked = "person_asked",
        /// A court or an authority ordered it.
        CourtOrder = "court_order",
        /// It should never have been taken.
        TakenInError = "taken_in_error",
        /// Its time was over.
        Schedule = "schedule",
    }
}

impl Reason {
    /// As pages name it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PersonAsked => "The person asked for it",
            Self::CourtOrder => "A court or an authority ordered it",
            Self::TakenInError => "It was taken in error",
            Self::Schedule => "Its time was over",
        }
    }

    /// Reasons a person may give.
    pub const BY_HAND: [Self; 3] = [Self::PersonAsked, Self::CourtOrder, Self::TakenInError];
}

coded_choice! {
    /// How a lead is kept.
    LeadClass {
        Admitted = "admitted",
        Lost = "lost",
        Declined = "declined",
        ReferredOut = "referred_out",
        Invalid = "invalid",
        Spam = "spam",
        /// In quarantine: open, and no one released or closed it.
        Quarantined = "quarantined",
    }
}

impl LeadClass {
    /// Outcome of its leads; those in quarantine end as spam when they are erased.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Admitted => Outcome::Admitted,
            Self::Lost => Outcome::Lost,
            Self::Declined => Outcome::Declined,
            Self::ReferredOut => Outcome::ReferredOut,
            Self::Invalid | Self::Spam | Self::Quarantined => Outcome::Invalid,
        }
    }

    /// The class that a row of `erasures` names: how the lead ended. Programs before this one know no other.
    #[must_use]
    pub const fn ended(self) -> Self {
        match self {
            Self::Quarantined => Self::Spam,
            Self::Admitted | Self::Lost | Self::Declined | Self::ReferredOut | Self::Invalid | Self::Spam => self,
        }
    }
}
