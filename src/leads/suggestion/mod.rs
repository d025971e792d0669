//! A suggested program with its reasons: pure rules, versioned in configuration, over coded answers and facts about the center.
//! Staff choose; it diagnoses nothing. Messages are never read for this, and no reason is a judgement.

mod rules;
pub mod store;

pub use rules::{Candidate, Person, Suggestion, suggest};

use std::collections::HashMap;

use crate::config::RoutingRules;
use crate::programs::{self, Program};
use crate::values::{Modality, ProgramId};

/// What the center has, read once for a whole list.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    /// The rules that suggest.
    pub rules: RoutingRules,
    /// Open programs.
    pub programs: Vec<Program>,
    /// The same with their open places.
    pub candidates: Vec<Candidate>,
}

impl Offers {
    /// From the open programs and their open places. Where no program is entered yet, each kind stands for itself.
    pub fn new(rules: &RoutingRules, programs: Vec<Program>, open: &HashMap<ProgramId, i64>) -> Self {
        let named = programs.iter().filter(|program| program.is_open);
        let mut candidates: Vec<Candidate> =
            named.map(|program| Candidate::of(program, open.get(&program.id).copied().unwrap_or(0))).collect();
        if candidates.is_empty() {
            candidates = Modality::ALL.iter().map(|kind| Candidate::any(*kind)).collect();
        }
        Self { rules: rules.clone(), programs, candidates }
    }

    /// Open programs by name, for choosing among them.
    pub fn names(&self) -> impl Iterator<Item = (ProgramId, &str)> {
        self.candidates.iter().filter_map(|candidate| Some((candidate.program?, candidate.name.as_str())))
    }

    /// Open places of a program.
    pub fn open(&self, program: ProgramId) -> Option<i64> {
        self.candidates.iter().find(|candidate| candidate.program == Some(program))?.open
    }

    /// The program suggested for a person.
    pub fn suggest(&self, person: &Person<'_>) -> Option<Suggestion> {
        suggest(person, &self.candidates, &self.rules)
    }
}

/// What the center has, read now: two statements.
pub async fn offers(conn: &mut crate::db::Connection, rules: &RoutingRules) -> diesel::QueryResult<Offers> {
    let programs = programs::store::open_programs(conn).await?;
    let open = programs::store::open_by_program(&programs, &programs::store::taken_by_program(conn).await?);
    Ok(Offers::new(rules, programs, &open))
}
