//! The tables of the report, in the order of the page, with the definition of every figure.

use super::section::{Column, Look, Measure, Naming, Rows, Section, Unit};
use super::steps::{
    APART, AWAY, CHOICES, MAILS, SHOWS, STAFFED, STEPS, TRIES, WAITS, admitted, all, contact, contacted, days, ending, interest,
    not_contacted, open, response, step, told, upto, way,
};
use crate::values::Language;

const fn column(key: &'static str, label: &'static str, measure: Measure) -> Column {
    Column { key, label, measure }
}

const LEADS: Column = column("leads", "Inquiries", Measure::Count(all));
const CONTACTED: Column = column("contacted", "Spoken with", Measure::Count(contacted));
const ADMITTED: Column = column("admitted", "Admitted", Measure::Count(admitted));
const RATE: Column = column("rate", "Admitted, share", Measure::Share(admitted, all));
const BY: &[Column] = &[LEADS, CONTACTED, ADMITTED, RATE];

const fn section(
    id: &'static str,
    title: &'static str,
    definition: &'static str,
    (head, rows): (&'static str, Rows),
    columns: &'static [Column],
    look: Look,
) -> Section {
    Section { id, title, definition, head, rows, columns, look, apart: false }
}

/// Every table of the report.
pub static SECTIONS: &[Section] = &[
    section(
        "time",
        "Inquiries over time",
        "Each inquiry that opened a lead, by the day it was received in the facility's zone. Spoken with: a live conversation took place, whenever.",
        ("Day", Rows::Time),
        &[LEADS, CONTACTED, column("waiting", "Not yet spoken with", Measure::Count(not_contacted))],
        Look::Time,
    ),
    section(
        "funnel",
        "From asking to admission",
        "How far the people who asked in this period have come by now, whenever they got there. The share is of the step before.",
        ("Step", Rows::Steps(STEPS)),
        &[column("people", "People", Measure::Count(all))],
        Look::Funnel,
    ),
    section(
        "waits",
        "Speed to contact",
        "From received to the first live conversation. Leaving a message is an attempt, not a contact.",
        ("Time", Rows::Steps(WAITS)),
        &[column("people", "People", Measure::Count(all))],
        Look::Bars,
    ),
    section(
        "contact",
        "Speed to contact, in figures",
        "Received to first live conversation. Half were spoken with within the median, nine of ten within p90. Shares are of all inquiries, also those nobody has spoken with.",
        ("Received", Rows::Steps(STAFFED)),
        &[
            LEADS,
            column("median", "Median", Measure::Median(contact, Unit::Seconds)),
            column("p90", "p90", Measure::Ninth(contact, Unit::Seconds)),
            column("within_5", "Within 5 min", Measure::Share(|case| upto(case.fact.contact, 5), all)),
            column("within_15", "15 min", Measure::Share(|case| upto(case.fact.contact, 15), all)),
            column("within_60", "60 min", Measure::Share(|case| upto(case.fact.contact, 60), all)),
        ],
        Look::Plain,
    ),
    section(
        "response",
        "Lead response time",
        "Received to first contact attempt of any kind. Shares are of all inquiries, also those nobody has tried to reach.",
        ("Received", Rows::Steps(STAFFED)),
        &[
            LEADS,
            column("median", "Median", Measure::Median(response, Unit::Seconds)),
            column("p90", "p90", Measure::Ninth(response, Unit::Seconds)),
            column("within_5", "Within 5 min", Measure::Share(|case| upto(case.fact.response, 5), all)),
            column("within_15", "15 min", Measure::Share(|case| upto(case.fact.response, 15), all)),
            column("within_60", "60 min", Measure::Share(|case| upto(case.fact.response, 60), all)),
        ],
        Look::Plain,
    ),
    section(
        "hours",
        "By hour of the day",
        "The hour on the facility's clocks in which they asked, and how long they then waited.",
        ("Hour", Rows::Hours),
        &[
            LEADS,
            column("response", "Median response", Measure::Median(response, Unit::Seconds)),
            column("contact", "Median contact", Measure::Median(contact, Unit::Seconds)),
            column("within_15", "Within 15 min", Measure::Share(|case| upto(case.fact.contact, 15), all)),
        ],
        Look::Bars,
    ),
    section(
        "attempts",
        "Contact attempts",
        "Calls, texts and e-mails by staff. The multi-attempt rate is the share of people tried at least once who were tried twice or more.",
        ("Attempts", Rows::Steps(TRIES)),
        &[LEADS, CONTACTED, column("tried", "Attempts made", Measure::Sum(|case| Some(case.fact.attempts)))],
        Look::Bars,
    ),
    section(
        "interest",
        "By what they asked for",
        "The kind of program they chose on the form.",
        ("Asked for", Rows::Coded(interest, &[(0, "Inpatient"), (1, "Outpatient"), (2, "Telehealth"), (3, "Not sure")])),
        BY,
        Look::Bars,
    ),
    section(
        "program",
        "By program",
        "The program a person of the staff routed the lead to.",
        ("Program", Rows::Words(|case| case.fact.program, Naming::Program)),
        BY,
        Look::Bars,
    ),
    section(
        "channel",
        "By way in",
        "How the inquiry came to us.",
        ("Way", Rows::Coded(way, &[(0, "Website"), (1, "Framed form"), (2, "Phone"), (3, "Other system"), (4, "Import")])),
        BY,
        Look::Bars,
    ),
    section(
        "source",
        "By source",
        "What the link they followed said about where it stood (utm_source).",
        ("Source", Rows::Words(|case| case.fact.source, Naming::Address("No source given"))),
        BY,
        Look::Bars,
    ),
    section(
        "campaign",
        "By campaign",
        "What the link they followed said about its campaign (utm_campaign).",
        ("Campaign", Rows::Words(|case| case.fact.campaign, Naming::Address("No campaign given"))),
        BY,
        Look::Bars,
    ),
    section(
        "language",
        "By language",
        "The language of the page they used, or in which they were spoken with on the phone.",
        ("Language", Rows::Coded(|case| u32::from(case.fact.language == Language::Spanish), &[(0, "English"), (1, "Spanish")])),
        &[LEADS, CONTACTED, column("median", "Median contact", Measure::Median(contact, Unit::Seconds)), ADMITTED, RATE],
        Look::Bars,
    ),
    section(
        "coordinator",
        "Workload by coordinator",
        "Who holds the lead now or, if nobody does, who last tried to reach the person or closed it. In the order of names: workload, not a ranking.",
        ("Coordinator", Rows::Words(|case| case.fact.worker, Naming::Member)),
        &[
            LEADS,
            column("open", "Open now", Measure::Count(open)),
            column("tried", "Attempts made", Measure::Sum(|case| Some(case.fact.attempts))),
            CONTACTED,
        ],
        Look::Plain,
    ),
    section(
        "outcomes",
        "Outcomes and reasons",
        "Where the leads of this period stand now, and why they closed.",
        ("Outcome", Rows::Coded(ending, &[])),
        &[LEADS],
        Look::Bars,
    ),
    section(
        "away",
        "Declined and referred, and what then",
        "Leads that ever closed as declined or referred out: how many were reopened, wrote again, and were admitted in the end.",
        ("", Rows::Steps(AWAY)),
        &[
            LEADS,
            column("reopened", "Reopened", Measure::Count(|case| case.fact.reopened)),
            column("again", "Wrote again", Measure::Count(|case| case.fact.wrote_again)),
            ADMITTED,
        ],
        Look::Plain,
    ),
    section(
        "shows",
        "No-shows",
        "Leads with an admission day. No-show: the day has passed and the person was not admitted.",
        ("", Rows::Steps(SHOWS)),
        &[LEADS],
        Look::Bars,
    ),
    section(
        "stay",
        "First contact to admission",
        "Days from the first live conversation to the day of admission, of those admitted.",
        ("", Rows::Steps(&[step("all", "Admitted", admitted)])),
        &[
            LEADS,
            column("median", "Median", Measure::Median(days, Unit::Days)),
            column("p90", "p90", Measure::Ninth(days, Unit::Days)),
        ],
        Look::Plain,
    ),
    section(
        "choices",
        "Suggestion and choice",
        "What the written rules suggested when a person last chose the program.",
        ("", Rows::Steps(CHOICES)),
        &[LEADS],
        Look::Bars,
    ),
    section(
        "mails",
        "Notifications",
        "Mails to staff about new inquiries. Told: a mail server took the first of them; what it then did with it is not known. Calls taken by staff send none.",
        ("", Rows::Steps(MAILS)),
        &[
            LEADS,
            column("median", "Median", Measure::Median(told, Unit::Seconds)),
            column("p90", "p90", Measure::Ninth(told, Unit::Seconds)),
        ],
        Look::Plain,
    ),
    Section {
        apart: true,
        ..section(
            "apart",
            "Counted apart",
            "Left out of every other figure: the same person again, what was no request for help, and what waits in quarantine.",
            ("", Rows::Steps(APART)),
            &[LEADS],
            Look::Plain,
        )
    },
];

/// The section of this name.
pub fn find(id: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.id == id)
}
