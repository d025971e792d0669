//! What speaks for two leads being about one person.

use crate::values::LeadId;

/// Another lead, and what is the same about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// The other lead.
    pub lead: LeadId,
    /// The same phone number.
    pub phone: bool,
    /// The same e-mail address.
    pub email: bool,
    /// The same name; says something only together with the same state.
    pub name: bool,
}

impl Likeness {
    /// The evidence in words, the strongest first; empty if there is none.
    pub fn words(&self, same_state: bool) -> Vec<&'static str> {
        let all = [
            (self.phone, "Same phone number"),
            (self.email, "Same e-mail address"),
            (self.name && same_state, "Same name and state"),
            (self.name && !same_state && (self.phone || self.email), "Same name"),
        ];
        all.into_iter().filter_map(|(holds, words)| holds.then_some(words)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_no_evidence() {
        let likeness = |phone, email, name| Likeness { lead: LeadId::new(), phone, email, name };
        assert!(likeness(false, false, true).words(false).is_empty());
        assert_eq!(likeness(false, false, true).words(true), ["Same name and state"]);
        assert_eq!(likeness(true, true, true).words(false), ["Same phone number", "Same e-mail address", "Same name"]);
        assert_eq!(likeness(true, false, false).words(true), ["Same phone number"]);
    }
}
