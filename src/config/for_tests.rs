//! The settings of tests: a literal, so that no file or variable of the machine changes what a test sees.

use std::net::SocketAddr;
use std::path::Path;

use super::{
    CadenceStep, ClientAddressHeader, Config, Database, Embed, Environment, Facility, Http, KeyFiles, Leads, Limits, Mail, Notify,
    Retention, Security, Spool, StaffedHours,
};

impl Config {
    /// Development settings for a test: any port, limits off, one recipient, a database that need not be durable.
    pub fn for_tests(data_dir: &Path) -> Self {
        Self {
            environment: Environment::Development,
            data_dir: data_dir.to_owned(),
            shown: built_in(),
            http: Http {
                bind: SocketAddr::from(([127, 0, 0, 1], 0)),
                public_url: None,
                trusted_proxies: Vec::new(),
                client_address_header: ClientAddressHeader::default(),
                metrics_bind: None,
                hsts_subdomains: false,
                notice_seconds: 0,
                workers: 1,
            },
            database: Database {
                url: None,
                migration_url: None,
                public_role: None,
                auto_migrate: true,
                connect_timeout_seconds: 3,
                pool_size: 4,
                allow_unsafe_durability: true,
            },
            mail: Mail { smtp_url: None, from: "Intake <intake@example.org>".to_owned(), give_up_after_hours: 72 },
            notify: Notify {
                recipients: vec!["admissions@example.org".to_owned()],
                promise_minutes: 15,
                escalate_after_minutes: 10,
                collapse_above_per_minute: 60,
            },
            keys: KeyFiles { private_file: data_dir.join("keys/private.key"), public_file: data_dir.join("keys/public.key") },
            security: Security { require_mfa: false, idle_minutes: 15, session_hours: 8 },
            limits: Limits { inquiries_per_minute: 0, total_per_minute: 0 },
            spool: Spool { max_megabytes: 16 },
            facility: Facility {
                name: "Elevate Addiction Services".to_owned(),
                short_name: "Elevate".to_owned(),
                phone: "(831) 555-0142".to_owned(),
                phone_is_example: true,
                time_zone: chrono_tz::America::Los_Angeles,
                staffed_hours: StaffedHours::parse("Mon-Sun 07:00-21:00"),
                reference_prefix: "EL".to_owned(),
            },
            leads: Leads {
                lease_minutes: 30,
                cadence: vec![
                    CadenceStep::Minutes(0),
                    CadenceStep::Minutes(60),
                    CadenceStep::Minutes(240),
                    CadenceStep::NextMorning,
                    CadenceStep::Days(3),
                    CadenceStep::Days(7),
                ],
                quiet_hours: None,
                place_kept_days: 1,
            },
            retention: Retention {
                admitted_days: 2190,
                lost_days: 1095,
                declined_days: 2190,
                referred_out_days: 2190,
                invalid_days: 365,
                spam_days: 90,
                quarantined_days: 90,
                mails_days: 800,
                drafts_days: 14,
                most_at_once_percent: 20,
            },
            embed: Embed { allowed_origins: Vec::new() },
            pre_screen: super::documents::built_in().0,
            rules: super::documents::built_in().1,
        }
    }
}

/// The built-in settings as they are shown, without files and variables.
fn built_in() -> Vec<super::Shown> {
    let source = super::source::read(&std::collections::BTreeMap::new(), &super::folder::Folder::named("/nowhere".into()));
    source.map(|source| super::shown::all(&source.settings)).unwrap_or_default()
}
