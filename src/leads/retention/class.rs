//! Classes of records, and how long each is kept.

use chrono::{DateTime, Duration, Utc};

use crate::coded_choice;
use crate::config::Retention;
use crate::leads::erasing::LeadClass;

coded_choice! {
    /// A class of records.
    Class {
        Admitted = "admitted",
        Lost = "lost",
        Declined = "declined",
        ReferredOut = "referred_out",
        Invalid = "invalid",
        Spam = "spam",
        Quarantined = "quarantined",
        Mails = "mails",
        Drafts = "drafts",
    }
}

impl Class {
    /// As pages name it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Admitted => "Leads that ended as admitted",
            Self::Lost => "Leads that were lost",
            Self::Declined => "Leads that were declined",
            Self::ReferredOut => "Leads that were referred out",
            Self::Invalid => "Invalid leads: tests, vendors, wrong numbers",
            Self::Spam => "Spam, as closed by a person",
            Self::Quarantined => "Quarantine: suspected spam that no one released or closed, from the day it was received",
            Self::Mails => "Traces of mails",
            Self::Drafts => "Drafts nobody came back to",
        }
    }

    /// Its setting.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Admitted => "retention.admitted_days",
            Self::Lost => "retention.lost_days",
            Self::Declined => "retention.declined_days",
            Self::ReferredOut => "retention.referred_out_days",
            Self::Invalid => "retention.invalid_days",
            Self::Spam => "retention.spam_days",
            Self::Quarantined => "retention.quarantined_days",
            Self::Mails => "retention.mails_days",
            Self::Drafts => "retention.drafts_days",
        }
    }

    /// How many days it is kept; `None`: for good.
    pub const fn days(self, retention: &Retention) -> Option<u32> {
        let days = match self {
            Self::Admitted => retention.admitted_days,
            Self::Lost => retention.lost_days,
            Self::Declined => retention.declined_days,
            Self::ReferredOut => retention.referred_out_days,
            Self::Invalid => retention.invalid_days,
            Self::Spam => retention.spam_days,
            Self::Quarantined => retention.quarantined_days,
            Self::Mails => retention.mails_days,
            Self::Drafts => retention.drafts_days,
        };
        if days == 0 { None } else { Some(days) }
    }

    /// What ended (in quarantine: was received) by then is due at `now`; `None`: nothing ever is.
    pub fn cutoff(self, retention: &Retention, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.days(retention).and_then(|days| now.checked_sub_signed(Duration::days(days.into())))
    }

    /// The leads it is about; `None` for what is no lead.
    pub const fn of_leads(self) -> Option<LeadClass> {
        match self {
            Self::Admitted => Some(LeadClass::Admitted),
            Self::Lost => Some(LeadClass::Lost),
            Self::Declined => Some(LeadClass::Declined),
            Self::ReferredOut => Some(LeadClass::ReferredOut),
            Self::Invalid => Some(LeadClass::Invalid),
            Self::Spam => Some(LeadClass::Spam),
            Self::Quarantined => Some(LeadClass::Quarantined),
            Self::Mails | Self::Drafts => None,
        }
    }
}
