//! Which leads an export holds: the filters of the queue, and the days they were received on.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::leads::clocks::first_instant;
use crate::values::{Language, MemberId, ProgramId};

crate::coded_choice! {
    /// Open or closed.
    Standing {
        /// Every lead outside quarantine.
        All = "all",
        /// Not closed.
        Open = "open",
        /// Closed.
        Closed = "closed",
        /// Held back until a date.
        Paused = "paused",
    }
}

/// What was chosen, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct FilterForm {
    pub from: String,
    pub to: String,
    pub standing: String,
    pub stage: String,
    pub owner: String,
    pub program: String,
    pub language: String,
}

/// What was chosen: days are local to the facility and both included; `None` leaves nothing out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the filters")]
pub struct ExportFilter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub standing: Standing,
    pub stage: Option<String>,
    pub owner: Option<MemberId>,
    pub program: Option<ProgramId>,
    pub language: Option<Language>,
}

/// Stage codes a list can be narrowed to.
pub const STAGES: [(&str, &str); 6] = [
    ("new", "New"),
    ("attempting_contact", "Attempting contact"),
    ("contacted", "Contacted"),
    ("assessment", "Assessment"),
    ("waitlisted", "Waitlisted"),
    ("scheduled", "Scheduled"),
];

impl ExportFilter {
    /// Everything.
    pub const fn all() -> Self {
        Self { from: None, to: None, standing: Standing::All, stage: None, owner: None, program: None, language: None }
    }

    /// Reads what was typed; else the field that cannot be read, and why.
    pub fn read(form: &FilterForm) -> Result<Self, (&'static str, &'static str)> {
        let (from, to) = (day("from", &form.from)?, day("to", &form.to)?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(("to", "The last day is before the first."));
        }
        let stage = given(&form.stage).map(str::to_owned);
        if stage.as_ref().is_some_and(|stage| !STAGES.iter().any(|(code, _)| code == stage)) {
            return Err(("stage", "Choose a stage from the list."));
        }
        Ok(Self {
            from,
            to,
            standing: given(&form.standing).map_or(Ok(Standing::All), |_| choice("standing", &form.standing))?,
            stage,
            owner: given(&form.owner).map(|_| choice("owner", &form.owner)).transpose()?,
            program: given(&form.program).map(|_| choice("program", &form.program)).transpose()?,
            language: given(&form.language).map(|_| choice("language", &form.language)).transpose()?,
        })
    }

    /// Received from the first instant on, before the second.
    pub fn instants(&self, as_of: DateTime<Utc>, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        let begins = |day: NaiveDate| first_instant(day.and_time(NaiveTime::MIN), zone);
        let from = self.from.map_or(DateTime::<Utc>::UNIX_EPOCH, begins);
        let to = self.to.and_then(|day| day.succ_opt()).map_or(as_of, begins);
        (from, to.min(as_of))
    }

    /// The same, in words: codes and ids as they are.
    pub fn words(&self, names: impl Fn(&Self) -> Vec<String>) -> String {
        let days = match (self.from, self.to) {
            (Some(from), Some(to)) => format!("received {from} to {to}"),
            (Some(from), None) => format!("received from {from}"),
            (None, Some(to)) => format!("received to {to}"),
            (None, None) => "received at any time".to_owned(),
        };
        let standing = match self.standing {
            Standing::All => "all leads",
            Standing::Open => "open leads",
            Standing::Closed => "closed leads",
            Standing::Paused => "paused leads",
        };
        let stage = self
            .stage
            .as_ref()
            .and_then(|code| STAGES.iter().find(|(known, _)| known == code))
            .map(|(_, word)| format!("stage {word}"));
        let mut all = vec![standing.to_owned(), days];
        all.extend(stage);
        all.extend(names(self));
        all.join(", ")
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn day(field: &'static str, text: &str) -> Result<Option<NaiveDate>, (&'static str, &'static str)> {
    given(text).map(|text| text.parse().map_err(|_not_a_day| (field, "Write the day as 2026-11-23."))).transpose()
}

fn choice<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, (&'static str, &'static str)> {
    text.trim().parse().map_err(|_unknown| (field, "Choose from the list."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> FilterForm {
        serde_html_form::from_str(&serde_html_form::to_string(fields).unwrap()).unwrap()
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(ExportFilter::read(&FilterForm::default()), Ok(ExportFilter::all()));
        for (field, value) in
            [("from", "yesterday"), ("stage", "asleep"), ("language", "klingon"), ("program", "1"), ("standing", "x")]
        {
            assert_eq!(ExportFilter::read(&form(&[(field, value)])).unwrap_err().0, field);
        }
        assert_eq!(ExportFilter::read(&form(&[("from", "2026-02-02"), ("to", "2026-02-01")])).unwrap_err().0, "to");
    }

    #[test]
    fn days_are_the_facilitys_and_both_included() {
        let zone = chrono_tz::America::Los_Angeles;
        let filter = ExportFilter::read(&form(&[("from", "2026-03-08"), ("to", "2026-03-08")])).unwrap();
        let as_of = "2026-11-23T00:00:00Z".parse().unwrap();
        let (from, to) = filter.instants(as_of, zone);
        assert_eq!(from.to_rfc3339(), "2026-03-08T08:00:00+00:00");
        assert_eq!((to - from).num_hours(), 23, "the day the clocks go forward");
        assert_eq!(ExportFilter::all().instants(as_of, zone).1, as_of);
    }
}
