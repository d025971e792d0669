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

    /// Whether a verb's form came back: it stands open then.
    pub fn is(&self, verb: &str) -> bool {
        self.verb == verb
    }
}
