//! Mails to staff about leads. Anybody may read them on a lock screen.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::store::Facts;
use crate::values::HowSoon;

/// One new inquiry.
#[derive(Debug, Clone)]
pub struct NewInquiryMail {
    /// Reference of the lead.
    pub reference: String,
    /// How soon help is wanted, in words.
    pub how_soon: Option<&'static str>,
    /// When first contact is due, in the center's zone.
    pub due: String,
    /// Address of the lead's page.
    pub url: String,
}

/// Many new inquiries at once.
#[derive(Debug, Clone)]
pub struct ManyInquiriesMail {
    /// How many.
    pub count: usize,
    /// Address of the queue.
    pub url: String,
}

/// Many inquiries whose time is over.
#[derive(Debug, Clone)]
pub struct ManyWaitingMail {
    /// How many.
    pub count: usize,
    /// Address of the queue.
    pub url: String,
}

/// Nobody took a lead in time.
#[derive(Debug, Clone)]
pub struct EscalationMail {
    /// Reference of the lead.
    pub reference: String,
    /// When first contact was due, in the center's zone.
    pub due: String,
    /// Address of the lead's page.
    pub url: String,
}

crate::mail_templates!(NewInquiryMail: "emails/new_inquiry/subject.txt", "emails/new_inquiry/body.txt", "emails/new_inquiry/body.html");
crate::mail_templates!(ManyInquiriesMail: "emails/many_inquiries/subject.txt", "emails/many_inquiries/body.txt", "emails/many_inquiries/body.html");
crate::mail_templates!(ManyWaitingMail: "emails/many_waiting/subject.txt", "emails/many_waiting/body.txt", "emails/many_waiting/body.html");
crate::mail_templates!(EscalationMail: "emails/escalation/subject.txt", "emails/escalation/body.txt", "emails/escalation/body.html");

impl NewInquiryMail {
    /// The mail about a lead.
    pub fn new(facts: &Facts, base_url: &str, zone: Tz, now: DateTime<Utc>) -> Self {
        Self {
            reference: facts.reference.to_string(),
            how_soon: facts.how_soon.map(words),
            due: due(facts.due_at, zone, now),
            url: lead_url(base_url, facts),
        }
    }

    /// For the preview.
    pub fn sample() -> Self {
        Self {
            reference: "EL-3D9Q71".to_owned(),
            how_soon: Some(words(HowSoon::Today)),
            due: "2:35 pm PST".to_owned(),
            url: "https://intake.example.org/staff/leads/EL-3D9Q71".to_owned(),
        }
    }
}

impl ManyInquiriesMail {
    /// The mail that stands for `count` others.
    pub fn new(count: usize, base_url: &str) -> Self {
        Self { count, url: format!("{base_url}/staff/leads") }
    }

    /// For the preview.
    pub fn sample() -> Self {
        Self::new(73, "https://intake.example.org")
    }
}

impl ManyWaitingMail {
    /// The mail that stands for `count` others.
    pub fn new(count: usize, base_url: &str) -> Self {
        Self { count, url: format!("{base_url}/staff/leads") }
    }

    /// For the preview.
    pub fn sample() -> Self {
        Self::new(73, "https://intake.example.org")
    }
}

impl EscalationMail {
    /// The mail about a lead that waits.
    pub fn new(facts: &Facts, base_url: &str, zone: Tz, now: DateTime<Utc>) -> Self {
        Self { reference: facts.reference.to_string(), due: due(facts.due_at, zone, now), url: lead_url(base_url, facts) }
    }

    /// For the preview.
    pub fn sample() -> Self {
        Self {
            reference: "EL-3D9Q71".to_owned(),
            due: "2:35 pm PST".to_owned(),
            url: "https://intake.example.org/staff/leads/EL-3D9Q71".to_owned(),
        }
    }
}

const fn words(how_soon: HowSoon) -> &'static str {
    match how_soon {
        HowSoon::Today => "today",
        HowSoon::ThisWeek => "this week",
        HowSoon::JustAsking => "just asking",
    }
}

fn lead_url(base_url: &str, facts: &Facts) -> String {
    format!("{base_url}/staff/leads/{}", facts.reference)
}

/// `2:35 pm PST`, with the weekday if it is another day there.
fn due(at: DateTime<Utc>, zone: Tz, now: DateTime<Utc>) -> String {
    let local = at.with_timezone(&zone);
    let same_day = local.date_naive() == now.with_timezone(&zone).date_naive();
    local.format(if same_day { "%-I:%M %P %Z" } else { "%a %-I:%M %P %Z" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_says_how_soon_and_until_when() {
        let content = NewInquiryMail::sample().render().expect("a mail");
        assert_eq!(content.subject, "New inquiry EL-3D9Q71, today, first contact due 2:35 pm PST");
        assert!(content.text.contains("https://intake.example.org/staff/leads/EL-3D9Q71\n"), "{}", content.text);
        assert!(content.html.contains("href=\"https://intake.example.org/staff/leads/EL-3D9Q71\""), "{}", content.html);
    }

    #[test]
    fn a_due_time_carries_its_zone_and_another_day_its_name() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let zone = chrono_tz::America::Los_Angeles;
        assert_eq!(due(at("2026-11-23T22:35:00Z"), zone, at("2026-11-23T22:20:00Z")), "2:35 pm PST");
        assert_eq!(due(at("2026-07-04T15:15:00Z"), zone, at("2026-07-04T05:00:00Z")), "Sat 8:15 am PDT");
    }
}
