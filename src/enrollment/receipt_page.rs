//! The receipt: a code, what happens next, how far it got. Shows no name, number or program; safe on a shared phone.

use askama::Template;
use chrono::{DateTime, Utc};

use super::hours::{self, Promise};
use super::receipt::ReceiptStatus;
use crate::config::Facility;
use crate::values::{ReceiptCode, Texts};
use crate::web::shell::Front;

/// Confirmation at first, status on later visits.
#[derive(Template)]
#[template(path = "enrollment/receipt.html")]
pub struct ReceiptPage<'a> {
    t: &'static Texts,
    front: Front<'a>,
    code: &'a ReceiptCode,
    status: ReceiptStatus,
    next: Option<String>,
    answered: Option<String>,
    stopped: bool,
}

impl<'a> ReceiptPage<'a> {
    /// The page of one receipt. The promise counts from when the inquiry was received, and is shown until somebody tried.
    pub fn new(
        t: &'static Texts,
        facility: &'a Facility,
        promise_minutes: u32,
        code: &'a ReceiptCode,
        status: ReceiptStatus,
        received_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            t,
            front: Front::of(facility),
            code,
            status,
            next: promised(t, facility, promise_minutes, received_at, now),
            answered: hours::answered_words(t, facility),
            stopped: false,
        }
    }

    /// The same, saying that nobody gets in touch.
    #[must_use]
    pub fn stopped(self, stopped: bool) -> Self {
        Self { stopped, ..self }
    }

    /// The same page in a frame of these websites, or by itself.
    #[must_use]
    pub fn framed(mut self, frame: Option<&'a [String]>) -> Self {
        self.front.frame = frame;
        self
    }

    /// Steps so far and the ones to come, each with whether it is reached and whether it is the present one.
    fn steps(&self) -> impl Iterator<Item = (ReceiptStatus, bool, bool)> {
        ReceiptStatus::ALL.into_iter().map(|step| (step, step < self.status, step == self.status))
    }

    /// Nobody has looked yet: the page confirms.
    fn is_fresh(&self) -> bool {
        self.status == ReceiptStatus::Received
    }

    /// Nobody has tried to get in touch yet: the page says what happens next.
    fn waits(&self) -> bool {
        self.status < ReceiptStatus::Tried && !self.stopped
    }
}

/// "Before 2:35 pm Pacific time, we contact you"; nothing once that time has passed, so that no broken promise is shown.
fn promised(t: &Texts, facility: &Facility, minutes: u32, received: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let (id, time) = match hours::promise(facility, minutes, received) {
        Promise::Before(time) => ("receipt-before", time),
        Promise::AfterOpening(time) => ("receipt-after-opening", time),
        Promise::Unsaid => return None,
    };
    (time > now).then(|| t.with(id, &[("time", &hours::time_words(t, time, now))]))
}

/// A code that leads nowhere. Does not say whether it ever did.
#[derive(Template)]
#[template(path = "enrollment/receipt_lost.html")]
pub struct LostReceiptPage<'a> {
    t: &'static Texts,
    front: Front<'a>,
}

impl<'a> LostReceiptPage<'a> {
    /// The same page for every unknown code.
    pub fn new(t: &'static Texts, facility: &'a Facility, frame: Option<&'a [String]>) -> Self {
        Self { t, front: Front { frame, ..Front::of(facility) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrollment::hours::tests::daily;
    use crate::values::Language;

    fn page(status: ReceiptStatus, now: &str) -> String {
        let code = ReceiptCode::parse("ABCD-EFGH-JKMN-P").unwrap();
        let received = "2026-11-23T20:00:00Z".parse().unwrap();
        let t = Texts::of(Language::English);
        ReceiptPage::new(t, &daily(7, 21), 15, &code, status, received, now.parse().unwrap()).render().unwrap()
    }

    #[test]
    fn the_first_visit_confirms_and_names_an_honest_time() {
        let page = page(ReceiptStatus::Received, "2026-11-23T20:00:01Z");
        assert!(page.contains("Thank you. We have your request."));
        assert!(page.contains("Before 12:15 pm Pacific time, we contact you"));
        assert!(page.contains("ABCD-EFGH-JKMN-P"));
        assert!(page.contains("<title>Contact · Elevate</title>"));
    }

    #[test]
    fn a_promise_that_has_passed_is_not_repeated() {
        assert!(!page(ReceiptStatus::Received, "2026-11-23T20:30:00Z").contains("Before 12:15"));
    }

    #[test]
    fn later_visits_say_how_far_it_got() {
        let page = page(ReceiptStatus::Tried, "2026-11-24T20:00:00Z");
        assert!(page.contains("<h1>We tried to reach you</h1>"));
        assert!(!page.contains("What happens next"));
    }
}
