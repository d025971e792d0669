//! The rules at work: which hold for a person and a program, what they add up to, and which reasons are shown.

use std::collections::BTreeMap;

use crate::config::{RoutingRules, Rule};
use crate::programs::Program;
use crate::values::{HowSoon, Language, Modality, Payer, ProgramId, ProgramInterest};

/// The coded answers the rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person<'a> {
    /// What was asked for.
    pub program: ProgramInterest,
    /// How soon.
    pub how_soon: Option<HowSoon>,
    /// Where the person is now.
    pub state: Option<&'a str>,
    /// Language of the page the person used.
    pub language: Language,
    /// Coded answers of the pre-screen, by question; where nothing was opened, none.
    pub answers: Option<&'a BTreeMap<String, String>>,
}

impl Person<'_> {
    fn answer(&self, question: &str) -> Option<&str> {
        self.answers?.get(question).map(String::as_str)
    }

    fn payer(&self) -> Option<Payer> {
        self.answer("payer")?.parse().ok()
    }
}

/// A program that may be suggested.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Program")]
pub struct Candidate {
    /// `None`: a kind that stands for itself, because no program is entered yet.
    pub program: Option<ProgramId>,
    pub name: String,
    pub modality: Modality,
    /// Open places, where they are known.
    pub open: Option<i64>,
    pub state: String,
    pub licensed_states: Vec<String>,
    pub languages: Vec<Language>,
    pub payers: Vec<Payer>,
}

impl Candidate {
    /// A program with its open places.
    pub fn of(program: &Program, open: i64) -> Self {
        Self {
            program: Some(program.id),
            name: program.label(),
            modality: program.modality,
            open: Some(open),
            state: program.location.state.clone(),
            licensed_states: program.licensed_states.clone(),
            languages: program.languages.clone(),
            payers: program.payers.clone(),
        }
    }

    /// A kind that stands for itself.
    pub fn any(modality: Modality) -> Self {
        Self {
            program: None,
            name: String::new(),
            modality,
            open: None,
            state: String::new(),
            licensed_states: Vec::new(),
            languages: Vec::new(),
            payers: Vec::new(),
        }
    }

    /// Whether telehealth is licensed where the person is; unknown where no program or no state is.
    fn licensed(&self, person: &Person<'_>) -> Option<bool> {
        let state = person.state?;
        let known = self.modality == Modality::Telehealth && self.program.is_some();
        known.then(|| self.licensed_states.iter().any(|licensed| licensed == state))
    }

    fn takes(&self, person: &Person<'_>) -> Option<bool> {
        let payer = person.payer()?;
        (!self.payers.is_empty()).then(|| self.payers.contains(&payer))
    }
}

/// A program, or a kind of it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Which one, if a program is entered.
    pub program: Option<ProgramId>,
    /// Its name and location; empty without a program.
    pub name: String,
    /// Which kind.
    pub modality: Modality,
    /// In plain words, at most four.
    pub reasons: Vec<String>,
    /// The rules that fired, in order.
    pub rules: Vec<String>,
}

impl Suggestion {
    /// The first reasons on one line.
    pub fn why(&self) -> String {
        self.reasons.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// Most reasons shown.
const MOST: usize = 4;

/// Suggests a program, or nothing where nothing was said that points anywhere.
pub fn suggest(person: &Person<'_>, candidates: &[Candidate], rules: &RoutingRules) -> Option<Suggestion> {
    let mut best: Option<(&Candidate, i32)> = None;
    for candidate in candidates {
        let fired = rules.rules.iter().filter(|rule| holds(rule, person, candidate));
        let (points, out) = fired.fold((0_i32, false), |(sum, out), rule| (sum.saturating_add(rule.points), out || rule.rules_out));
        let better = best.is_none_or(|(chosen, most)| (points, candidate.open) > (most, chosen.open));
        if !out && points >= rules.least && better {
            best = Some((candidate, points));
        }
    }
    let (chosen, _) = best?;
    let mut suggestion = Suggestion {
        program: chosen.program,
        name: chosen.name.clone(),
        modality: chosen.modality,
        reasons: Vec::new(),
        rules: Vec::new(),
    };
    for rule in &rules.rules {
        if holds(rule, person, chosen) || rules_out_asked(rule, person, candidates, chosen) {
            suggestion.rules.push(rule.code.clone());
            let reason = words(rule, person, chosen);
            if !reason.is_empty() && !suggestion.reasons.contains(&reason) {
                suggestion.reasons.push(reason);
            }
        }
    }
    // What speaks last stays: whether a place is open is the first thing asked.
    if suggestion.reasons.len() > MOST
        && let Some(last) = suggestion.reasons.pop()
    {
        suggestion.reasons.truncate(MOST - 1);
        suggestion.reasons.push(last);
    }
    Some(suggestion)
}

/// Whether a rule takes off every program of the kind that was asked for: then its reason belongs to the suggestion.
fn rules_out_asked(rule: &Rule, person: &Person<'_>, candidates: &[Candidate], chosen: &Candidate) -> bool {
    let asked = |candidate: &&Candidate| candidate.modality.code() == person.program.code();
    rule.rules_out
        && chosen.modality.code() != person.program.code()
        && candidates.iter().any(|candidate| asked(&candidate))
        && candidates.iter().filter(asked).all(|candidate| holds(rule, person, candidate))
}

/// Whether everything a rule names is so. An unknown fact is neither true nor false.
fn holds(rule: &Rule, person: &Person<'_>, candidate: &Candidate) -> bool {
    fn among<T: PartialEq>(list: &[T], value: Option<&T>) -> bool {
        list.is_empty() || value.is_some_and(|value| list.contains(value))
    }
    let is = |wanted: Option<bool>, fact: Option<bool>| wanted.is_none_or(|wanted| fact == Some(wanted));
    let answered = |(question, options): (&String, &Vec<String>)| {
        person.answer(question).is_some_and(|answer| options.iter().any(|option| option == answer))
    };
    let has_program = candidate.program.is_some();
    among(&rule.asked, Some(&person.program))
        && among(&rule.how_soon, person.how_soon.as_ref())
        && among(&rule.language, Some(&person.language))
        && among(&rule.kind, Some(&candidate.modality))
        && is(rule.state_known, Some(person.state.is_some()))
        && is(rule.licensed, candidate.licensed(person))
        && is(rule.places, candidate.open.map(|open| open > 0))
        && is(rule.same_state, person.state.filter(|_| has_program).map(|state| state == candidate.state))
        && is(rule.speaks, has_program.then(|| candidate.languages.contains(&person.language)))
        && is(rule.payer, candidate.takes(person))
        && rule.answers.iter().all(answered)
}

fn words(rule: &Rule, person: &Person<'_>, candidate: &Candidate) -> String {
    let places = match candidate.open.unwrap_or(0) {
        1 => "1 place open".to_owned(),
        open => format!("{open} places open"),
    };
    rule.reason.replace("{state}", person.state.unwrap_or("?")).replace("{places}", &places)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;

    fn rules() -> RoutingRules {
        Config::for_tests(std::path::Path::new("/tmp")).rules
    }

    fn candidates() -> Vec<Candidate> {
        let with = |modality, open, licensed: &[&str]| Candidate {
            program: Some(ProgramId::new()),
            name: Modality::code(modality).to_owned(),
            open: Some(open),
            state: "CA".to_owned(),
            licensed_states: licensed.iter().map(|state| (*state).to_owned()).collect(),
            languages: vec![Language::English],
            payers: vec![Payer::Medicaid],
            ..Candidate::any(modality)
        };
        vec![with(Modality::Inpatient, 3, &[]), with(Modality::Outpatient, 0, &[]), with(Modality::Telehealth, 1, &["CA"])]
    }

    fn said(answers: &[(&str, &str)]) -> BTreeMap<String, String> {
        answers.iter().map(|(question, answer)| ((*question).to_owned(), (*answer).to_owned())).collect()
    }

    fn why(program: ProgramInterest, how_soon: Option<HowSoon>, state: Option<&str>) -> Option<(Modality, String)> {
        let person = Person { program, how_soon, state, language: Language::English, answers: None };
        suggest(&person, &candidates(), &rules()).map(|suggestion| (suggestion.modality, suggestion.reasons.join(", ")))
    }

    #[test]
    fn reasons_name_answers_and_facts() {
        let expected = |modality, why: &str| Some((modality, why.to_owned()));
        assert_eq!(
            why(ProgramInterest::Inpatient, Some(HowSoon::Today), None),
            expected(Modality::Inpatient, "asked for inpatient, wants to start today, 3 places open")
        );
        assert_eq!(
            why(ProgramInterest::Telehealth, None, Some("CA")),
            expected(Modality::Telehealth, "asked for telehealth, licensed in CA, 1 place open")
        );
        assert_eq!(
            why(ProgramInterest::Telehealth, None, Some("NV")),
            expected(Modality::Outpatient, "asked for telehealth, telehealth is not licensed in NV, no place open, waitlist")
        );
    }

    #[test]
    fn nothing_said_suggests_nothing() {
        assert_eq!(why(ProgramInterest::NotSure, None, Some("CA")), None);
        assert_eq!(why(ProgramInterest::NotSure, Some(HowSoon::JustAsking), None), None);
        assert_eq!(why(ProgramInterest::NotSure, Some(HowSoon::ThisWeek), None), None, "no outpatient place is open");
    }

    #[test]
    fn withdrawal_facts_of_the_pre_screen_outweigh_what_was_asked_for() {
        let answers = said(&[("alcohol", "three_days"), ("payer", "medicaid")]);
        let person = Person {
            program: ProgramInterest::Outpatient,
            how_soon: None,
            state: Some("CA"),
            language: Language::English,
            answers: Some(&answers),
        };
        let suggestion = suggest(&person, &candidates(), &rules()).unwrap();
        assert_eq!(suggestion.modality, Modality::Inpatient);
        assert_eq!(suggestion.reasons.first().unwrap(), "heavy drinking within 3 days: medical care while stopping");
        assert!(
            suggestion.rules.contains(&"payer_taken".to_owned()) && suggestion.rules.contains(&"alcohol_withdrawal".to_owned())
        );
    }

    proptest! {
        #[test]
        fn few_reasons_known_rules_and_telehealth_only_where_licensed(
            program in 0_usize..4, soon in 0_usize..4, state in 0_usize..3, alcohol in 0_usize..3, entered: bool,
        ) {
            let answers = said(&[("alcohol", ["three_days", "earlier", "unheard_of"][alcohol])]);
            let person = Person {
                program: ProgramInterest::ALL[program],
                how_soon: HowSoon::ALL.get(soon).copied(),
                state: [None, Some("CA"), Some("NV")][state],
                language: Language::Spanish,
                answers: Some(&answers),
            };
            let all: Vec<Candidate> =
                if entered { candidates() } else { Modality::ALL.iter().map(|kind| Candidate::any(*kind)).collect() };
            if let Some(suggestion) = suggest(&person, &all, &rules()) {
                prop_assert!((1..=MOST).contains(&suggestion.reasons.len()), "{:?}", suggestion);
                prop_assert!(suggestion.rules.iter().all(|code| rules().rules.iter().any(|rule| rule.code == *code)));
                prop_assert!(!entered || suggestion.modality != Modality::Telehealth || person.state != Some("NV"));
                prop_assert_eq!(suggestion.program.is_some(), entered);
            }
        }
    }
}
