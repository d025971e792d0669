//! What Prometheus reads: an address of its own, figures that move, nothing of anybody, and alerts that name what is there.

use crate::support::{Client, InquiryFields, Settings, TestApp, read};

async fn watched() -> TestApp {
    let mut settings = Settings::default();
    settings.config.http.metrics_bind = Some("127.0.0.1:0".parse().unwrap());
    TestApp::start_with(settings).await
}

#[actix_web::test]
async fn figures_are_served_on_an_address_of_their_own_and_tell_nothing_of_anybody() {
    let app = watched().await;
    app.submit(&InquiryFields::default().with("name", "Zephyrine Quill").with("message", "herons")).await.assert_status(303);
    app.submit(&InquiryFields::default().with("reference_note", "x").with("name", "Trap Filler")).await.assert_status(303);
    app.submit(&InquiryFields::default().without("name")).await.assert_status(422);
    let coordinator = app.coordinator().await;
    coordinator.get("/staff/leads").await.assert_status(200).assert_shows("Zephyrine");
    app.client().get("/metrics").await.assert_status(404);
    read(app.client().request(reqwest::Method::from_bytes(b"MADEUP").unwrap(), "/")).await;

    let text = Client::new(&format!("http://{}", app.metrics.expect("an address"))).get("/metrics").await.assert_status(200).body;
    for line in [
        "intake_submissions_total{channel=\"web_form\",verdict=\"taken\"} 1",
        "intake_submissions_total{channel=\"web_form\",verdict=\"quarantined\"} 1",
        "intake_submissions_total{channel=\"web_form\",verdict=\"field_errors\"} 1",
        "intake_http_requests_total{method=\"POST\",route=\"/inquiries\",status=\"303\"} 2",
        "intake_http_requests_total{method=\"GET\",route=\"unknown\",status=\"404\"} 1",
        "intake_database_up 1",
        "intake_outbox_messages{state=\"queued\"} 1",
        "intake_spool_inquiries{state=\"waiting\"} 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
    }
    for word in ["Zephyrine", "Quill", "herons", "555", "cora", "EL-", "example.org", "MADEUP"] {
        assert!(!text.contains(word), "{word} is in:\n{text}");
    }

    let alerts = include_str!("../../../docs/prometheus/alerts.yml");
    let names = alerts.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("intake_"));
    for name in names {
        assert!(text.contains(name), "the alerts name {name}, which is not served");
    }
    app.deliver_mail().await;
    app.stop().await;
}
