//! A browser of sorts: keeps cookies, follows no redirect, says where a request comes from as a browser would.

use reqwest::Method;
use reqwest::header::{HeaderMap, LOCATION};

/// A cookie-keeping client of one test app.
#[derive(Clone)]
pub struct Client {
    base: String,
    http: reqwest::Client,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// A header's value, empty if absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The first value of an attribute such as `data-version`.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let from = self.body.split_once(&format!("{name}=\""))?.1;
        Some(from.split_once('"')?.0.to_owned())
    }

    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn assert_shows(self, text: &str) -> Self {
        assert!(self.body.contains(text), "{text:?} is not in: {}", self.body);
        self
    }

    #[track_caller]
    pub fn assert_hides(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "{text:?} is in: {}", self.body);
        self
    }
}

impl Client {
    pub fn new(base: &str) -> Self {
        Self::built(base, |builder| builder)
    }

    /// A connection of its own for each request.
    pub fn without_reuse(base: &str) -> Self {
        Self::built(base, |builder| builder.pool_max_idle_per_host(0))
    }

    /// Somebody elsewhere: all of 127.0.0.0/8 leads here.
    pub fn from_address(base: &str, address: [u8; 4]) -> Self {
        Self::built(base, |builder| builder.local_address(std::net::IpAddr::from(address)))
    }

    fn built(base: &str, otherwise: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> Self {
        let usual = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_mins(1))
            // The server ends idle connections; a test that did something else meanwhile opens another.
            .pool_idle_timeout(std::time::Duration::from_secs(2));
        Self { base: base.to_owned(), http: otherwise(usual).build().unwrap() }
    }

    /// The bare request, to add what a test needs.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str) -> Page {
        read(self.request(Method::GET, path).header("Sec-Fetch-Site", "same-origin")).await
    }

    /// Posts a form from our own page; again while there is no place to hash its password, which all tests of this process share and
    /// another test may be flooding.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        const HASHING: [&str; 4] = ["/staff/login", "/staff/confirm", "/staff/setup", "/staff/account/password"];
        let mut page = self.post_once(path, fields).await;
        for _ in 0..20 {
            if page.status != 503 || !HASHING.contains(&path) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            page = self.post_once(path, fields).await;
        }
        page
    }

    /// The same, once, whatever is answered.
    pub async fn post_once(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        read(self.request(Method::POST, path).header("Sec-Fetch-Site", "same-origin").form(fields)).await
    }

    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Page {
        read(self.request(Method::POST, path).json(body)).await
    }

    /// Opens a lead's page and posts one of its verbs with the version seen there.
    pub async fn act(&self, reference: &str, verb: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(&format!("/staff/leads/{reference}")).await.assert_status(200);
        let version = page.attribute("data-version").expect("a version on the page");
        let mut all = vec![("version", version.as_str())];
        all.extend_from_slice(fields);
        self.post(&format!("/staff/leads/{reference}/{verb}"), &all).await
    }
}

/// Sends a request and reads its answer.
pub async fn read(request: reqwest::RequestBuilder) -> Page {
    let answer = request.send().await.expect("an answer");
    Page { status: answer.status().as_u16(), headers: answer.headers().clone(), body: answer.text().await.unwrap_or_default() }
}
