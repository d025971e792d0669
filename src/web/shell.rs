//! What stands around a page: [`Front`] around public pages, [`Gate`] around sign-in and set-up, [`Shell`] around staff pages.

mod first_hour;

mod places;

pub use places::OpenPlaces;

use crate::config::Facility;
use crate::values::Tally;
use crate::values::{Language, Texts};

pub use first_hour::{FirstHour, Step};

/// Around every public page: the center, its number, the other language. Holds nothing about the person.
#[derive(Debug, Clone)]
pub struct Front<'a> {
    /// The center.
    pub facility: &'a Facility,
    /// Where the same page stands in the other language, if it does.
    pub other_language: Option<String>,
    /// The websites whose pages show this one in a frame; `None` where it stands by itself.
    pub frame: Option<&'a [String]>,
}

impl<'a> Front<'a> {
    /// A page that exists in one language only, or whose address says nothing about it.
    pub const fn of(facility: &'a Facility) -> Self {
        Self { facility, other_language: None, frame: None }
    }

    /// An address of ours, as this page may lead there: what stands in a frame stays where frames are allowed.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", if self.frame.is_some() { "/embed" } else { "" })
    }

    /// Where the form stands in a language.
    pub fn form(&self, language: Language) -> String {
        if self.frame.is_some() { format!("/embed?language={language}") } else { format!("/{language}") }
    }

    /// The websites around the frame, for the script that tells them how tall it is.
    pub fn parents(&self) -> String {
        self.frame.unwrap_or_default().join(" ")
    }

    /// `tel:` link of the center.
    pub fn phone_href(&self) -> String {
        tel_href(&self.facility.phone)
    }
}

/// Around sign-in and set-up.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Full name of the center.
    pub name: String,
    /// Short name, for titles.
    pub short_name: String,
    /// The number people call.
    pub phone: String,
    /// Its `tel:` link.
    pub phone_href: String,
}

impl Gate {
    /// From the center's settings.
    pub fn of(facility: &Facility) -> Self {
        Self {
            name: facility.name.clone(),
            short_name: facility.short_name.clone(),
            phone: facility.phone.clone(),
            phone_href: tel_href(&facility.phone),
        }
    }

    /// The languages' texts; the gate's crisis strip is English.
    pub fn texts(&self) -> &'static Texts {
        Texts::of(Language::English)
    }
}

/// Which entry of the staff navigation is the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the entries")]
pub enum Section {
    Queue,
    Mine,
    Unclaimed,
    All,
    FollowUps,
    Quarantine,
    Handover,
    Search,
    Reports,
    Exports,
    Programs,
    Texts,
    People,
    Audit,
    Deliveries,
    Retention,
    Settings,
    Account,
    Help,
    /// None of them.
    Elsewhere,
}

/// Numbers beside the entries; `None` shows none.
#[derive(Debug, Clone, Copy, Default)]
#[expect(missing_docs, reason = "the names are the entries")]
pub struct Counts {
    pub queue: Option<Tally>,
    pub mine: Option<Tally>,
    pub unclaimed: Option<Tally>,
    pub follow_ups: Option<Tally>,
    pub quarantine: Option<Tally>,
}

/// Around every staff page. `staff::shell` fills it from a guard; pages add counts, places, banner and notice.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the navigation somebody sees or not")]
pub struct Shell {
    /// Short name of the center.
    pub short_name: String,
    /// Who is signed in.
    pub member_name: String,
    /// Which entry is current.
    pub section: Section,
    /// Sees leads, follow-ups, quarantine.
    pub works_leads: bool,
    /// Sees reports.
    pub sees_reports: bool,
    /// Keeps texts.
    pub manages_leads: bool,
    /// Sees programs.
    pub manages_programs: bool,
    /// Sees people.
    pub manages_people: bool,
    /// Sees audit log, deliveries, settings.
    pub administers: bool,
    /// Numbers beside the entries.
    pub counts: Counts,
    /// Open places per kind of program; empty shows nothing.
    pub places: Vec<OpenPlaces>,
    /// After how many minutes without activity the session ends; 0 says nothing.
    pub idle_minutes: u32,
    /// Something is wrong and a person must act: undelivered mail, an example phone number.
    pub banner: Option<String>,
    /// What was just done, said once.
    pub notice: Option<String>,
    /// What is left of the first hour, on the front page of administrators.
    pub first_hour: Option<FirstHour>,
}

impl Shell {
    /// The shell of somebody who sees nothing yet.
    pub fn new(short_name: &str, member_name: &str, section: Section) -> Self {
        Self {
            short_name: short_name.to_owned(),
            member_name: member_name.to_owned(),
            section,
            works_leads: false,
            sees_reports: false,
            manages_leads: false,
            manages_programs: false,
            manages_people: false,
            administers: false,
            counts: Counts::default(),
            places: Vec::new(),
            idle_minutes: 0,
            banner: None,
            notice: None,
            first_hour: None,
        }
    }

    /// First letters of the first and last name.
    pub fn initials(&self) -> String {
        initials(&self.member_name)
    }

    /// The part of the navigation about leads.
    pub fn lead_entries(&self) -> Vec<Entry> {
        if !self.works_leads {
            return Vec::new();
        }
        let counts = self.counts;
        vec![
            self.entry(Section::Queue, "/staff/leads", "list", "Queue", counts.queue),
            self.entry(Section::Mine, "/staff/leads?view=mine", "person", "Mine", counts.mine),
            self.entry(Section::Unclaimed, "/staff/leads?view=unclaimed", "hourglass", "Unclaimed", counts.unclaimed),
            self.entry(Section::FollowUps, "/staff/follow-ups", "calendar", "Follow-ups", counts.follow_ups),
            self.entry(Section::Handover, "/staff/handover", "note", "Hand-over", None),
            self.entry(Section::All, "/staff/leads?view=all", "search", "All leads", None),
            self.entry(Section::Quarantine, "/staff/quarantine", "shield", "Quarantine", counts.quarantine),
        ]
    }

    /// The part of the navigation about the center.
    pub fn center_entries(&self) -> Vec<Entry> {
        let reports = self.sees_reports.then(|| self.entry(Section::Reports, "/staff/reports", "chart", "Reports", None));
        let programs = self.manages_programs.then(|| self.entry(Section::Programs, "/staff/programs", "house", "Programs", None));
        let texts = self.manages_leads.then(|| self.entry(Section::Texts, "/staff/snippets", "chat", "Texts", None));
        let people = self.manages_people.then(|| self.entry(Section::People, "/staff/people", "people", "People", None));
        let exports = self.sees_reports.then(|| self.entry(Section::Exports, "/staff/exports", "download", "Exports", None));
        reports.into_iter().chain(exports).chain(programs).chain(texts).chain(people).chain(self.administration()).collect()
    }

    fn administration(&self) -> Vec<Entry> {
        if !self.administers {
            return Vec::new();
        }
        vec![
            self.entry(Section::Audit, "/staff/audit", "lock", "Audit log", None),
            self.entry(Section::Deliveries, "/staff/deliveries", "mail", "Deliveries", None),
            self.entry(Section::Retention, "/staff/retention", "clock", "Retention", None),
            self.entry(Section::Settings, "/staff/settings", "key", "Settings", None),
        ]
    }

    /// Whether the account page is the current one.
    pub fn at_account(&self) -> bool {
        self.section == Section::Account
    }

    fn entry(&self, section: Section, href: &'static str, symbol: &'static str, word: &'static str, count: Option<Tally>) -> Entry {
        Entry { href, symbol, word, count, current: self.section == section }
    }
}

/// One line of the navigation.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// Its symbol.
    pub symbol: &'static str,
    /// Its word.
    pub word: &'static str,
    /// A number beside it.
    pub count: Option<Tally>,
    /// It is where the person is.
    pub current: bool,
}

/// First letters of the first and last word of a name, in capitals.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// `tel:` link of a number as shown: digits only, with the country code of the United States where none is given.
pub fn tel_href(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match (phone.trim_start().starts_with('+'), digits.len()) {
        (true, _) => format!("tel:+{digits}"),
        (false, 10) => format!("tel:+1{digits}"),
        (false, 11) if digits.starts_with('1') => format!("tel:+{digits}"),
        (false, _) => format!("tel:{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Modality;

    #[test]
    fn a_number_becomes_a_link_that_dials() {
        assert_eq!(tel_href("(831) 555-0142"), "tel:+18315550142");
        assert_eq!(tel_href("+49 89 1234"), "tel:+49891234");
        assert_eq!(tel_href("988"), "tel:988");
    }

    #[test]
    fn initials_are_first_and_last() {
        assert_eq!(initials("Nadia Osei"), "NO");
        assert_eq!(initials("ana lucía de ferrer"), "AF");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn one_place_is_not_places() {
        let places = |modality, open| OpenPlaces { modality, open }.words();
        assert_eq!(places(Modality::Inpatient, 3), "3 beds");
        assert_eq!(places(Modality::Telehealth, 1), "1 place");
    }
}

#[cfg(test)]
mod layouts;
