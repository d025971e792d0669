//! Demonstration data, and what lists cost over it.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use intake::db::schema::leads;
use intake::leads::queue::store as rows;
use intake::leads::queue::{QueueFilter, View};
use intake::leads::seed::{Planted, Setting, plant};
use intake::programs::{NewLocation, NewProgram, store};
use intake::values::{Modality, Role};

use crate::support::TestApp;

/// Plants leads and gives the references of those in the queue.
pub async fn seed(app: &TestApp, count: usize) -> Vec<String> {
    let member = app.add_member("sam", &[Role::Coordinator]).await;
    let mut conn = app.conn().await;
    let place = NewLocation { name: "House".into(), city: String::new(), state: "CA".into(), ..NewLocation::default() };
    let location = store::add_location(&mut conn, &place).await.unwrap();
    let (modality, licensed_states) = (Modality::Inpatient, Vec::new());
    let program = NewProgram {
        location,
        name: "Residential".into(),
        modality,
        capacity: 20,
        licensed_states,
        languages: Vec::new(),
        payers: Vec::new(),
    };
    let program = store::add_program(&mut conn, &program).await.unwrap();
    let setting = Setting {
        keys: &app.app.keys,
        prefix: "EL",
        members: &[member],
        programs: &[(program, modality)],
        promise_minutes: 15,
        lease_minutes: 30,
        days: 30,
        now: Utc::now(),
    };
    let Planted { leads: planted, .. } = plant(&mut conn, &setting, (count, 3), |_| ()).await.unwrap();
    assert_eq!(planted, count);
    let open = leads::table.filter(leads::outcome.is_null()).filter(leads::hold.is_null()).select(leads::reference);
    open.load(&mut conn).await.unwrap()
}

#[actix_web::test]
async fn every_stage_and_outcome_has_its_people_and_every_list_shows() {
    let app = TestApp::start().await;
    seed(&app, 200).await;
    let client = app.coordinator().await;
    for list in
        ["leads", "leads?view=closed", "leads?view=all", "leads?view=paused", "leads?view=spanish", "quarantine", "follow-ups"]
    {
        let page = client.get(&format!("/staff/{list}")).await.assert_status(200);
        assert!(!super::references(&page.body).is_empty(), "{list}");
    }
    let mut conn = app.conn().await;
    let stages: Vec<String> = leads::table.select(leads::stage).distinct().load(&mut conn).await.unwrap();
    let outcomes: Vec<Option<String>> = leads::table.select(leads::outcome).distinct().load(&mut conn).await.unwrap();
    assert_eq!((stages.len(), outcomes.len()), (6, 7), "{stages:?} {outcomes:?}");
    app.stop().await;
}

/// Counts the statements a connection runs.
#[derive(Clone, Default)]
pub struct Counting(std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl Counting {
    pub fn so_far(&self) -> usize {
        std::sync::atomic::AtomicUsize::load(&self.0, std::sync::atomic::Ordering::Relaxed)
    }
}

impl diesel::connection::Instrumentation for Counting {
    fn on_connection_event(&mut self, event: diesel::connection::InstrumentationEvent<'_>) {
        if matches!(event, diesel::connection::InstrumentationEvent::StartQuery { .. }) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

#[actix_web::test]
async fn a_list_costs_the_same_number_of_statements_however_many_rows() {
    let app = TestApp::start().await;
    seed(&app, 300).await;
    let reader = app.add_member("rita", &[Role::Coordinator]).await;
    let mut conn = app.conn().await;
    let counting = Counting::default();
    conn.set_instrumentation(counting.clone());
    let mut costs = Vec::new();
    for limit in [1, 7, 51] {
        let before = counting.so_far();
        let found = rows::page(&mut conn, &QueueFilter::of(View::Everyone), reader, limit).await.unwrap();
        assert_eq!(found.len(), limit);
        costs.push(counting.so_far() - before);
    }
    assert_eq!(costs, [2, 2, 2]);
    app.stop().await;
}
