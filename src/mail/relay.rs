//! `mail.smtp_url`, read: which server, how encrypted, signed in as whom.

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::Url;

/// How the way to the server is protected. There is no "if possible": it would send in clear text to whoever asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protection {
    /// `smtp://`: plain, for a relay on the same machine.
    Plain,
    /// `smtp://…?tls=required`: STARTTLS, or the mail waits.
    StartTls,
    /// `smtps://`: TLS from the first byte.
    Tls,
}

/// The mail server of the configuration.
#[derive(Clone)]
pub(super) struct Relay {
    pub host: String,
    pub port: u16,
    pub protection: Protection,
    pub credentials: Option<Credentials>,
}

/// What is wrong with the URL. Never repeats it: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// Not a URL with a host.
    #[error("it is not a URL with a host, such as smtps://user:password@mail.example.org")]
    NotAUrl,
    /// Another scheme.
    #[error("it must begin with smtp:// or smtps://")]
    Scheme,
    /// Something else in the query than `tls=required`.
    #[error("after the ? only tls=required is known")]
    Query,
    /// A path or fragment.
    #[error("nothing may follow the host and port but ?tls=required")]
    Path,
    /// User name without password, or not UTF-8.
    #[error("give user and password both, percent-encoded, or neither")]
    Credentials,
}

impl Relay {
    /// Reads the URL strictly.
    pub fn parse(raw: &str) -> Result<Self, RelayError> {
        let url = Url::parse(raw.trim()).map_err(|_malformed| RelayError::NotAUrl)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(RelayError::NotAUrl)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(RelayError::Path);
        }
        let (protection, port) = match (url.scheme(), url.query()) {
            ("smtp", None) => (Protection::Plain, 25),
            ("smtp", Some("tls=required")) => (Protection::StartTls, 587),
            ("smtps", None | Some("tls=required")) => (Protection::Tls, 465),
            ("smtp" | "smtps", Some(_)) => return Err(RelayError::Query),
            _ => return Err(RelayError::Scheme),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: url.port().unwrap_or(port), protection, credentials: credentials(&url)? })
    }

    /// Where mails go, in words.
    pub fn describes(&self) -> String {
        let how = match self.protection {
            Protection::Plain => "without encryption",
            Protection::StartTls => "with STARTTLS required",
            Protection::Tls => "with TLS",
        };
        format!("Mails go to {}:{}, {how}.", self.host, self.port)
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, RelayError> {
    let decoded = |text: &str| {
        percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_not_utf8| RelayError::Credentials)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(RelayError::Credentials),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay({}:{}, {:?})", self.host, self.port, self.protection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_ways_of_the_contract_are_read() {
        let read = |raw| Relay::parse(raw).map(|relay| (relay.host, relay.port, relay.protection));
        assert_eq!(read("smtp://127.0.0.1:1025"), Ok(("127.0.0.1".to_owned(), 1025, Protection::Plain)));
        assert_eq!(read("smtp://mail.example.org?tls=required"), Ok(("mail.example.org".to_owned(), 587, Protection::StartTls)));
        assert_eq!(read("smtps://u:p%40ss@mail.example.org"), Ok(("mail.example.org".to_owned(), 465, Protection::Tls)));
    }

    #[test]
    fn nothing_falls_back_to_clear_text() {
        let refused = |raw| Relay::parse(raw).expect_err("refused");
        assert_eq!(refused("smtp://mail.example.org?tls=opportunistic"), RelayError::Query);
        assert_eq!(refused("smtp://mail.example.org?tls=required&x=1"), RelayError::Query);
        assert_eq!(refused("http://mail.example.org"), RelayError::Scheme);
        assert_eq!(refused("mail.example.org"), RelayError::NotAUrl);
        assert_eq!(refused("smtp://user@mail.example.org"), RelayError::Credentials);
    }

    #[test]
    fn a_password_is_never_shown() {
        let relay = Relay::parse("smtps://user:hunter2@mail.example.org").expect("a relay");
        assert!(!format!("{relay:?}{}", relay.describes()).contains("hunter2"));
    }
}
