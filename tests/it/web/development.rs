//! A development installation is for this machine and its private network.

use intake::config::Environment;
use intake::values::is_private_host;
use reqwest::Method;

use crate::support::{InquiryFields, Page, Settings, TestApp, read};

const PRIVATE: [&str; 16] = [
    "localhost",
    "localhost:8080",
    "Intake.LOCALHOST:8080",
    "127.0.0.1:8080",
    "127.9.9.9",
    "[::1]:8080",
    "192.168.1.20:8080",
    "10.0.0.7",
    "172.31.0.1",
    "169.254.7.7",
    "100.100.7.7",
    "[fd00::7]:80",
    "[fe80::7]",
    "intake:8080",
    "frontdesk.local",
    "host.docker.internal:8080",
];
const PUBLIC: [&str; 11] = [
    "intake.example.org",
    "INTAKE.example.org:443",
    "example.org.",
    "203.0.113.9",
    "8.8.8.8:8080",
    "[2001:4860::1]:8080",
    "172.32.0.1",
    "localhost.example.org",
    "127.0.0.1.nip.io",
    "local.org",
    "intake.example.org:",
];

async fn asked_as(app: &TestApp, host: &str, path: &str) -> Page {
    read(app.client().request(Method::GET, path).header("Host", host)).await
}

#[actix_web::test]
async fn development_answers_under_private_names_and_refuses_public_ones_with_the_way_to_production() {
    let app = TestApp::start().await;
    app.add_member("cora", &[intake::values::Role::Coordinator]).await;
    for host in PRIVATE {
        assert_eq!(asked_as(&app, host, "/").await.status, 200, "{host}");
        assert!(is_private_host(host), "{host}");
    }
    for host in PUBLIC {
        for path in ["/", "/es", "/embed", "/staff/login", "/staff/leads", "/receipts/none", "/api/v1/inquiries", "/assets/app.css"]
        {
            let page = asked_as(&app, host, path).await;
            assert_eq!(page.status, 421, "{host} {path}");
            assert!(page.body.contains("INTAKE_ENV=production") && page.body.contains("988"), "{host} {path}: {}", page.body);
            assert_eq!(page.header("x-content-type-options"), "nosniff", "{host} {path}");
        }
        assert_eq!(asked_as(&app, host, "/healthz").await.status, 200, "a load balancer may ask under any name: {host}");
    }
    for path in ["/inquiries", "/staff/login"] {
        let sent =
            app.client().request(Method::POST, path).header("Host", "intake.example.org").form(&InquiryFields::default().pairs());
        assert_eq!(read(sent).await.status, 421, "{path}");
    }
    let stored: i64 = {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        intake::db::schema::inquiries::table.count().get_result(&mut app.conn().await).await.unwrap()
    };
    assert_eq!(stored, 0, "nothing was taken");
    app.stop().await;
}

#[actix_web::test]
async fn production_answers_under_its_public_name() {
    let mut settings = Settings::default();
    settings.config.environment = Environment::Production;
    settings.config.http.public_url = Some("https://intake.example.org".into());
    let app = TestApp::start_with(settings).await;
    for host in ["intake.example.org", "localhost", "203.0.113.9"] {
        assert_eq!(asked_as(&app, host, "/").await.status, 200, "{host}");
    }
    app.stop().await;
}
