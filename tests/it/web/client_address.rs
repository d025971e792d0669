//! Where a request comes from: the connection, or the one header that trusted proxies write.

use std::net::IpAddr;
use std::path::Path;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use intake::config::{ClientAddressHeader, Config};
use intake::db::schema::leads;
use intake::web::client_ip::client;
use reqwest::Method;

use crate::support::{InquiryFields, Settings, TestApp, read};

/// Two inquiries a minute of one network, behind a proxy on this machine that writes `header`.
async fn behind_proxy(header: ClientAddressHeader) -> TestApp {
    let mut settings = Settings::default();
    settings.config.http.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    settings.config.http.client_address_header = header;
    settings.config.limits.inquiries_per_minute = 2;
    settings.config.limits.total_per_minute = 0;
    TestApp::start_with(settings).await
}

async fn quarantined(app: &TestApp) -> i64 {
    leads::table.filter(leads::hold.eq("quarantined")).count().get_result(&mut app.conn().await).await.unwrap()
}

/// Six inquiries, each with these headers, where `N` is another number each time; how many were quarantined.
async fn six(app: &TestApp, headers: &[(&str, &str)]) -> i64 {
    let before = quarantined(app).await;
    for at in 0..6 {
        let fields = InquiryFields::default().with("message", uuid::Uuid::now_v7().to_string());
        let mut request = app.client().request(Method::POST, "/inquiries").form(&fields.pairs());
        for (name, value) in headers {
            request = request.header(*name, value.replace('N', &(at + 10).to_string()));
        }
        assert_eq!(read(request).await.status, 303);
    }
    quarantined(app).await - before
}

#[actix_web::test]
async fn only_the_named_header_of_a_trusted_proxy_says_where_an_inquiry_comes_from() {
    let app = behind_proxy(ClientAddressHeader::XForwardedFor).await;
    let strangers = [("X-Forwarded-For", "198.51.N.7")];
    assert_eq!(six(&app, &strangers).await, 0, "six networks");
    let invented = [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=198.51.N.7"), ("X-Real-IP", "198.51.N.7")];
    assert_eq!(six(&app, &invented).await, 4, "other headers are not looked at");
    let before_the_proxy = [("X-Forwarded-For", "198.51.N.7, 192.0.2.N, 203.0.114.9")];
    assert_eq!(six(&app, &before_the_proxy).await, 4, "the proxy writes last");
    let in_lines = [("X-Forwarded-For", "198.51.N.7"), ("X-Forwarded-For", "203.0.115.9")];
    assert_eq!(six(&app, &in_lines).await, 4, "the last line is the proxy's");
    app.stop().await;

    let app = behind_proxy(ClientAddressHeader::Forwarded).await;
    assert_eq!(six(&app, &[("Forwarded", "for=198.51.N.7;proto=https")]).await, 0, "six networks");
    let invented = [("Forwarded", "for=\"a, for=198.51.N.7, for=203.0.113.9"), ("X-Forwarded-For", "198.51.N.7")];
    assert_eq!(six(&app, &invented).await, 4);
    app.stop().await;
}

#[actix_web::test]
async fn guesses_of_a_password_are_counted_by_the_network_the_proxy_names() {
    let app = behind_proxy(ClientAddressHeader::XForwardedFor).await;
    app.add_member("cora", &[intake::values::Role::Coordinator]).await;
    let mut last = 0;
    for at in 0..14 {
        let fields = [("email", "cora@example.org"), ("password", "not the right one at all")];
        let request = app.client().request(Method::POST, "/staff/login").header("Sec-Fetch-Site", "same-origin").form(&fields);
        let request = request.header("X-Forwarded-For", "203.0.113.9").header("Forwarded", format!("for=198.51.{at}.7"));
        last = read(request).await.status;
    }
    assert_eq!(last, 429, "inventing addresses in another header is no way past the delays");
    app.stop().await;
}

/// What a proxy at `peer` reported, with `10.0.0.0/8` and `fd00::/8` trusted.
fn seen(header: ClientAddressHeader, peer: &str, lines: &[&[u8]]) -> String {
    let mut http = Config::for_tests(Path::new("/nowhere")).http;
    http.trusted_proxies = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()).to_vec();
    http.client_address_header = header;
    let mut headers = HeaderMap::new();
    for line in lines {
        let name = HeaderName::from_bytes(header.name().to_ascii_lowercase().as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_bytes(line).unwrap());
    }
    client(peer.parse::<IpAddr>().unwrap(), &headers, &http).to_string()
}

#[test]
fn odd_lists_lead_to_the_last_stranger_or_to_the_proxy_itself() {
    let many_trusted = vec!["10.0.0.9"; 10_000].join(",");
    let many_empty = format!("203.0.113.9{}", ",".repeat(10_000));
    let many_strangers = vec!["198.51.100.7"; 10_000].join(", ");
    for (peer, lines, wanted) in [
        ("10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", vec!["203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.1", vec!["[2001:db8::7]:443"], "2001:db8::7"),
        ("10.0.0.1", vec!["[2001:db8::7]"], "2001:db8::7"),
        ("10.0.0.1", vec!["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", vec!["::ffff:203.0.113.9"], "203.0.113.9"),
        ("::ffff:10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
        ("fd00::1", vec!["198.51.100.7, 203.0.113.9 , fd00::2"], "203.0.113.9"),
        ("10.0.0.1", vec!["198.51.100.7", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", vec!["198.51.100.7,,203.0.113.9,,"], "203.0.113.9"),
        ("10.0.0.1", vec!["203.0.113.9, unknown"], "10.0.0.1"),
        ("10.0.0.1", vec!["203.0.113.9, 999.1.1.1"], "10.0.0.1"),
        ("10.0.0.1", vec!["203.0.113.9, fe80::1%eth0"], "10.0.0.1"),
        ("10.0.0.1", vec![""], "10.0.0.1"),
        ("10.0.0.1", vec![], "10.0.0.1"),
        ("10.0.0.1", vec!["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("10.0.0.1", vec![many_trusted.as_str()], "10.0.0.9"),
        ("10.0.0.1", vec![many_empty.as_str()], "10.0.0.1"),
        ("10.0.0.1", vec![many_strangers.as_str()], "198.51.100.7"),
        ("192.0.2.1", vec!["203.0.113.9"], "192.0.2.1"),
    ] {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        let shown: String =
            lines.iter().flat_map(|line| String::from_utf8_lossy(line).chars().take(60).collect::<Vec<_>>()).collect();
        assert_eq!(seen(ClientAddressHeader::XForwardedFor, peer, &lines), wanted, "{peer} {shown}");
    }
    let unreadable: &[&[u8]] = &[b"203.0.113.9", b"198.51.100.7\xff"];
    assert_eq!(seen(ClientAddressHeader::XForwardedFor, "10.0.0.1", unreadable), "10.0.0.1");
    for (line, wanted) in [
        ("for=203.0.113.9", "203.0.113.9"),
        ("For=\"[2001:db8::7]:443\";proto=https;by=10.0.0.1", "2001:db8::7"),
        ("for=198.51.100.7, for=203.0.113.9;host=\"x\"", "203.0.113.9"),
        ("for=\"198.51.100.7, for=203.0.113.9", "203.0.113.9"),
        ("for=_hidden", "10.0.0.1"),
        ("for=unknown", "10.0.0.1"),
        ("by=203.0.113.9", "10.0.0.1"),
        ("203.0.113.9", "10.0.0.1"),
    ] {
        assert_eq!(seen(ClientAddressHeader::Forwarded, "10.0.0.1", &[line.as_bytes()]), wanted, "{line}");
    }
}
