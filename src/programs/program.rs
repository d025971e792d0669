//! Locations and programs.

use crate::config::{Holiday, StaffedHours};
use crate::values::{Language, LocationId, Modality, Payer, ProgramId};

/// Where programs are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Id.
    pub id: LocationId,
    /// Name, unique in any case.
    pub name: String,
    /// City; may be empty.
    pub city: String,
    /// Two-letter code.
    pub state: String,
    /// When it answers, as typed and checked; empty: as the center.
    pub staffed_hours: String,
    /// Days on which nobody is there, as typed and checked.
    pub holidays: Vec<String>,
}

impl Location {
    /// When it answers, if it says so itself.
    pub fn hours(&self) -> Option<StaffedHours> {
        let holidays = self.holidays.iter().filter_map(|day| Holiday::parse(day)).collect();
        StaffedHours::parse(&self.staffed_hours).map(|hours| StaffedHours { holidays, ..hours })
    }
}

/// What leads are routed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Id.
    pub id: ProgramId,
    /// Where.
    pub location: Location,
    /// Name, unique at its location.
    pub name: String,
    /// Kind.
    pub modality: Modality,
    /// Places.
    pub capacity: i32,
    /// Where telehealth is licensed, two-letter codes; empty for the other kinds.
    pub licensed_states: Vec<String>,
    /// Languages it works in.
    pub languages: Vec<Language>,
    /// Payers it takes; empty: not said.
    pub payers: Vec<Payer>,
    /// It takes leads.
    pub is_open: bool,
}

impl Program {
    /// Whether a person in `state` may be scheduled here. Telehealth needs a license there; an unknown state is not one.
    pub fn may_take_from(&self, state: Option<&str>) -> bool {
        match self.modality {
            Modality::Inpatient | Modality::Outpatient => true,
            Modality::Telehealth => state.is_some_and(|state| self.licensed_states.iter().any(|licensed| licensed == state)),
        }
    }

    /// As lists and timelines name it: `Residential, Watsonville House`.
    pub fn label(&self) -> String {
        format!("{}, {}", self.name, self.location.name)
    }
}
