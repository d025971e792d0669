//! Mails: who is told what, over a real mail server, with every kind of trouble.

mod acknowledgement;
mod certificate;
mod faults;
mod flood;
mod hold;
mod privacy;
mod worker;

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use intake::db::schema::outbox_messages;
use intake::mail::{Deadlines, Mailer};

use crate::support::{Settings, SmtpServer, TestApp};

/// Short deadlines, so that a silent server costs a test half a second.
fn impatient() -> Deadlines {
    Deadlines { connect: Duration::from_millis(500), command: Duration::from_millis(500), total: Duration::from_secs(1) }
}

async fn app_with(url: &str) -> TestApp {
    let mailer = Mailer::smtp(url, "Elevate admissions <hello@example.org>", impatient()).expect("a mailer");
    TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await
}

async fn app_sending_to(server: &SmtpServer) -> TestApp {
    app_with(&server.url).await
}

/// State, reply code and tries of every message, oldest first.
async fn outbox(app: &TestApp) -> Vec<(String, Option<String>, i32)> {
    outbox_messages::table
        .order((outbox_messages::created_at, outbox_messages::id))
        .select((outbox_messages::state, outbox_messages::reply_code, outbox_messages::attempts))
        .load(&mut app.conn().await)
        .await
        .unwrap()
}

/// Everything that waits is due now.
async fn time_passes(app: &TestApp) {
    run(app, "UPDATE outbox_messages SET next_attempt_at = now() WHERE settled_at IS NULL").await;
}

async fn run(app: &TestApp, sql: &str) {
    app.conn().await.batch_execute(sql).await.unwrap();
}

/// The text of a mail with its parts decoded, headers and all.
fn decoded(raw: &str) -> String {
    let soft_breaks_removed = raw.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = soft_breaks_removed.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = (*first == b'=').then(|| tail.get(..2)).flatten().and_then(|two| std::str::from_utf8(two).ok());
        if let Some(byte) = hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
