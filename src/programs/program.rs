//! Locations and programs, and the checks before one is added.

use crate::values::{LocationId, Modality, ProgramId, clean, us_state};

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

/// Longest name taken, in characters.
const MAX_NAME: usize = 80;
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
}

/// A location ready to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Location")]
pub struct NewLocation {
    pub name: String,
    pub city: String,
    pub state: String,
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
}

/// What is wrong with a location, beside each field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct LocationErrors {
    pub name: Option<&'static str>,
    pub city: Option<&'static str>,
    pub state: Option<&'static str>,
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
    match (name, city, state) {
        (Some(name), Some(city), Some(state)) => Ok(NewLocation { name, city, state }),
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
            Ok(NewProgram { location, name, modality, capacity, licensed_states })
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
    if text.chars().count() > MAX_NAME { Err("Use 80 characters or fewer") } else { Ok(text) }
}

fn name(raw: &str) -> Result<String, &'static str> {
    let text = line(raw)?;
    if text.is_empty() { Err("Enter a name") } else { Ok(text) }
}

fn capacity(raw: &str) -> Result<i32, &'static str> {
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
        let errors = parse_location(&RawLocation { name: "a\nb".into(), ..RawLocation::default() }).unwrap_err();
        assert!(errors.name.is_some() && errors.city.is_none() && errors.state.is_some());
    }
}
