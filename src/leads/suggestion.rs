//! A suggested kind of program with its reasons, from coded answers and open places only. Staff choose; it diagnoses nothing.
//!
//! Messages are never read for this, and no reason is a judgement: each names an answer or a fact about the center.

use crate::programs::Program;
use crate::values::{HowSoon, Modality, ProgramId, ProgramInterest};

/// Names these rules; raise it when one changes, so that an old suggestion can be explained.
pub const VERSION: &str = "2026-11";

/// The coded answers the rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// What was asked for.
    pub program: ProgramInterest,
    /// How soon.
    pub how_soon: Option<HowSoon>,
    /// Where the person is now.
    pub state: Option<&'a str>,
}

/// What the center has, read once for a whole list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// Kinds with an open program, and how many places are open in each.
    pub places: Vec<(Modality, i64)>,
    /// States in which some open telehealth program is licensed.
    pub telehealth_states: Vec<String>,
    /// Open programs by name, for choosing among them.
    pub names: Vec<(ProgramId, String)>,
}

impl Offers {
    /// From the open programs and the open places per kind.
    pub fn new(programs: &[Program], places: Vec<(Modality, i64)>) -> Self {
        let telehealth = programs.iter().filter(|program| program.is_open && program.modality == Modality::Telehealth);
        let mut telehealth_states: Vec<String> = telehealth.flat_map(|program| program.licensed_states.iter().cloned()).collect();
        telehealth_states.sort_unstable();
        telehealth_states.dedup();
        let names = programs.iter().filter(|program| program.is_open).map(|program| (program.id, program.name.clone())).collect();
        Self { places, telehealth_states, names }
    }

    fn open(&self, modality: Modality) -> Option<i64> {
        self.places.iter().find(|(kind, _)| *kind == modality).map(|(_, open)| *open)
    }

    fn licensed(&self, state: Option<&str>) -> Option<bool> {
        state.map(|state| self.telehealth_states.iter().any(|licensed| licensed == state))
    }
}

/// A kind of program, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Which kind.
    pub modality: Modality,
    /// At most three, in plain words.
    pub reasons: Vec<String>,
}

impl Suggestion {
    /// The reasons on one line.
    pub fn why(&self) -> String {
        self.reasons.join(", ")
    }
}

/// Most reasons shown.
const MOST: usize = 3;

/// Suggests a kind of program, or nothing where nothing was said that points anywhere.
pub fn suggest(asked: &Asked<'_>, offers: &Offers) -> Option<Suggestion> {
    let mut reasons = Vec::with_capacity(4);
    let modality = match asked.program {
        ProgramInterest::Inpatient => asked_for(Modality::Inpatient, &mut reasons),
        ProgramInterest::Outpatient => asked_for(Modality::Outpatient, &mut reasons),
        ProgramInterest::Telehealth => telehealth(asked, offers, &mut reasons),
        ProgramInterest::NotSure => return unsure(asked, offers),
    };
    if let Some(HowSoon::Today) = asked.how_soon {
        reasons.push("wants to start today".to_owned());
    }
    reasons.extend(places(offers, modality));
    reasons.truncate(MOST);
    Some(Suggestion { modality, reasons })
}

fn asked_for(modality: Modality, reasons: &mut Vec<String>) -> Modality {
    reasons.push(format!("asked for {}", modality.code()));
    modality
}

/// Telehealth where it is licensed; else the nearest thing that can be offered, saying why.
fn telehealth(asked: &Asked<'_>, offers: &Offers, reasons: &mut Vec<String>) -> Modality {
    reasons.push("asked for telehealth".to_owned());
    match (offers.licensed(asked.state), asked.state) {
        (Some(false), Some(state)) => {
            reasons.push(format!("telehealth is not licensed in {state}"));
            Modality::Outpatient
        }
        (Some(true), Some(state)) => {
            reasons.push(format!("licensed in {state}"));
            Modality::Telehealth
        }
        (Some(_), None) | (None, _) => {
            reasons.push("state not said yet".to_owned());
            Modality::Telehealth
        }
    }
}

/// Not sure which: only how soon points anywhere, and only to a kind with places open.
fn unsure(asked: &Asked<'_>, offers: &Offers) -> Option<Suggestion> {
    let (modality, soon) = match asked.how_soon? {
        HowSoon::Today => (Modality::Inpatient, "wants to start today"),
        HowSoon::ThisWeek => (Modality::Outpatient, "wants to start this week"),
        HowSoon::JustAsking => return None,
    };
    if offers.open(modality)? <= 0 {
        return None;
    }
    let mut reasons = vec!["not sure which program".to_owned(), soon.to_owned()];
    reasons.extend(places(offers, modality));
    Some(Suggestion { modality, reasons })
}

fn places(offers: &Offers, modality: Modality) -> Option<String> {
    match offers.open(modality)? {
        0 => Some("no place open, waitlist".to_owned()),
        1 => Some("1 place open".to_owned()),
        open => Some(format!("{open} places open")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn offers() -> Offers {
        Offers {
            names: Vec::new(),
            places: vec![(Modality::Inpatient, 3), (Modality::Outpatient, 0), (Modality::Telehealth, 1)],
            telehealth_states: vec!["CA".into()],
        }
    }

    fn why(program: ProgramInterest, how_soon: Option<HowSoon>, state: Option<&str>) -> Option<(Modality, String)> {
        suggest(&Asked { program, how_soon, state }, &offers()).map(|suggestion| (suggestion.modality, suggestion.why()))
    }

    #[test]
    fn reasons_name_answers_and_facts() {
        let said = |modality, why: &str| Some((modality, why.to_owned()));
        assert_eq!(
            why(ProgramInterest::Inpatient, Some(HowSoon::Today), None),
            said(Modality::Inpatient, "asked for inpatient, wants to start today, 3 places open")
        );
        assert_eq!(
            why(ProgramInterest::Telehealth, None, Some("CA")),
            said(Modality::Telehealth, "asked for telehealth, licensed in CA, 1 place open")
        );
        assert_eq!(
            why(ProgramInterest::Telehealth, None, Some("NV")),
            said(Modality::Outpatient, "asked for telehealth, telehealth is not licensed in NV, no place open, waitlist")
        );
    }

    #[test]
    fn nothing_said_suggests_nothing() {
        assert_eq!(why(ProgramInterest::NotSure, None, Some("CA")), None);
        assert_eq!(why(ProgramInterest::NotSure, Some(HowSoon::JustAsking), None), None);
        assert_eq!(why(ProgramInterest::NotSure, Some(HowSoon::ThisWeek), None), None, "no outpatient place is open");
    }

    proptest! {
        #[test]
        fn at_most_three_reasons_and_telehealth_only_where_licensed(program in 0_usize..4, soon in 0_usize..4, state in 0_usize..3) {
            let asked = Asked {
                program: ProgramInterest::ALL[program],
                how_soon: HowSoon::ALL.get(soon).copied(),
                state: [None, Some("CA"), Some("NV")][state],
            };
            if let Some(suggestion) = suggest(&asked, &offers()) {
                prop_assert!((1..=3).contains(&suggestion.reasons.len()));
                prop_assert!(suggestion.modality != Modality::Telehealth || asked.state != Some("NV"));
            }
        }
    }
}
