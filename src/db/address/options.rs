//! The options of a database URL that `tokio_postgres` does not know, and what is wrong with the others.

use percent_encoding::percent_decode_str;

use super::{AddressError, KEEPALIVE_IDLE, Roots, SslMode, unusable};

/// The options of the URL that are interpreted here.
#[derive(Default)]
pub(super) struct Options {
    mode: Option<String>,
    root: Option<String>,
    pub cert: Option<String>,
    pub key: Option<String>,
}

impl Options {
    pub fn ssl(&self) -> Result<(SslMode, Roots), AddressError> {
        let mode = match self.mode.as_deref() {
            None => None,
            Some("disable") => Some(SslMode::Disable),
            // Libpq's `allow` tries clear text first; whoever does not mind clear text does not mind TLS either.
            Some("allow" | "prefer") => Some(SslMode::Prefer),
            Some("require") => Some(SslMode::Require),
            Some("verify-ca") => Some(SslMode::VerifyCa),
            Some("verify-full") => Some(SslMode::VerifyFull),
            Some(_) => return Err(unusable("sslmode is not disable, prefer, require, verify-ca or verify-full")),
        };
        match (self.root.as_deref(), mode) {
            (None, mode) => Ok((mode.unwrap_or(SslMode::Prefer), Roots::System)),
            (Some("system"), None | Some(SslMode::VerifyFull)) => Ok((SslMode::VerifyFull, Roots::System)),
            (Some("system"), Some(_)) => Err(unusable("sslrootcert=system needs sslmode=verify-full")),
            // As libpq does: who names an authority wants it to be asked.
            (Some(file), Some(SslMode::Require | SslMode::VerifyCa)) => Ok((SslMode::VerifyCa, Roots::File(file.into()))),
            (Some(file), Some(SslMode::VerifyFull)) => Ok((SslMode::VerifyFull, Roots::File(file.into()))),
            (Some(_), None | Some(SslMode::Disable | SslMode::Prefer)) => {
                Err(unusable("sslrootcert verifies nothing without sslmode=verify-full (or verify-ca)"))
            }
        }
    }
}

/// The URL without the options that `tokio_postgres` does not know, with time-outs it does not set by itself.
pub(super) fn take_out(url: &str) -> Result<(String, Options), AddressError> {
    let host_at = url.find('@').unwrap_or_default();
    let query_at = url.get(host_at..).and_then(|rest| rest.find('?')).map(|at| host_at + at);
    let (front, query) = query_at.and_then(|at| url.split_at_checked(at)).unwrap_or((url, ""));
    let (mut options, mut others) = (Options::default(), Vec::new());
    let mut idle = format!("keepalives_idle={}", KEEPALIVE_IDLE.as_secs());
    for pair in query.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = percent_decode_str(value).decode_utf8_lossy().into_owned();
        match key {
            "sslmode" => options.mode = Some(decoded),
            "sslrootcert" => options.root = Some(decoded),
            "sslcert" => options.cert = Some(decoded),
            "sslkey" => options.key = Some(decoded),
            "sslnegotiation" if decoded == "postgres" => {}
            "sslnegotiation" => return Err(unusable("sslnegotiation can only be postgres")),
            "keepalives_idle" => pair.clone_into(&mut idle),
            "keepalives_count" => others.push(format!("keepalives_retries={value}")),
            _ => others.push(pair.to_owned()),
        }
    }
    others.push(idle);
    Ok((format!("{front}?{}", others.join("&")), options))
}

/// Names an option at most: what stands in the place of one could be part of a password.
pub(super) fn reason(error: &tokio_postgres::Error) -> String {
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let named = text.strip_prefix("unknown option `").or_else(|| text.strip_prefix("invalid value for option `"));
    let plain = |name: &str| name.len() <= 40 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    match named.map(|rest| rest.trim_end_matches('`')).filter(|name| plain(name)) {
        Some(_) => text,
        None => "it is not a URL such as postgres://user@host/database".to_owned(),
    }
}
