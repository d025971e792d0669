//! Settings: their layers, what is refused by name, what production does not start with.

mod compose;

use std::collections::BTreeMap;

use intake::config::{CadenceStep, Config, ConfigError, Environment, KeysNeeded, Subscribers, load_from};

/// Settings from these variables alone: no file of the machine is read.
fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let empty = std::env::temp_dir().join("intake-no-config");
    std::fs::create_dir_all(&empty).expect("folder");
    let mut all: BTreeMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    all.entry("INTAKE_CONFIG_DIR".to_owned()).or_insert_with(|| empty.display().to_string());
    load_from(&all)
}

fn problem(variables: &[(&str, &str)]) -> String {
    load(variables).expect_err("refused").to_string()
}

#[test]
fn without_any_setting_development_starts_on_the_loopback_address() {
    let config = load(&[]).expect("defaults");
    assert_eq!(config.environment, Environment::Development);
    assert_eq!(config.http.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.data_dir.to_str(), Some("./data"));
    assert!(config.database.url.is_none() && config.mail.smtp_url.is_none());
    assert!(!config.security.require_mfa);
    assert!(config.facility.phone_is_example && config.facility.phone.contains("555-01"));
    assert_eq!(config.facility.time_zone, chrono_tz::America::Los_Angeles);
    assert_eq!(config.facility.staffed_hours, None);
    assert_eq!(config.leads.cadence.len(), 6);
    assert_eq!(config.leads.cadence[3], CadenceStep::NextMorning);
    assert!(config.keys.private_file.ends_with("data/keys/private.key"));
}

#[test]
fn the_environment_wins_over_every_file() {
    let config = load(&[
        ("INTAKE__DATA_DIR", "/srv/intake"),
        ("INTAKE__HTTP__BIND", "127.0.0.1:0"),
        ("INTAKE__HTTP__PUBLIC_URL", "https://Intake.example.org/"),
        ("INTAKE__HTTP__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("INTAKE__NOTIFY__RECIPIENTS", "a@example.org, b@example.org,"),
        ("INTAKE__SECURITY__REQUIRE_MFA", "true"),
        ("INTAKE__LIMITS__INQUIRIES_PER_MINUTE", "0"),
        ("INTAKE__FACILITY__STAFFED_HOURS", "Mon-Sun 07:00-21:00"),
        ("INTAKE__LEADS__CADENCE", "0m, 1h, next-morning"),
        ("DATABASE_URL", "postgres://intake@localhost/intake"),
    ])
    .expect("valid");
    assert_eq!(config.http.bind.port(), 0);
    assert_eq!(config.http.public_url.as_deref(), Some("https://intake.example.org"));
    let trusted: Vec<String> = config.http.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(trusted, ["10.0.0.0/8", "::1/128"]);
    assert_eq!(config.notify.recipients, ["a@example.org", "b@example.org"]);
    assert!(config.security.require_mfa);
    assert_eq!(config.limits.inquiries_per_minute, 0);
    assert!(config.facility.staffed_hours.is_some());
    assert_eq!(config.leads.cadence.len(), 3);
    assert!(config.database.url.is_some());
    assert_eq!(config.keys.public_file.to_str(), Some("/srv/intake/keys/public.key"));
}

#[test]
fn an_unknown_variable_is_refused_by_name_with_a_hint() {
    let text = problem(&[("INTAKE__FACILITY__PHON", "+1 831 555 0142")]);
    assert!(text.contains("INTAKE__FACILITY__PHON is an unknown setting (`facility.phon`)"), "{text}");
    assert!(problem(&[("INTAKE__SECURITY__STAFFED_HOURS", "x")]).contains("did you mean `facility.staffed_hours`?"));
}

#[test]
fn an_unknown_key_of_a_file_is_refused_by_name() {
    let folder = std::env::temp_dir().join(format!("intake-config-{}", uuid::Uuid::new_v4().simple()));
    std::fs::create_dir(&folder).expect("folder");
    std::fs::write(folder.join("development.toml"), "[facility]\nphone_number = \"1\"\nname = \"Door\"\n").expect("file");
    let text = problem(&[("INTAKE_CONFIG_DIR", folder.to_str().expect("path"))]);
    assert!(text.contains("development.toml has an unknown key `facility.phone_number`"), "{text}");
    std::fs::write(folder.join("development.toml"), "[mail]\nsmtp_url = \"smtp://user:hunter2@host\"\n").expect("file");
    let text = problem(&[("INTAKE_CONFIG_DIR", folder.to_str().expect("path"))]);
    assert!(text.contains("INTAKE__MAIL__SMTP_URL_FILE") && !text.contains("hunter2"), "{text}");
    std::fs::write(folder.join("development.toml"), "[facility]\nname = \"Door\"\n").expect("file");
    let config = load(&[("INTAKE_CONFIG_DIR", folder.to_str().expect("path"))]).expect("valid");
    assert_eq!(config.facility.name, "Door");
    std::fs::remove_dir_all(folder).expect("clean");
}

#[test]
fn every_bad_value_is_named_with_what_is_expected_and_no_secret_is_shown() {
    let text = problem(&[
        ("INTAKE__HTTP__BIND", "eighty"),
        ("INTAKE__SECURITY__IDLE_MINUTES", "31"),
        ("INTAKE__DATABASE__AUTO_MIGRATE", "perhaps"),
        ("INTAKE__FACILITY__TIME_ZONE", "Mars/Olympus"),
        ("INTAKE__FACILITY__STAFFED_HOURS", "always"),
        ("INTAKE__NOTIFY__RECIPIENTS", "not an address"),
        ("DATABASE_URL", "mysql://root:hunter2@host/db"),
    ]);
    assert_eq!(text.lines().count(), 7, "{text}");
    for part in [
        "INTAKE__HTTP__BIND: `eighty` is not an address with a port",
        "INTAKE__SECURITY__IDLE_MINUTES: `31` is not a whole number from 1 to 30",
        "INTAKE__DATABASE__AUTO_MIGRATE: `perhaps` is not true or false",
        "INTAKE__FACILITY__TIME_ZONE: `Mars/Olympus` is not an IANA zone",
        "INTAKE__FACILITY__STAFFED_HOURS: `always` is not hours such as",
        "INTAKE__NOTIFY__RECIPIENTS: `not an address` is not an e-mail address",
        "DATABASE_URL: its value (not shown) is not a URL",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    assert!(!text.contains("hunter2"));
}

#[test]
fn a_secret_can_come_from_a_file_and_an_empty_one_is_not_set() {
    let file = std::env::temp_dir().join(format!("intake-secret-{}", uuid::Uuid::new_v4().simple()));
    std::fs::write(&file, "postgres://intake:secret@localhost/intake\n").expect("file");
    let config = load(&[("DATABASE_URL_FILE", file.to_str().expect("path")), ("DATABASE_URL", "")]).expect("valid");
    assert_eq!(config.database.url.expect("set").reveal(), "postgres://intake:secret@localhost/intake");
    std::fs::remove_file(file).expect("clean");
    assert!(problem(&[("DATABASE_URL_FILE", "/nowhere/secret")]).contains("DATABASE_URL_FILE names a file that cannot be read"));
    assert!(load(&[("DATABASE_URL", ""), ("INTAKE__MAIL__SMTP_URL", "")]).expect("valid").database.url.is_none());
}

#[test]
fn an_unknown_environment_is_refused() {
    assert!(problem(&[("INTAKE_ENV", "staging")]).contains("INTAKE_ENV is `staging`: expected `development` or `production`"));
}

#[test]
fn production_says_every_reason_at_once() {
    let config = load(&[("INTAKE_ENV", "production"), ("INTAKE__SECURITY__REQUIRE_MFA", "false")]).expect("valid");
    assert!(!config.facility.phone_is_example);
    let reasons = config.refusals(KeysNeeded::Both, Subscribers::NoneKnown);
    assert_eq!(reasons.len(), 8, "{reasons:#?}");
    for (reason, word) in reasons.iter().zip([
        "DATABASE_URL",
        "SMTP_URL",
        "PRIVATE_FILE",
        "PUBLIC_FILE",
        "PUBLIC_URL",
        "REQUIRE_MFA",
        "FACILITY__PHONE",
        "RECIPIENTS",
    ]) {
        assert!(reason.contains(word), "{reason} should name {word}");
    }
}

#[test]
fn production_refuses_each_database_over_a_network_that_it_would_not_verify() {
    let reasons = |url: &str, owner: &str| {
        let settings = [("INTAKE_ENV", "production"), ("DATABASE_URL", url), ("INTAKE__DATABASE__MIGRATION_URL", owner)];
        let reasons = load(&settings).expect("valid").refusals(KeysNeeded::Both, Subscribers::Some);
        reasons.into_iter().filter(|reason| reason.contains("verify-full")).collect::<Vec<_>>()
    };
    for url in [
        "postgres://intake:x@10.1.2.3/intake",
        "postgres://intake:x@10.1.2.3/intake?sslmode=disable",
        "postgres://intake:x@10.1.2.3/intake?sslmode=require",
        "postgres://intake:x@10.1.2.3/intake?sslmode=verify-ca",
        "postgres://intake:x@10.1.2.3/intake?sslmode=verify-full&sslmode=require",
        "postgres://intake:x@localhost,10.1.2.3/intake",
        "postgres://intake:x@localhost/intake?hostaddr=10.1.2.3",
        "postgres://intake:x@localhost/intake?host=10.1.2.3",
        "postgres://intake:x@db/intake",
    ] {
        let found = reasons(url, "");
        assert!(found.len() == 1 && found[0].contains("DATABASE_URL") && !found[0].contains(":x@"), "{url}: {found:?}");
    }
    for url in [
        "postgres://intake:x@10.1.2.3,db/intake?sslmode=verify-full",
        "postgres://intake:x@db/intake?sslrootcert=system",
        "postgres://intake:x@localhost:6000/intake",
        "postgres://intake:x@[::1]/intake",
        "postgres://intake:x@%2Frun%2Fpostgresql/intake",
    ] {
        assert_eq!(reasons(url, ""), Vec::<String>::new(), "{url}");
        let owner = reasons(url, "postgres://owner:x@10.1.2.3/intake");
        assert!(owner.len() == 1 && owner[0].contains("MIGRATION_URL"), "{owner:?}");
    }
}

#[test]
fn what_is_wrong_with_a_database_url_is_named_and_nothing_of_it_is_shown() {
    for (url, word) in [
        ("postgres://intake:hunter2@db/intake?sslmode=maybe", "sslmode is not disable"),
        ("postgres://intake:hunter2@db/intake?sslmode=verify-full&sslrootcert=/nowhere.pem", "/nowhere.pem cannot be read"),
        ("postgres://intake:hunter2@db/intake?sslrootcert=/nowhere.pem", "sslrootcert verifies nothing"),
        ("postgres://intake:hunter2@db/intake?sslmod=require", "unknown option `sslmod`"),
        ("postgres://intake:hun@ter2@db/intake", "write the one in a user or password as %40"),
        ("postgres://intake:hunter2@db:port/intake", "`port`"),
        ("postgres:///intake", "names no host"),
    ] {
        let said = problem(&[("DATABASE_URL", url)]);
        assert!(said.contains("DATABASE_URL: its value (not shown)") && said.contains(word), "{url}: {said}");
        assert!(!said.contains("ter2"), "{said}");
    }
}

#[test]
fn a_whole_production_is_not_refused() {
    let folder = std::env::temp_dir().join(format!("intake-keys-{}", uuid::Uuid::new_v4().simple()));
    std::fs::create_dir_all(folder.join("keys")).expect("folder");
    std::fs::write(folder.join("keys/public.key"), "").expect("file");
    let settings = [
        ("INTAKE_ENV", "production"),
        ("INTAKE__DATA_DIR", folder.to_str().expect("path")),
        ("DATABASE_URL", "postgres://intake@db/intake?sslmode=verify-full"),
        ("INTAKE__MAIL__SMTP_URL", "smtp://mail.example.org:587?tls=required"),
        ("INTAKE__HTTP__PUBLIC_URL", "https://intake.example.org"),
        ("INTAKE__FACILITY__PHONE", "+1 831 555 0100"),
    ];
    let config = load(&settings).expect("valid");
    assert_eq!(config.refusals(KeysNeeded::Public, Subscribers::Some), Vec::<String>::new());
    let both = config.refusals(KeysNeeded::Both, Subscribers::Some);
    assert!(both.len() == 1 && both[0].contains("no private key"), "{both:?}");
    std::fs::remove_dir_all(folder).expect("clean");
}

#[test]
fn the_header_that_names_the_client_is_one_whose_syntax_is_known() {
    use intake::config::ClientAddressHeader;
    assert_eq!(load(&[]).expect("defaults").http.client_address_header, ClientAddressHeader::XForwardedFor);
    for (text, wanted) in [("forwarded", ClientAddressHeader::Forwarded), ("cf-connecting-ip", ClientAddressHeader::CfConnectingIp)]
    {
        let config = load(&[("INTAKE__HTTP__CLIENT_ADDRESS_HEADER", text)]).expect("valid");
        assert_eq!(config.http.client_address_header, wanted);
    }
    for text in ["X-Forwarded", "", "X-Forwarded-For, Forwarded", "Host"] {
        let problem = problem(&[("INTAKE__HTTP__CLIENT_ADDRESS_HEADER", text)]);
        let wanted = format!("INTAKE__HTTP__CLIENT_ADDRESS_HEADER: `{text}` is not one of X-Forwarded-For, Forwarded, X-Real-IP");
        assert!(problem.contains(&wanted), "{problem}");
    }
    for text in ["10.0.0.0/40", "nonsense", "10.0.0.0/", "2001:db8::/129"] {
        assert!(problem(&[("INTAKE__HTTP__TRUSTED_PROXIES", text)]).contains("INTAKE__HTTP__TRUSTED_PROXIES"), "{text}");
    }
    let config = load(&[("INTAKE__HTTP__TRUSTED_PROXIES", "::ffff:10.0.0.0/104, 192.0.2.7")]).expect("valid");
    assert_eq!(config.http.trusted_proxies, ["10.0.0.0/8", "192.0.2.7/32"].map(|network| network.parse().unwrap()));
}

#[test]
fn development_does_not_start_under_a_public_address() {
    for url in ["https://intake.example.org", "http://intake.example.org:8080", "http://203.0.113.9"] {
        let config = load(&[("INTAKE__HTTP__PUBLIC_URL", url)]).expect("valid");
        let reasons = config.refusals(KeysNeeded::Both, Subscribers::Some);
        assert!(reasons.len() == 1 && reasons[0].contains(url) && reasons[0].contains("INTAKE_ENV=production"), "{reasons:?}");
    }
    for url in ["", "http://localhost:8080", "http://192.168.1.20:8080", "https://frontdesk.local", "http://[::1]:8080"] {
        let config = load(&[("INTAKE__HTTP__PUBLIC_URL", url)]).expect("valid");
        assert_eq!(config.refusals(KeysNeeded::Both, Subscribers::Some), Vec::<String>::new(), "{url}");
    }
}
