//! The life of a lead beyond the straight way: red flags, pauses, the cadence, the end of a shift.

use chrono::{Days, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::{leads, red_flags};
use intake::leads::{lapse, pausing};

use super::{attempt, lead, open, standing};
use crate::support::TestApp;

#[actix_web::test]
async fn a_red_flag_is_acknowledged_before_a_lead_closes() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    cora.act(&reference, "red-flags", &[("flag", "hungry")]).await.assert_status(422).assert_shows("Choose which red flag");
    cora.act(&reference, "red-flags", &[("flag", "pregnant")]).await.assert_status(303);
    cora.act(&reference, "red-flags", &[("flag", "pregnant")]).await.assert_status(422).assert_shows("stands already");
    let page = open(&cora, &reference).await;
    page.assert_shows("Stopping suddenly can endanger both");
    let spam = [("outcome", "invalid"), ("reason", "wrong_service")];
    cora.act(&reference, "closure", &spam).await.assert_status(422).assert_shows("A red flag stands");
    let flag: uuid::Uuid = red_flags::table.select(red_flags::id).first(&mut app.conn().await).await.unwrap();
    let path = format!("red-flags/{flag}/acknowledgement");
    cora.act(&reference, &path, &[]).await.assert_status(303);
    cora.act(&reference, &path, &[]).await.assert_status(422).assert_shows("acknowledged already");
    let page = open(&cora, &reference).await;
    page.assert_shows("acknowledged a red flag: Pregnant");
    cora.act(&reference, "closure", &spam).await.assert_status(303);
    app.stop().await;
}

#[actix_web::test]
async fn a_paused_lead_leaves_the_queue_and_comes_back_on_its_day() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    let today = Utc::now().with_timezone(&app.app.config.facility.time_zone).date_naive();
    let day = (today + Days::new(3)).to_string();
    for bad in ["", "soon", &today.to_string(), "2999-01-01"] {
        cora.act(&reference, "pause", &[("resume_on", bad)]).await.assert_status(422);
    }
    cora.act(&reference, "pause", &[("resume_on", &day), ("body", "after the wedding")]).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await.2, "paused");
    cora.get("/staff/leads").await.assert_hides(&reference);
    cora.get("/staff/leads?view=paused").await.assert_shows(&reference);
    let back = async |on| pausing::resume_due(&mut app.conn().await, &app.app.keys, on).await.unwrap();
    assert_eq!(back(today + Days::new(2)).await, 0);
    assert_eq!(back(today + Days::new(3)).await, 1);
    assert_eq!(standing(&cora, &reference).await.2, "");
    cora.get("/staff/leads").await.assert_shows(&reference);
    cora.act(&reference, "pause", &[("resume_on", &day)]).await.assert_status(303);
    cora.act(&reference, "pause/end", &[]).await.assert_status(303);
    cora.act(&reference, "pause/end", &[]).await.assert_status(422).assert_shows("not paused");
    app.stop().await;
}

#[actix_web::test]
async fn reopening_starts_the_cadence_again() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let (cora, mara) = (app.coordinator().await, app.manager().await);
    let lost = [("outcome", "lost"), ("reason", "no_response")];
    for _ in 0..5 {
        attempt(&cora, &reference, "call", "no_answer").await;
    }
    cora.act(&reference, "closure", &lost).await.assert_status(422).assert_shows("after 6 attempts; 5 made");
    attempt(&cora, &reference, "call", "no_answer").await;
    cora.act(&reference, "closure", &lost).await.assert_status(303);
    mara.act(&reference, "reopening", &[]).await.assert_status(303);
    cora.act(&reference, "closure", &lost).await.assert_status(422).assert_shows("after 6 attempts; 0 made");
    app.stop().await;
}

#[actix_web::test]
async fn one_press_logs_a_call_and_the_next_contact_can_be_set_with_it() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let cora = app.coordinator().await;
    open(&cora, &reference).await.assert_shows("the next try falls due");
    cora.act(&reference, "contact-attempts", &[("quick", "call:no_answer"), ("disposition", "")]).await.assert_status(303);
    assert_eq!(standing(&cora, &reference).await.0, "attempting_contact");
    let due = "2099-01-01T10:00";
    let late = [("quick", "call:busy"), ("due_at", due)];
    cora.act(&reference, "contact-attempts", &late).await.assert_status(422).assert_shows("within the next two years");
    let tomorrow =
        (Utc::now() + Days::new(1)).with_timezone(&app.app.config.facility.time_zone).format("%Y-%m-%dT10:00").to_string();
    let set = [("quick", "call:spoke_prospect"), ("due_at", tomorrow.as_str())];
    cora.act(&reference, "contact-attempts", &set).await.assert_status(303);
    cora.get("/staff/follow-ups").await.assert_shows(&reference);
    app.stop().await;
}

#[actix_web::test]
async fn at_the_end_of_a_shift_everything_goes_back_with_a_word() {
    let app = TestApp::start().await;
    let (first, second) = (lead(&app).await, lead(&app).await);
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    cora.get("/staff/shift/end").await.assert_shows("You hold no lead");
    for reference in [&first, &second] {
        cora.act(reference, "claim", &[]).await.assert_status(303);
    }
    cora.get("/staff/shift/end").await.assert_shows("You hold 2 leads");
    cora.post("/staff/shift/end", &[("body", "Both wait for a call at nine.")]).await.assert_status(303);
    let held: i64 = leads::table.filter(leads::owner_id.is_not_null()).count().get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(held, 0);
    open(&colin, &first).await.assert_shows("Both wait for a call at nine.");
    app.stop().await;
}

#[actix_web::test]
async fn a_word_goes_along_when_a_lead_is_handed_over() {
    let app = TestApp::start().await;
    let reference = lead(&app).await;
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    cora.act(&reference, "claim", &[]).await.assert_status(303);
    cora.act(&reference, "owner", &[("person", ""), ("body", "Call the sister.")]).await.assert_status(303);
    open(&colin, &reference).await.assert_shows("Call the sister.");
    app.stop().await;
}

/// A small generator of the usual kind, so that a failing sequence can be run again by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, many: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % many).unwrap()
    }
}

/// Open leads that are in nobody's hands and in no queue either, after the worker has passed.
#[derive(diesel::QueryableByName)]
struct Many {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

async fn stranded(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) FROM leads l LEFT JOIN staff s ON s.id = l.owner_id WHERE l.outcome IS NULL AND l.owner_id IS NOT NULL \
               AND (s.disabled_at IS NOT NULL OR l.lease_until <= now())";
    diesel::sql_query(sql).get_result::<Many>(&mut app.conn().await).await.unwrap().count
}

#[actix_web::test]
async fn f17_whatever_people_do_no_open_lead_is_ever_stranded_and_age_decides() {
    let app = TestApp::start().await;
    let people = [app.coordinator().await, app.colleague().await, app.manager().await];
    for seed in [7_u64, 20_261_123] {
        let mut dice = Dice(seed);
        let all = [lead(&app).await, lead(&app).await, lead(&app).await, lead(&app).await];
        for step in 0..25 {
            let (who, what) = (dice.below(3), dice.below(8));
            let (person, reference) = (&people[who], &all[dice.below(4)]);
            match what {
                0 | 1 => drop(person.act(reference, "claim", &[]).await),
                2 => drop(person.act(reference, "claim/release", &[]).await),
                3 => drop(person.act(reference, "owner", &[("person", "")]).await),
                4 => drop(person.post("/staff/shift/end", &[]).await.assert_status(303)),
                5 => {
                    let past = "UPDATE leads SET lease_until = now() - interval '1 second' WHERE owner_id IS NOT NULL";
                    app.conn().await.batch_execute(past).await.unwrap();
                }
                6 => {
                    let off = "UPDATE staff SET disabled_at = now() WHERE email = 'colin@example.org'";
                    app.conn().await.batch_execute(off).await.unwrap();
                    lapse::run(&mut app.conn().await, &app.app.keys).await.unwrap();
                    let on = "UPDATE staff SET disabled_at = NULL";
                    app.conn().await.batch_execute(on).await.unwrap();
                }
                _ => drop(person.act(reference, "notes", &[("body", "a word")]).await),
            }
            lapse::run(&mut app.conn().await, &app.app.keys).await.unwrap();
            assert_eq!(stranded(&app).await, 0, "seed {seed}, step {step}, verb {what}");
        }
        let page = people[2].get("/staff/leads?view=everyone").await;
        let places: Vec<Option<usize>> = all.iter().map(|reference| page.body.find(reference.as_str())).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "first in, first out: {places:?}");
    }
    app.stop().await;
}
