//! What production, and development under a public name, do not start with. Every reason is one line: what, where, what to do; all reasons at once.

use std::net::IpAddr;

use super::{Config, Environment};
use crate::db::Address;
use crate::values::{Private, is_private_host};

/// What the database says about staff who subscribed to new inquiries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscribers {
    /// At least one.
    Some,
    /// None, or the database could not be asked.
    NoneKnown,
}

/// Which key files a process needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysNeeded {
    /// Only the one that seals.
    Public,
    /// Both.
    Both,
}

impl Config {
    /// Reasons not to start.
    pub fn refusals(&self, keys: KeysNeeded, subscribers: Subscribers) -> Vec<String> {
        match self.environment {
            Environment::Development => self.development_refusals(),
            Environment::Production => self.production_refusals(keys, subscribers),
        }
    }

    /// Development is for this machine and its private network.
    fn development_refusals(&self) -> Vec<String> {
        let host = |url: &str| url.split_once("://").map(|(_, host)| host.to_owned());
        let public = self.http.public_url.as_deref().filter(|url| !host(url).is_some_and(|host| is_private_host(&host)));
        let reason = |url| {
            format!(
                "the public URL is {url}, and INTAKE_ENV is development, which has no second factor and no TLS: set INTAKE_ENV=production, \
                 or INTAKE__HTTP__PUBLIC_URL to an address of this machine or its private network"
            )
        };
        public.map(reason).into_iter().collect()
    }

    /// Reasons why production would not start with these settings, wherever they run.
    pub fn production_refusals(&self, keys: KeysNeeded, subscribers: Subscribers) -> Vec<String> {
        let mut reasons = Vec::new();
        let mut refuse = |wrong: bool, reason: String| {
            if wrong {
                reasons.push(reason);
            }
        };
        refuse(self.database.url.is_none(), "no database: set DATABASE_URL to your Postgres".into());
        for reason in self.unverified_databases() {
            refuse(true, reason);
        }
        self.mail_refusals(&mut refuse);
        for (needed, what, file, variable) in [
            (keys == KeysNeeded::Both, "private", &self.keys.private_file, "INTAKE__KEYS__PRIVATE_FILE"),
            (true, "public", &self.keys.public_file, "INTAKE__KEYS__PUBLIC_FILE"),
        ] {
            let reason = format!("no {what} key at {}: run `intake keys init`, or set {variable}", file.display());
            refuse(needed && !file.is_file(), reason);
        }
        let plain = self.http.public_url.as_deref().is_none_or(|url| !url.starts_with("https://"));
        refuse(plain, "the public URL is not https: set INTAKE__HTTP__PUBLIC_URL to the https:// address people use".into());
        refuse(!self.security.require_mfa, "the second factor is off: set INTAKE__SECURITY__REQUIRE_MFA=true".into());
        refuse(self.facility.phone.is_empty(), "no telephone number for people in need: set INTAKE__FACILITY__PHONE".into());
        let nobody = self.notify.recipients.is_empty() && subscribers == Subscribers::NoneKnown;
        let how = "set INTAKE__NOTIFY__RECIPIENTS, or add staff with `intake staff add`";
        refuse(nobody, format!("nobody would be told of a new inquiry: {how}"));
        reasons
    }

    /// Databases that would be reached over a network without proof of which server answers, one reason for each URL. The name is
    /// what tells the right server from another one with a certificate: less than `verify-full` does not do.
    pub fn unverified_databases(&self) -> Vec<String> {
        let urls = [("DATABASE_URL", &self.database.url), ("INTAKE__DATABASE__MIGRATION_URL", &self.database.migration_url)];
        let reason = |(variable, url): (&str, &Option<Private<String>>)| {
            let hosts = Address::parse(url.as_ref()?.reveal()).ok()?.unverified();
            (!hosts.is_empty()).then(|| {
                format!(
                    "the database at {} would be reached over a network without TLS that proves which server answers: add \
                     sslmode=verify-full (and sslrootcert=FILE for an authority of your own) to {variable}",
                    hosts.join(", ")
                )
            })
        };
        urls.into_iter().filter_map(reason).collect()
    }

    fn mail_refusals(&self, refuse: &mut impl FnMut(bool, String)) {
        let Some(url) = &self.mail.smtp_url else {
            refuse(true, "no mail server (mails would only become files): set INTAKE__MAIL__SMTP_URL".into());
            return;
        };
        let clear = "the mail server would be spoken to in clear text: use smtps:// or add ?tls=required to INTAKE__MAIL__SMTP_URL";
        refuse(!is_encrypted(url.reveal()), clear.into());
    }
}

/// TLS is certain, or the server is this machine.
fn is_encrypted(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("smtp://") else { return url.starts_with("smtps://") };
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    if query.split('&').any(|pair| pair == "tls=required" || pair == "tls=wrapper") {
        return true;
    }
    let authority = address.split('/').next().unwrap_or(address);
    let host_port = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host_port.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host_port.split(':').next().unwrap_or(host_port),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_or_this_machine_counts_as_encrypted() {
        for url in [
            "smtps://mail.example.org",
            "smtp://mail.example.org?tls=required",
            "smtp://localhost:1025",
            "smtp://u:p@127.0.0.1",
            "smtp://[::1]:25",
        ] {
            assert!(is_encrypted(url), "{url}");
        }
        for url in [
            "smtp://mail.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://localhost@mail.example.org",
            "smtp://localhost.example.org",
        ] {
            assert!(!is_encrypted(url), "{url}");
        }
    }
}
