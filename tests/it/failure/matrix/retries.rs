//! The same submission sent again: a double click, thirty-two at once, a retry after an answer that was cut off; at two instances.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::iter;

use super::checker::{compare, drained};
use super::faults::{place, soaking};
use super::figures::promise;
use super::load::{Acknowledged, receipt};
use super::machine::superuser;
use super::rolling::Two;
use crate::support::{Client, CuttingProxy, InquiryFields};

/// So many submissions, each sent more than once: some in `bin/test`, all of the promise in `bin/soak`.
fn many() -> usize {
    if soaking() { 10_000 } else { 600 }
}

fn person(at: usize) -> InquiryFields {
    InquiryFields::default().with("name", format!("Person {at}")).with("submission_key", format!("key-{at}"))
}

/// Who sends, and by which ways.
struct Senders {
    /// To either instance.
    straight: [Client; 2],
    /// Through the proxy that cuts answers.
    cut: Client,
    posts: AtomicUsize,
}

impl Senders {
    async fn send(&self, client: &Client, fields: &InquiryFields) -> Option<String> {
        self.posts.fetch_add(1, Ordering::Relaxed);
        receipt(client, fields).await
    }

    /// One person, who sends the same more than once; every receipt they saw.
    async fn insist(&self, at: usize) -> Vec<String> {
        let fields = person(at);
        let times = match at % 100 {
            0 => 32,
            odd if odd % 2 == 1 => return self.until_answered(&fields).await,
            _ => 2,
        };
        let all = (0..times).map(|turn| self.send(&self.straight[(at + turn) % 2], &fields));
        join_all(all).await.into_iter().map(|receipt| receipt.expect("an answer")).collect()
    }

    /// Through the tunnel until there is an answer, and once more after it.
    async fn until_answered(&self, fields: &InquiryFields) -> Vec<String> {
        for _ in 0..50 {
            if let Some(receipt) = self.send(&self.cut, fields).await {
                let again = self.send(&self.straight[0], fields).await.expect("an answer");
                return vec![receipt, again];
            }
        }
        panic!("nobody answers");
    }
}

/// Everybody insists; who they are with their receipts, and how often somebody got two different ones.
async fn everybody(senders: &Arc<Senders>, count: usize) -> (Vec<Acknowledged>, usize) {
    let insisting = iter(0..count).map(|at| {
        let senders = Arc::clone(senders);
        async move { (at, tokio::spawn(async move { senders.insist(at).await }).await.expect("it is answered")) }
    });
    let seen: Vec<(usize, Vec<String>)> = insisting.buffer_unordered(16).collect().await;
    let differ = seen.iter().filter(|(_, receipts)| receipts.iter().any(|receipt| *receipt != receipts[0])).count();
    let name = |at: usize| format!("Person {at}");
    let each = seen.into_iter().flat_map(|(at, all)| all.into_iter().map(move |receipt| Acknowledged { name: name(at), receipt }));
    (each.collect(), differ)
}

fn senders(two: &Two, proxy: &CuttingProxy) -> Arc<Senders> {
    let [one, other] = [0, 1].map(|at| Client::new(&two.both[at].base));
    // A connection for each attempt, so that each is cut anew.
    let cut = Client::without_reuse(&proxy.base);
    Arc::new(Senders { straight: [one, other], cut, posts: AtomicUsize::default() })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_the_same_again_and_again_at_two_instances_and_after_cut_answers_is_stored_once_with_one_receipt() {
    let _place = place().await;
    let two = Two::start("retries", Vec::new()).await;
    let [one, other] = [0, 1].map(|at| two.both[at].base.clone());
    let proxy = CuttingProxy::start(&[&one, &other], 3).await;
    let senders = senders(&two, &proxy);
    let (given, differ) = everybody(&senders, many()).await;
    for base in [&one, &other] {
        drained(base).await;
    }
    let findings = compare(&mut two.conn().await, &two.both[0], &given).await;
    findings.assert_clean("retries", 1);
    assert_eq!(differ, 0, "two receipts for one submission");
    assert!(proxy.cut() > many() / 2, "only {} answers were cut", proxy.cut());
    let (posts, cut) = (senders.posts.load(Ordering::Relaxed), proxy.cut());
    let what = "the same submission sent again: double clicks, 32 at once, answers cut after 0 to 199 bytes, two instances";
    let measured = format!("{} submissions in {posts} posts, {cut} answers cut: 0 lost, 0 doubled, 0 with two receipts", many());
    promise("R2", what, &measured, "failure::matrix::retries");
    two.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_unique_digests_the_same_is_stored_twice_and_the_checker_says_so() {
    let _place = place().await;
    let two = Two::start("no-unique", Vec::new()).await;
    let mut owner = AsyncPgConnection::establish(&superuser(two.url())).await.unwrap();
    let drop = "ALTER TABLE inquiries DROP CONSTRAINT inquiries_submission_digest_key, DROP CONSTRAINT inquiries_recent_digest_key";
    owner.batch_execute(drop).await.unwrap();
    let bases = [0, 1].map(|at| two.both[at].base.clone());
    let [one, other] = [0, 1].map(|at| Client::new(&bases[at]));
    let mut given = Vec::new();
    for at in 0..20 {
        let fields = person(at);
        let both = join_all((0..32).map(|turn| receipt(if turn % 2 == 0 { &one } else { &other }, &fields))).await;
        given.extend(both.into_iter().flatten().map(|receipt| Acknowledged { name: format!("Person {at}"), receipt }));
    }
    let findings = compare(&mut two.conn().await, &two.both[0], &given).await;
    assert!(findings.doubled > 0, "a constraint that is not needed shows nothing: {findings:?}");
    let measured = format!("{} of 20 submissions stored more than once, and the checker says so", findings.doubled);
    promise(
        "R2",
        "control: no UNIQUE on the digests of submissions, 32 at once at two instances",
        &measured,
        "failure::matrix::retries",
    );
    two.remove().await;
}
