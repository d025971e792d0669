//! Headers of every answer, errors included; methods no door knows.

use std::net::SocketAddr;

use intake::routes::TABLE;
use intake::values::Role;
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::leads::lead_of;
use crate::support::{InquiryFields, Page, Settings, TestApp, read};

fn check(at: &str, page: &Page) {
    let policy = page.header("content-security-policy");
    for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{at}: {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{at}: {policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{at}");
    assert_eq!(page.header("referrer-policy"), "same-origin", "{at}");
    assert_eq!(page.header("x-frame-options"), "DENY", "{at}");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{at}");
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin", "{at}");
    assert!(page.header("permissions-policy").contains("camera=()"), "{at}");
    assert!(page.header("cache-control").contains("no-store") || at.contains("/assets/"), "{at}");
    for absent in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(page.header(absent), "", "{at}");
    }
    if !page.body.is_empty() {
        assert!(page.header("content-type").contains("charset=utf-8") || page.header("content-type").contains("json"), "{at}");
    }
}

#[actix_web::test]
async fn every_answer_carries_the_headers() {
    let app = TestApp::start().await;
    let client = app.client();
    for route in TABLE {
        let path = route.path.replace(['{', '}'], "");
        for origin in [None, Some("https://evil.example")] {
            let mut request = client.request(route.method.parse().unwrap(), &path);
            if let Some(origin) = origin {
                request = request.header("Origin", origin);
            }
            check(&format!("{} {path}", route.method), &read(request).await);
        }
    }
    // The pages themselves, and not only the way to the sign-in.
    let everybody = app.signed_in("eva", &[Role::Coordinator, Role::Manager, Role::Administrator]).await;
    let (mut pages, reference) = (0, lead_of(&app, &InquiryFields::default()).await);
    for route in TABLE.iter().filter(|route| route.method == "GET" && route.path.starts_with("/staff")) {
        let path = route.path.replace("{reference}", &reference);
        if path != "/staff/events" && !path.contains('{') {
            let page = read(everybody.request(Method::GET, &path).header("Sec-Fetch-Site", "same-origin")).await;
            pages += usize::from(page.status == 200);
            check(&path, &page);
        }
    }
    assert!(pages > 20, "{pages}");
    for path in ["/nowhere", "/staff/nowhere", "/api/v1/nowhere"] {
        check(path, &client.get(path).await.assert_status(404));
    }
    app.stop().await;
}

#[actix_web::test]
async fn transport_security_is_promised_under_https_alone() {
    let plain = TestApp::start().await;
    assert_eq!(plain.client().get("/healthz").await.header("strict-transport-security"), "");
    let mut settings = Settings::default();
    settings.config.http.public_url = Some("https://intake.example.org".into());
    settings.config.http.hsts_subdomains = true;
    let secure = TestApp::start_with(settings).await;
    let page = secure.client().get("/healthz").await;
    assert_eq!(page.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
    let cookie = secure.client();
    secure.add_member("cora", &[Role::Coordinator]).await;
    let fields = [("email", "cora@example.org"), ("password", crate::support::PASSWORD)];
    let page = cookie.post("/staff/login", &fields).await.assert_status(303);
    assert!(page.header("set-cookie").starts_with("__Host-intake=") && page.header("set-cookie").ends_with("; Secure"));
    plain.stop().await;
    secure.stop().await;
}

#[actix_web::test]
async fn other_methods_are_405_on_known_paths_and_404_elsewhere() {
    let app = TestApp::start().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE] {
        let known = read(app.client().request(method.clone(), "/staff/login").header("Sec-Fetch-Site", "same-origin")).await;
        assert_eq!(known.status, 405, "{method}");
        assert_eq!(known.header("allow"), "GET, POST, HEAD");
        let unknown = read(app.client().request(method, "/nowhere").header("Sec-Fetch-Site", "same-origin")).await;
        assert_eq!(unknown.status, 404);
    }
    let head = read(app.client().request(Method::HEAD, "/staff/login")).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    app.stop().await;
}

#[actix_web::test]
async fn smuggled_requests_are_refused() {
    let app = TestApp::start().await;
    let address: SocketAddr = app.base.strip_prefix("http://").unwrap().parse().unwrap();
    let bad = [
        "POST /inquiries HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /inquiries HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    ];
    for raw in bad {
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        socket.write_all(raw.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        let _read = socket.read_exact(&mut answer).await;
        assert_eq!(&answer, b"HTTP/1.1 400", "{raw:?}");
    }
    app.stop().await;
}
