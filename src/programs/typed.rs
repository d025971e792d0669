//! Locations and programs as typed, and the checks before one is kept.

use super::{Location, Program};
use crate::config::{Holiday, StaffedHours};
use crate::values::{Language, LocationId, Modality, Payer, clean, is_longer, us_state};

/// Longest name taken, in characters.
const MAX_NAME: usize = 80;
/// Longest text of hours taken, in characters.
const MAX_HOURS: usize = 500;
/// Most holidays of one location.
const MAX_HOLIDAYS: usize = 100;
/// Most places a program may have.
const MAX_CAPACITY: i32 = 10_000;

/// A location as typed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct RawLocation {
    pub name: String,
    pub city: String,
    pub state: String,
    pub staffed_hours: String,
    pub holidays: String,
}

/// A program as typed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct RawProgram {
    pub location: String,
    pub name: String,
    pub modality: String,
    pub capacity: String,
    pub licensed_states: String,
    pub languages: Vec<String>,
    pub payers: Vec<String>,
}

impl From<&Location> for RawLocation {
    fn from(location: &Location) -> Self {
        Self {
            name: location.name.clone(),
            city: location.city.clone(),
            state: location.state.clone(),
            staffed_hours: location.staffed_hours.clone(),
            holidays: location.holidays.join(", "),
        }
    }
}

impl From<&Program> for RawProgram {
    fn from(program: &Program) -> Self {
        Self {
            location: program.location.id.to_string(),
            name: program.name.clone(),
            modality: program.modality.code().to_owned(),
            capacity: program.capacity.to_string(),
            licensed_states: program.licensed_states.join(", "),
            languages: program.languages.iter().map(|language| language.code().to_owned()).collect(),
            payers: program.payers.iter().map(|payer| payer.code().to_owned()).collect(),
        }
    }
}

impl RawProgram {
    /// Whether a language is ticked.
    pub fn works_in(&self, code: &str) -> bool {
        self.languages.iter().any(|one| one == code)
    }

    /// Whether a payer is ticked.
    pub fn takes(&self, code: &str) -> bool {
        self.payers.iter().any(|one| one == code)
    }
}

/// A location ready to be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Location")]
pub struct NewLocation {
    pub name: String,
    pub city: String,
    pub state: String,
    pub staffed_hours: String,
    pub holidays: Vec<String>,
}

/// A program ready to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Program")]
pub struct NewProgram {
    pub location: LocationId,
    pub name: String,
    pub modality: Modality,
    pub capacity: i32,
    pub licensed_states: Vec<String>,
    pub languages: Vec<Language>,
    pub payers: Vec<Payer>,
}

/// What is wrong with a location, beside each field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct LocationErrors {
    pub name: Option<&'static str>,
    pub city: Option<&'static str>,
    pub state: Option<&'static str>,
    pub staffed_hours: Option<&'static str>,
    pub holidays: Option<&'static str>,
}

/// What is wrong with a program, beside each field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct ProgramErrors {
    pub location: Option<&'static str>,
    pub name: Option<&'static str>,
    pub modality: Option<&'static str>,
    pub capacity: Option<&'static str>,
    pub licensed_states: Option<&'static str>,
}

/// Checks a typed location; every error at once.
pub fn parse_location(raw: &RawLocation) -> Result<NewLocation, LocationErrors> {
    let mut errors = LocationErrors::default();
    let name = keep(name(&raw.name), &mut errors.name);
    let city = keep(line(&raw.city), &mut errors.city);
    let state = keep(us_state(&raw.state).map(str::to_owned).ok_or("Choose the state"), &mut errors.state);
    let hours = keep(hours(&raw.staffed_hours), &mut errors.staffed_hours);
    let holidays = keep(holidays(&raw.holidays), &mut errors.holidays);
    match (name, city, state, hours, holidays) {
        (Some(name), Some(city), Some(state), Some(staffed_hours), Some(holidays)) => {
            Ok(NewLocation { name, city, state, staffed_hours, holidays })
        }
        _some_wrong => Err(errors),
    }
}

/// Checks a typed program; every error at once.
pub fn parse_program(raw: &RawProgram) -> Result<NewProgram, ProgramErrors> {
    let mut errors = ProgramErrors::default();
    let location = keep(raw.location.parse().map_err(|_id: uuid::Error| "Choose the location"), &mut errors.location);
    let name = keep(name(&raw.name), &mut errors.name);
    let modality: Option<Modality> =
        keep(raw.modality.parse().map_err(|_code: crate::values::UnknownCode| "Choose the kind of program"), &mut errors.modality);
    let capacity = keep(capacity(&raw.capacity), &mut errors.capacity);
    let states = keep(licensed(&raw.licensed_states, modality), &mut errors.licensed_states);
    match (location, name, modality, capacity, states) {
        (Some(location), Some(name), Some(modality), Some(capacity), Some(licensed_states)) => {
            let languages = raw.languages.iter().filter_map(|code| code.parse().ok()).collect();
            let payers = raw.payers.iter().filter_map(|code| code.parse().ok()).collect();
            Ok(NewProgram { location, name, modality, capacity, licensed_states, languages, payers })
        }
        _some_wrong => Err(errors),
    }
}

fn keep<T>(checked: Result<T, &'static str>, error: &mut Option<&'static str>) -> Option<T> {
    checked.map_err(|words| *error = Some(words)).ok()
}

fn line(raw: &str) -> Result<String, &'static str> {
    let text = clean(raw).map_err(|_control| "Take out the control characters")?.trim().to_owned();
    if text.contains('\n') {
        return Err("Write it on one line");
    }
    if is_longer(&text, MAX_NAME) { Err("Use 80 characters or fewer") } else { Ok(text) }
}

fn name(raw: &str) -> Result<String, &'static str> {
    let text = line(raw)?;
    if text.is_empty() { Err("Enter a name") } else { Ok(text) }
}

/// Checked as the center's own hours are; kept as typed.
fn hours(raw: &str) -> Result<String, &'static str> {
    let text = raw.trim();
    if is_longer(text, MAX_HOURS) {
        return Err("Use 500 characters or fewer");
    }
    if text.is_empty() || StaffedHours::parse(text).is_some() {
        Ok(text.to_owned())
    } else {
        Err("Write it like Mon-Fri 08:00-18:00")
    }
}

fn holidays(raw: &str) -> Result<Vec<String>, &'static str> {
    let days = raw.split([',', ';', ' ', '\n', '\r', '\t']).filter(|day| !day.is_empty());
    let read: Option<Vec<String>> = days.map(|day| Holiday::parse(day).map(|_| day.to_owned())).collect();
    let days = read.ok_or("Write days like 2026-11-26, or 12-25 for every year")?;
    if days.len() > MAX_HOLIDAYS { Err("Write at most 100 days") } else { Ok(days) }
}

pub(super) fn capacity(raw: &str) -> Result<i32, &'static str> {
    let number = raw.trim().parse().ok().filter(|number| (0..=MAX_CAPACITY).contains(number));
    number.ok_or("Enter the number of places, such as 12")
}

fn licensed(raw: &str, modality: Option<Modality>) -> Result<Vec<String>, &'static str> {
    let codes = raw.split([',', ' ', ';', '\n', '\t', '\r']).filter(|code| !code.is_empty());
    let read: Option<Vec<String>> = codes.map(|code| us_state(code).map(str::to_owned)).collect();
    let mut states = read.ok_or("Use two-letter codes, such as CA, NV")?;
    states.sort_unstable();
    states.dedup();
    match modality {
        Some(Modality::Telehealth) if states.is_empty() => Err("Name the states where it is licensed, such as CA, NV"),
        Some(Modality::Inpatient | Modality::Outpatient) if !states.is_empty() => Err("Leave this empty: it is for telehealth"),
        Some(_) | None => Ok(states),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(modality: &str, capacity: &str, states: &str) -> RawProgram {
        RawProgram {
            location: LocationId::new().to_string(),
            name: " Evening group ".into(),
            modality: modality.into(),
            capacity: capacity.into(),
            licensed_states: states.into(),
            languages: vec!["en".into(), "es".into(), "xx".into()],
            payers: vec!["medicaid".into()],
        }
    }

    #[test]
    fn telehealth_says_where_it_is_licensed() {
        let program = parse_program(&raw("telehealth", "12", "nv, CA; ca")).unwrap();
        assert_eq!((program.name.as_str(), program.licensed_states.join(" ")), ("Evening group", "CA NV".to_owned()));
        assert!(parse_program(&raw("telehealth", "12", "")).unwrap_err().licensed_states.is_some());
        assert!(parse_program(&raw("inpatient", "12", "CA")).unwrap_err().licensed_states.is_some());
        assert!(parse_program(&raw("telehealth", "12", "Kalifornien")).unwrap_err().licensed_states.is_some());
    }

    #[test]
    fn every_error_is_said_at_once() {
        let errors = parse_program(&RawProgram::default()).unwrap_err();
        assert!(errors.location.is_some() && errors.name.is_some() && errors.modality.is_some() && errors.capacity.is_some());
        for capacity in ["-1", "x", "1.5", "10001"] {
            assert!(parse_program(&raw("inpatient", capacity, "")).is_err(), "{capacity}");
        }
        let odd =
            RawLocation { name: "a\nb".into(), staffed_hours: "always".into(), holidays: "Xmas".into(), ..RawLocation::default() };
        let errors = parse_location(&odd).unwrap_err();
        assert!(errors.staffed_hours.is_some() && errors.holidays.is_some());
        assert!(errors.name.is_some() && errors.city.is_none() && errors.state.is_some());
    }
}
