//! Hours in which a member wants no mail.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::db::schema::outbox_messages;

use crate::support::{Client, InquiryFields, Settings, TestApp};

async fn set_quiet_now(app: &TestApp, client: &Client) {
    let local = Utc::now().with_timezone(&app.app.config.facility.time_zone);
    let (from, to) = (local - Duration::hours(1), local + Duration::hours(1));
    let (from, to) = (from.format("%H:%M").to_string(), to.format("%H:%M").to_string());
    let fields = [("notify", "yes"), ("quiet_from", from.as_str()), ("quiet_to", to.as_str())];
    client.post("/staff/account/notifications", &fields).await.assert_status(303);
}

#[actix_web::test]
async fn quiet_hours_spare_a_member_only_while_somebody_else_is_told() {
    let mut settings = Settings::default();
    settings.config.notify.recipients.clear();
    let app = TestApp::start_with(settings).await;
    let (cora, colin) = (app.coordinator().await, app.colleague().await);
    set_quiet_now(&app, &cora).await;
    app.receipt_of(&InquiryFields::default()).await;
    assert_eq!(app.deliver_mail().await, 1, "the colleague alone");
    let mut conn = app.conn().await;
    let spared: Option<String> = outbox_messages::table
        .filter(outbox_messages::state.eq("dropped"))
        .select(outbox_messages::reply_code)
        .first(&mut conn)
        .await
        .unwrap();
    assert_eq!(spared.as_deref(), Some("quiet"));
    set_quiet_now(&app, &colin).await;
    app.receipt_of(&InquiryFields::default().with("name", "Ana Ferrer").with("phone", "(831) 555-0143")).await;
    assert_eq!(app.deliver_mail().await, 2, "nobody else would be told");
    app.stop().await;
}

#[actix_web::test]
async fn quiet_hours_need_both_times_or_none() {
    let app = TestApp::start().await;
    let client = app.coordinator().await;
    let half = [("notify", "yes"), ("quiet_from", "22:00"), ("quiet_to", "")];
    client.post("/staff/account/notifications", &half).await.assert_status(422).assert_shows("both times");
    let whole = [("notify", "yes"), ("quiet_from", "22:00"), ("quiet_to", "07:30")];
    client.post("/staff/account/notifications", &whole).await.assert_status(303);
    client.get("/staff/account").await.assert_shows("value=\"22:00\"").assert_shows("value=\"07:30\"");
    client.post("/staff/account/notifications", &[("notify", "yes")]).await.assert_status(303);
    client.get("/staff/account").await.assert_hides("value=\"22:00\"");
    app.stop().await;
}
