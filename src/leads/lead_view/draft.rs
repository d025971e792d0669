//! What was typed into one of the page's forms and not taken: shown again, with the words beside its field.

use std::collections::HashMap;

use crate::leads::acting::Refusal;

/// A form that comes back. Empty on a fresh page.
#[derive(Clone, Default)]
pub struct Draft {
    /// Which verb's form.
    pub verb: &'static str,
    /// What was typed, by field.
    pub values: HashMap<&'static str, String>,
    /// Why it was not taken.
    pub refusal: Option<Refusal>,
}

impl Draft {
    /// What was typed into a field of a verb's form.
    pub fn value(&self, verb: &str, field: &str) -> &str {
        if verb == self.verb { self.values.get(field).map_or("", String::as_str) } else { "" }
    }

    /// Whether a choice of a verb's form was chosen.
    pub fn chose(&self, verb: &str, field: &str, code: &str) -> bool {
        !code.is_empty() && self.value(verb, field) == code
    }

    /// The words beside a field of a verb's form.
    pub fn error(&self, verb: &str, field: &str) -> Option<&str> {
        self.refusal.as_ref().filter(|refusal| verb == self.verb && refusal.field == field).map(|refusal| refusal.words.as_str())
    }

    /// The words of a refusal that belongs to no field of a form.
    pub fn general_error(&self) -> Option<&str> {
        self.refusal.as_ref().filter(|refusal| refusal.field == "version").map(|refusal| refusal.words.as_str())
    }

    /// Where the words of a refusal stand on the page.
    pub fn place(&self) -> String {
        let field = self.refusal.as_ref().map_or("", |refusal| refusal.field);
        let id = match (self.verb, field) {
            ("contact-attempts", "due_at") => "next_at",
            ("merge", "survivor") => "with",
            ("do-not-contact/end", "body") => "allow_body",
            ("do-not-contact", "body") => "stop_body",
            ("follow-ups", "body") => "follow_body",
            ("owner", "body") => "owner_body",
            ("pause", "body") => "pause_body",
            ("benefits", "note") => "benefits_note",
            ("review", "note") => "review_note",
            ("review", "reason") => "review_reason",
            _ => field,
        };
        format!("#{id}-error")
    }

    /// What was written by hand, each with the name of its field. Shown where its form is not offered any more.
    pub fn written(&self) -> Vec<(&'static str, &str)> {
        let fields = [
            ("note", "What was said"),
            ("body", "What it was about"),
            ("override_reason", "Why all the same"),
            ("next_door", "Where else they were pointed to"),
            ("referred_to", "To whom"),
            ("due_at", "When"),
            ("expected_admission_on", "Day of admission"),
        ];
        let typed = fields.into_iter().filter_map(|(field, label)| Some((label, self.values.get(field)?.as_str())));
        typed.filter(|(_, text)| !text.trim().is_empty()).collect()
    }

    /// Whether a verb's form came back: it stands open then.
    pub fn is(&self, verb: &str) -> bool {
        self.verb == verb
    }
}
