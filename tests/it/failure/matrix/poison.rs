//! Many mails wait, one in a hundred of them cannot be sent: the others go out, at once when the mail server is back.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use intake::db::schema::outbox_messages;
use uuid::Uuid;

use super::faults::{place, soaking};
use super::figures::promise;
use super::load::receipt;
use super::machine::{Machine, pause};
use crate::support::{Client, Fate, InquiryFields, Mood, fate};

/// So many mails: some in `bin/test`, all of the promise in `bin/soak`.
fn many() -> usize {
    if soaking() { 10_000 } else { 1_000 }
}

/// As many inquiries as mails are wanted, by eight people at once.
async fn submit(machine: &Machine, count: usize) {
    let people = (0..8).map(|first| {
        let client = Client::new(&machine.base);
        tokio::spawn(async move {
            for at in (first..count).step_by(8) {
                let fields =
                    InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"));
                receipt(&client, &fields).await.expect("a receipt");
            }
        })
    });
    for person in people.collect::<Vec<_>>() {
        person.await.unwrap();
    }
}

async fn in_state(conn: &mut AsyncPgConnection, state: &str) -> HashSet<Uuid> {
    // Who waits for long is escalated meanwhile, which is another mail.
    let all = outbox_messages::table.filter(outbox_messages::kind.eq("new_inquiry"));
    let all = all.filter(outbox_messages::state.eq(state)).select(outbox_messages::id);
    all.load::<Uuid>(conn).await.unwrap().into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_mail_in_a_hundred_that_cannot_be_sent_keeps_no_other_waiting() {
    let _place = place().await;
    let machine = Machine::start("poison").await;
    machine.post.set(Mood::Busy);
    submit(&machine, many()).await;
    let postgres = machine.postgres().await;
    let mut conn = AsyncPgConnection::establish(postgres.url()).await.unwrap();
    let all: Vec<Uuid> = outbox_messages::table.select(outbox_messages::id).load(&mut conn).await.unwrap();
    assert_eq!(all.len(), many());
    let fated = |which| all.iter().copied().filter(|id| fate(*id, soaking()) == which).collect::<HashSet<Uuid>>();
    let (good, refused) = (fated(Fate::Taken), fated(Fate::Refused));

    // Who never answers costs half a minute: in the long run alone.
    machine.post.set(Mood::Poison { silent: soaking() });
    let back = Instant::now();
    let mut taken = in_state(&mut conn, "accepted").await;
    while taken.len() < good.len() {
        assert!(back.elapsed() < Duration::from_mins(15), "{} of {} mails went out", taken.len(), good.len());
        pause(200).await;
        taken = in_state(&mut conn, "accepted").await;
    }
    let took = back.elapsed();
    assert_eq!(taken, good);
    while in_state(&mut conn, "bounced").await != refused {
        assert!(back.elapsed() < Duration::from_mins(16), "what is refused is kept as undeliverable");
        pause(200).await;
    }
    // What was cut off or not answered is tried again, with pauses, and goes out once the server is well.
    machine.post.set(Mood::Accept);
    diesel::update(outbox_messages::table.filter(outbox_messages::state.eq("deferred")))
        .set(outbox_messages::next_attempt_at.eq(diesel::dsl::now))
        .execute(&mut conn)
        .await
        .unwrap();
    let since = Instant::now();
    while in_state(&mut conn, "accepted").await.len() + refused.len() < all.len() {
        assert!(since.elapsed() < Duration::from_mins(1), "what was cut off goes out in the end");
        pause(200).await;
    }
    let ours: HashSet<Uuid> = all.iter().copied().collect();
    let arrived = machine.post.received().into_iter().map(|mail| mail.id());
    let arrived: Vec<Uuid> = arrived.filter(|id| ours.contains(id)).collect();
    let each: HashSet<Uuid> = arrived.iter().copied().collect();
    assert_eq!(each.len(), all.len() - refused.len(), "each mail came");
    let twice = arrived.iter().filter(|id| good.contains(id)).count() - good.len();
    assert_eq!(twice, 0, "what was answered came once");
    let odd = all.len() - good.len();
    let measured = format!(
        "{} mails, {odd} of them poison: {} went out within {:.0} s after the server was back, each once; {} refused are kept and shown, {} cut off or unanswered came later; 0 lost",
        all.len(),
        good.len(),
        took.as_secs_f64(),
        refused.len(),
        odd - refused.len()
    );
    promise("R3", "mails that waited for the mail server, one in a hundred of them poison", &measured, "failure::matrix::poison");
    drop((conn, postgres));
    machine.remove().await;
}
