//! From raw settings to typed ones. Every bad value is collected; each problem says key, value (not for secrets) and what is expected.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use toml::Value;

use super::proxies::{self, ClientAddressHeader};
use super::shown;
use super::source::{self, Source};
use super::{
    CadenceStep, Config, Embed, Environment, Facility, Holiday, Http, KeyFiles, Leads, Limits, Mail, Notify, PreScreen, QuietHours,
    RoutingRules, Security, Spool, StaffedHours,
};
use crate::values::{EmailAddress, PhoneNumber, Private};

const HEADERS: &str = "one of X-Forwarded-For, Forwarded, X-Real-IP, CF-Connecting-IP, True-Client-IP, Fly-Client-IP";

/// Reads typed values and collects what is wrong.
pub(super) struct Reader {
    source: Source,
}

impl Reader {
    pub fn new(source: Source) -> Self {
        Self { source }
    }

    /// The typed settings; problems are left in [`Reader::problems`].
    pub fn config(&mut self) -> Config {
        let data_dir =
            self.parsed("data_dir", "a folder", |text| (!text.is_empty()).then(|| PathBuf::from(text))).unwrap_or_default();
        let keys = self.keys(&data_dir);
        Config {
            environment: self.source.environment,
            data_dir,
            shown: shown::all(&self.source.settings),
            http: self.http(),
            database: super::database::read(self),
            mail: self.mail(),
            notify: self.notify(),
            keys,
            security: self.security(),
            limits: Limits {
                inquiries_per_minute: self.number("limits.inquiries_per_minute", 0..=1_000_000),
                total_per_minute: self.number("limits.total_per_minute", 0..=1_000_000),
            },
            spool: Spool { max_megabytes: self.number("spool.max_megabytes", 1..=1_000_000) },
            facility: self.facility(),
            leads: self.leads(),
            retention: super::records::retention(self),
            embed: Embed {
                allowed_origins: self.list("embed.allowed_origins", "an origin such as https://www.example.org", origin),
            },
            pre_screen: PreScreen::default(),
            rules: RoutingRules::default(),
        }
    }

    /// Notes a problem.
    pub(super) fn note(&mut self, problem: String) {
        self.source.problems.push(problem);
    }

    /// What was wrong, in the order it was found.
    pub fn problems(self) -> Vec<String> {
        self.source.problems
    }

    fn http(&mut self) -> Http {
        Http {
            bind: self
                .parsed("http.bind", "an address with a port, such as 127.0.0.1:8080", socket_address)
                .unwrap_or_else(loopback),
            public_url: self.optional("http.public_url", "a URL without a path, such as https://intake.example.org", base_url),
            trusted_proxies: self.list("http.trusted_proxies", "an address or network, such as 10.0.0.0/8", proxies::network),
            client_address_header: self
                .parsed("http.client_address_header", HEADERS, ClientAddressHeader::parse)
                .unwrap_or_default(),
            metrics_bind: self.optional("http.metrics_bind", "an address with a port, such as 127.0.0.1:9090", socket_address),
            hsts_subdomains: self.flag("http.hsts_subdomains"),
            notice_seconds: self.number("http.notice_seconds", 0..=60),
            workers: self.number("http.workers", 0..=256),
        }
    }

    fn mail(&mut self) -> Mail {
        Mail {
            smtp_url: self.optional("mail.smtp_url", "a URL that begins with smtp:// or smtps://", smtp_url),
            from: self.parsed("mail.from", "an address, such as Intake <intake@example.org>", sender).unwrap_or_default(),
            give_up_after_hours: self.number("mail.give_up_after_hours", 1..=8_760),
        }
    }

    fn notify(&mut self) -> Notify {
        Notify {
            recipients: self.list("notify.recipients", "an e-mail address", address),
            promise_minutes: self.number("notify.promise_minutes", 1..=10_080),
            escalate_after_minutes: self.number("notify.escalate_after_minutes", 1..=10_080),
            collapse_above_per_minute: self.number("notify.collapse_above_per_minute", 1..=1_000_000),
        }
    }

    fn keys(&mut self, data_dir: &std::path::Path) -> KeyFiles {
        let mut file = |key: &str, name: &str| match self.text(key) {
            empty if empty.is_empty() => data_dir.join("keys").join(name),
            path => PathBuf::from(path),
        };
        KeyFiles { private_file: file("keys.private_file", "private.key"), public_file: file("keys.public_file", "public.key") }
    }

    fn security(&mut self) -> Security {
        Security {
            require_mfa: self.flag("security.require_mfa"),
            idle_minutes: self.number("security.idle_minutes", 1..=30),
            session_hours: self.number("security.session_hours", 1..=12),
        }
    }

    fn facility(&mut self) -> Facility {
        let phone = self.optional("facility.phone", "a telephone number", phone).unwrap_or_default();
        Facility {
            name: self.parsed("facility.name", "a name", filled).unwrap_or_default(),
            short_name: self.parsed("facility.short_name", "a name", filled).unwrap_or_default(),
            phone_is_example: self.source.environment == Environment::Development && is_example(&phone),
            phone,
            time_zone: self
                .parsed("facility.time_zone", "an IANA zone, such as America/Los_Angeles", parse)
                .unwrap_or(chrono_tz::UTC),
            staffed_hours: self.staffed_hours(),
            reference_prefix: self
                .parsed("facility.reference_prefix", "one to six capital letters or digits", prefix)
                .unwrap_or_default(),
        }
    }

    fn staffed_hours(&mut self) -> Option<StaffedHours> {
        let hours = self.optional("facility.staffed_hours", "hours such as Mon-Sun 07:00-21:00", StaffedHours::parse);
        let holidays = self.list("facility.holidays", "a day such as 2026-11-26, or 12-25 for every year", Holiday::parse);
        hours.map(|hours| StaffedHours { holidays, ..hours })
    }

    fn leads(&mut self) -> Leads {
        Leads {
            lease_minutes: self.number("leads.lease_minutes", 1..=1_440),
            cadence: self.list("leads.cadence", "a step such as 15m, 4h, 3d or next-morning", CadenceStep::parse),
            quiet_hours: self.optional("leads.quiet_hours", "hours such as 21:00-08:00", QuietHours::parse),
            place_kept_days: self.number("leads.place_kept_days", 0..=60),
        }
    }

    fn value(&self, key: &str) -> Value {
        self.source.settings.get(key).map_or_else(|| Value::String(String::new()), |setting| setting.value.clone())
    }

    fn complain(&mut self, key: &str, shown: &str, expected: &str) {
        let value = if source::is_secret(key) { "its value (not shown)".to_owned() } else { format!("`{shown}`") };
        let place = self.place(key);
        self.source.problems.push(format!("{place}: {value} is not {expected}"));
    }

    /// The setting, and where its value comes from, in words an operator knows.
    pub(super) fn place(&self, key: &str) -> String {
        let origin = self.source.settings.get(key).map_or_else(String::new, |setting| setting.origin.clone());
        if origin == source::variable_of(key) { origin } else { format!("{key} (set by {origin})") }
    }

    pub(super) fn text(&mut self, key: &str) -> String {
        let value = self.value(key);
        if let Value::String(text) = value {
            return text;
        }
        self.complain(key, &value.to_string(), "a text in quotes");
        String::new()
    }

    fn parsed<T>(&mut self, key: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(key);
        let parsed = parse(text.trim());
        if parsed.is_none() {
            self.complain(key, &text, expected);
        }
        parsed
    }

    pub(super) fn optional<T>(&mut self, key: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        if self.value(key).as_str().is_some_and(|text| text.trim().is_empty()) { None } else { self.parsed(key, expected, parse) }
    }

    fn list<T>(&mut self, key: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let Value::Array(items) = self.value(key) else {
            let shown = self.value(key).to_string();
            self.complain(key, &shown, "a list in brackets");
            return Vec::new();
        };
        let mut list = Vec::new();
        for item in items {
            match item.as_str().and_then(|text| parse(text.trim())) {
                Some(value) => list.push(value),
                None => self.complain(key, item.as_str().unwrap_or(&item.to_string()), expected),
            }
        }
        list
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        let value = self.value(key);
        let flag = value.as_bool().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
        if flag.is_none() {
            self.complain(key, value.as_str().unwrap_or(&value.to_string()), "true or false");
        }
        flag.unwrap_or_default()
    }

    pub(super) fn number<T: TryFrom<i64> + Default>(&mut self, key: &str, range: RangeInclusive<i64>) -> T {
        let value = self.value(key);
        let number = value.as_integer().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
        let fitting = number.filter(|number| range.contains(number)).and_then(|number| T::try_from(number).ok());
        if fitting.is_none() {
            let expected = format!("a whole number from {} to {}", range.start(), range.end());
            self.complain(key, value.as_str().unwrap_or(&value.to_string()), &expected);
        }
        fitting.unwrap_or_default()
    }
}

pub(super) fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// `localhost:8080` is understood too.
fn socket_address(text: &str) -> Option<SocketAddr> {
    text.replace("localhost:", "127.0.0.1:").parse().ok()
}

fn base_url(text: &str) -> Option<String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    (!host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])).then(|| text.to_ascii_lowercase())
}

fn origin(text: &str) -> Option<String> {
    let base = base_url(text)?;
    let host = base.strip_prefix("http://").map(|rest| rest.split(':').next().unwrap_or(rest).to_owned());
    (!base.contains('*') && host.is_none_or(|host| host == "localhost" || host == "127.0.0.1")).then_some(base)
}

fn smtp_url(text: &str) -> Option<Private<String>> {
    let host = text.strip_prefix("smtp://").or_else(|| text.strip_prefix("smtps://"))?;
    (!host.is_empty()).then(|| Private::new(text.to_owned()))
}

fn address(text: &str) -> Option<String> {
    EmailAddress::parse(text).ok().map(|address| address.reveal().to_owned())
}

fn sender(text: &str) -> Option<String> {
    let inner = text.rsplit_once('<').map_or(Some(text), |(_, rest)| rest.strip_suffix('>'))?;
    address(inner).map(|_| text.to_owned())
}

fn phone(text: &str) -> Option<String> {
    PhoneNumber::parse(text).ok().map(|_| text.to_owned())
}

/// 555-0100 to 555-0199 are kept free for examples.
fn is_example(phone: &str) -> bool {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits.len() >= 7 && digits.get(digits.len() - 7..).is_some_and(|line| line.starts_with("55501"))
}

fn prefix(text: &str) -> Option<String> {
    let fits = (1..=6).contains(&text.len()) && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    fits.then(|| text.to_owned())
}
