//! What a form said that came after its session had ended, as lines a person can read: what was chosen and what was written.

use super::form::VerbForm;
use crate::leads::assessment::Status;
use crate::leads::note_drafts::rescue::Unsent;
use crate::leads::reasons::{DeclinedReason, Disposition, InvalidReason, LostReason};
use crate::leads::stage::{Outcome, Stage};
use crate::values::RedFlag;

impl VerbForm {
    /// Choices first, then the words. A day or a channel that a form proposes by itself counts only beside what it belongs to.
    pub fn unsent(&self) -> Unsent {
        let chosen = [
            ("Next step", self.next_step()),
            ("It came to", self.came_to()),
            ("Next contact", day_and_time(self.due_at.as_ref())),
            ("How it ended", worded(self.outcome.as_ref(), Outcome::label)),
            ("Clinical review", worded(self.decision.as_ref(), Status::label)),
            ("Reason", self.coded_reason()),
            ("Day of admission", self.day_of_admission()),
            ("Comes back on", filled(self.resume_on.as_ref())),
            ("Benefits check", worded(self.benefits.as_ref(), Status::label)),
            ("Verified until", filled(self.valid_until.as_ref())),
            ("Red flag", worded(self.flag.as_ref(), RedFlag::label)),
        ];
        let written = [
            ("", filled(self.body.as_ref())),
            ("", filled(self.note.as_ref())),
            ("Why all the same", filled(self.override_reason.as_ref())),
            ("Pointed to", filled(self.next_door.as_ref())),
            ("Referred to", filled(self.referred_to.as_ref())),
        ];
        let all = chosen.into_iter().chain(written).filter_map(|(label, text)| Some((label, text?)));
        let lines = all.map(|(label, text)| if label.is_empty() { text } else { format!("{label}: {text}") });
        Unsent {
            text: lines.collect::<Vec<_>>().join("\n"),
            program: self.program.as_ref().and_then(|id| id.trim().parse().ok()),
            person: self.person.as_ref().and_then(|id| id.trim().parse().ok()),
        }
    }

    fn next_step(&self) -> Option<String> {
        worded(self.to.as_ref(), Stage::label)
    }

    fn came_to(&self) -> Option<String> {
        let quick = self.quick.as_deref().and_then(|both| both.split_once(':'));
        let (channel, code) = match quick {
            Some((channel, code)) => (Some(channel), code),
            None => (self.channel.as_deref(), self.disposition.as_deref()?),
        };
        let words = code.parse().map(Disposition::label).ok()?;
        Some(channel.filter(|channel| *channel != "call").map_or_else(|| words.to_owned(), |way| format!("{words} ({way})")))
    }

    fn coded_reason(&self) -> Option<String> {
        let code = self.reason.as_ref();
        worded(code, LostReason::label)
            .or_else(|| worded(code, DeclinedReason::label))
            .or_else(|| worded(code, InvalidReason::label))
    }

    fn day_of_admission(&self) -> Option<String> {
        let admitted = filled(self.admitted_on.as_ref()).filter(|_| self.outcome.as_deref() == Some(Outcome::Admitted.code()));
        admitted.or_else(|| filled(self.expected_admission_on.as_ref()))
    }
}

fn filled(raw: Option<&String>) -> Option<String> {
    raw.filter(|text| !text.trim().is_empty()).cloned()
}

fn day_and_time(raw: Option<&String>) -> Option<String> {
    filled(raw).map(|at| at.replacen('T', " ", 1))
}

fn worded<T: std::str::FromStr>(raw: Option<&String>, label: impl Fn(T) -> &'static str) -> Option<String> {
    raw.and_then(|code| code.trim().parse().ok()).map(|code| label(code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(fields: &[(&str, &str)]) -> String {
        let sent = serde_html_form::to_string(fields).unwrap();
        serde_html_form::from_str::<VerbForm>(&sent).unwrap().unsent().text
    }

    #[test]
    fn choices_stand_before_the_words() {
        let closing =
            [("outcome", "declined"), ("reason", "no_capacity"), ("next_door", "County line"), ("admitted_on", "2026-11-24")];
        assert_eq!(text(&closing), "How it ended: Declined\nReason: No capacity\nPointed to: County line");
        let admitted = [("outcome", "admitted"), ("reason", ""), ("admitted_on", "2026-11-24")];
        assert_eq!(text(&admitted), "How it ended: Admitted\nDay of admission: 2026-11-24");
        let attempt = [("note", "At work"), ("channel", "text"), ("disposition", "text_sent"), ("due_at", "2026-11-24T10:30")];
        assert_eq!(text(&attempt), "It came to: Text sent (text)\nNext contact: 2026-11-24 10:30\nAt work");
    }

    #[test]
    fn what_a_form_proposes_by_itself_is_no_choice() {
        assert_eq!(text(&[("note", ""), ("channel", "call"), ("disposition", ""), ("due_at", "")]), "");
        assert_eq!(text(&[("note", ""), ("channel", "call"), ("quick", "call:no_answer")]), "It came to: No answer");
        assert_eq!(text(&[("outcome", ""), ("admitted_on", "2026-11-24"), ("person", "")]), "");
    }
}
