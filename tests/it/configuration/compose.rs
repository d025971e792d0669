//! `docker-compose.yml` as Compose reads it: development without a domain, production with one, and nothing in between.

use std::collections::BTreeMap;

use intake::config::{Config, Environment, KeysNeeded, Subscribers};

const FILE: &str = include_str!("../../../docker-compose.yml");
const CADDY: &str = include_str!("../../../docs/caddy/Caddyfile");

/// `${NAME:+word}` and `${NAME:-word}` replaced, as Compose does.
fn interpolated(text: &str, variables: &BTreeMap<&str, &str>) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let (expression, after) = rest.split_once('}').expect("a closed expression");
    let (name, word) = expression.split_once(':').expect("a default or a replacement");
    let value = variables.get(name).copied().filter(|value| !value.is_empty());
    let value = match (word.split_at(1), value) {
        (("+", word), Some(_)) => word,
        (("+", _), None) => "",
        (("-", word), value) => value.unwrap_or(word),
        _ => panic!("{expression}"),
    };
    format!("{before}{value}{}", interpolated(after, variables))
}

/// The settings of the `app` service where these variables are set.
fn app(variables: &[(&'static str, &'static str)]) -> Config {
    let set: BTreeMap<&str, &str> = variables.iter().copied().collect();
    let service = FILE.split_once("  app:\n").unwrap().1.split_once("\n  postgres:\n").unwrap().0;
    let environment = service.split_once("    environment:\n").unwrap().1.split_once("    secrets:").unwrap().0;
    let mut passed = BTreeMap::new();
    for line in environment.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let (name, value) = line.split_once(':').expect("a name and a value");
        let value = match value.trim() {
            "" => set.get(name).map(|value| (*value).to_owned()),
            text => Some(interpolated(text, &set)),
        };
        passed.extend(value.map(|value| (name.to_owned(), value)));
    }
    assert_eq!(passed.remove("DATABASE_URL_FILE").as_deref(), Some("/run/secrets/database_url"));
    passed.insert("DATABASE_URL".to_owned(), "postgres://intake:x@%2Fvar%2Frun%2Fpostgresql/intake".to_owned());
    let passed: Vec<(&str, &str)> = passed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    super::load(&passed).expect("valid settings")
}

#[test]
fn without_a_domain_it_is_development_on_this_machine() {
    let config = app(&[]);
    assert_eq!(config.environment, Environment::Development);
    assert_eq!(config.http.public_url.as_deref(), Some("http://localhost:8080"));
    assert_eq!(config.refusals(KeysNeeded::Both, Subscribers::NoneKnown), Vec::<String>::new());
    assert!(config.facility.phone_is_example);
    assert!(FILE.contains("ports: [\"127.0.0.1:8080:8080\"]"));
}

#[test]
fn with_a_domain_it_is_production_and_says_all_that_is_missing() {
    let config = app(&[("INTAKE_DOMAIN", "intake.example.org")]);
    assert_eq!(config.environment, Environment::Production);
    assert_eq!(config.http.public_url.as_deref(), Some("https://intake.example.org"));
    assert!(config.security.require_mfa);
    let reasons = config.refusals(KeysNeeded::Both, Subscribers::NoneKnown).join("\n");
    for missing in ["clear text", "no private key", "no public key", "FACILITY__PHONE", "NOTIFY__RECIPIENTS"] {
        assert!(reasons.contains(missing), "{missing}: {reasons}");
    }
    let whole = app(&[
        ("INTAKE_DOMAIN", "intake.example.org"),
        ("INTAKE__MAIL__SMTP_URL", "smtps://mail.example.org"),
        ("INTAKE__NOTIFY__RECIPIENTS", "admissions@example.org"),
        ("INTAKE__FACILITY__PHONE", "+1 831 555 0100"),
    ]);
    let reasons = whole.refusals(KeysNeeded::Both, Subscribers::NoneKnown);
    assert!(reasons.iter().all(|reason| reason.contains(" key at ")), "only the keys are missing: {reasons:?}");
}

#[test]
fn caddy_starts_with_a_domain_alone_and_passes_on_no_invented_address() {
    let caddy = FILE.split_once("\n  caddy:\n").unwrap().1.split_once("\nnetworks:").unwrap().0;
    assert!(caddy.contains("profiles: [tls]") && caddy.contains("$${INTAKE_DOMAIN:?"), "{caddy}");
    assert!(caddy.contains("./docs/caddy/Caddyfile:/etc/caddy/Caddyfile:ro"), "{caddy}");
    assert!(CADDY.contains("header_up -Forwarded"), "{CADDY}");
    let address = caddy.split_once("ipv4_address: ").unwrap().1.lines().next().unwrap();
    let config = app(&[]);
    assert_eq!(config.http.trusted_proxies, [format!("{address}/32").parse().unwrap()], "Caddy is the only proxy believed");
    assert_eq!(config.http.client_address_header.name(), "X-Forwarded-For");
}
