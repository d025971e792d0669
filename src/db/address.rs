//! The database URL, read as libpq reads it: servers, TLS, time-outs. `tokio_postgres` does not know `verify-ca`, `verify-full` and
//! `sslrootcert`, so what concerns TLS is taken out of the URL and interpreted here.

mod options;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode::{Disable, Require};
use tokio_postgres::config::{Host, SslNegotiation, TargetSessionAttrs};

/// A server that does not answer within this time is given up, unless a setting or the URL says otherwise.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An established connection with an unanswered packet, or with unanswered probes, is given up after about this time.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(15);
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);

static TIMEOUT_SECONDS: AtomicU64 = AtomicU64::new(CONNECT_TIMEOUT.as_secs());

/// Sets the connect time-out for URLs that name none (`database.connect_timeout_seconds`).
pub fn set_connect_timeout(timeout: Duration) {
    TIMEOUT_SECONDS.store(timeout.as_secs().max(1), Ordering::Relaxed);
}

/// What is wrong with a database URL. The text follows "`DATABASE_URL`: its value (not shown)" and shows neither user nor password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressError(String);

/// How the connection is encrypted, with the meanings of libpq.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SslMode {
    /// Never.
    Disable,
    /// If the server offers it; its certificate is not looked at.
    Prefer,
    /// Always; its certificate is not looked at.
    Require,
    /// Always; the certificate comes from a trusted authority, for whatever name.
    VerifyCa,
    /// Always; the certificate comes from a trusted authority, for the name of the host.
    VerifyFull,
}

/// Which authorities are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roots {
    /// Those of the operating system.
    System,
    /// Those of a PEM file.
    File(PathBuf),
}

/// One host of the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Name, address or socket folder.
    pub host: Host,
    /// `hostaddr`: where to connect instead of resolving the name.
    pub address: Option<IpAddr>,
    /// Port.
    pub port: u16,
}

/// A database URL, taken apart.
#[derive(Clone)]
pub struct Address {
    config: Config,
    /// The hosts, in the order of the URL.
    pub servers: Vec<Server>,
    /// Encryption.
    pub ssl_mode: SslMode,
    /// Trusted authorities.
    pub roots: Roots,
    /// Client certificate and its key, as PEM files.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Each server is given up after this time.
    pub timeout: Duration,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Tcp(name) if name.contains(':') => write!(f, "[{name}]:{}", self.port),
            Host::Tcp(name) => write!(f, "{name}:{}", self.port),
            Host::Unix(folder) => write!(f, "{}/.s.PGSQL.{}", folder.display(), self.port),
        }
    }
}

impl Server {
    /// True for a Unix socket and for the loopback interface of this machine.
    pub fn is_local(&self) -> bool {
        match (&self.host, self.address) {
            (Host::Unix(_), _) => true,
            (Host::Tcp(_), Some(address)) => address.is_loopback(),
            (Host::Tcp(name), None) => {
                name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

impl Address {
    /// Reads a URL.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let known = url.starts_with("postgres://") || url.starts_with("postgresql://");
        if !known {
            return Err(AddressError("is not a URL such as postgres://user@host/database".to_owned()));
        }
        // The rest of such a password would pass for the host, and be shown as one.
        if url.split_once('@').is_some_and(|(_, rest)| rest.contains('@')) {
            return Err(unusable("it holds more than one @: write the one in a user or password as %40"));
        }
        let (plain, options) = options::take_out(url)?;
        let config: Config = plain.parse().map_err(|error| unusable(&options::reason(&error)))?;
        let servers = servers(&config)?;
        let (ssl_mode, roots) = options.ssl()?;
        let identity = match (options.cert, options.key) {
            (Some(cert), Some(key)) => Some((cert.into(), key.into())),
            (None, None) => None,
            _ => return Err(unusable("sslcert and sslkey belong together")),
        };
        let timeout = config.get_connect_timeout().copied();
        let timeout = timeout.unwrap_or_else(|| Duration::from_secs(TIMEOUT_SECONDS.load(Ordering::Relaxed)));
        Ok(Self { config, servers, ssl_mode, roots, identity, timeout })
    }

    /// Connecting has succeeded or failed within this time.
    pub fn longest(&self) -> Duration {
        self.timeout * u32::try_from(self.servers.len()).unwrap_or(u32::MAX)
    }

    /// Servers reached over a network without proof that they are the ones that are named.
    pub fn unverified(&self) -> Vec<String> {
        let servers = self.servers.iter().filter(|server| self.ssl_mode != SslMode::VerifyFull && !server.is_local());
        servers.map(ToString::to_string).collect()
    }

    /// The role.
    pub fn user(&self) -> &str {
        self.config.get_user().unwrap_or_default()
    }

    /// What libpq's programs need.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// True if the primary is wanted, whichever host that is.
    pub fn wants_primary(&self) -> bool {
        self.config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite
    }

    /// A configuration for one server, at one of its addresses.
    pub fn config_of(&self, server: &Server, address: Option<IpAddr>) -> Config {
        let from = &self.config;
        let mut config = Config::new();
        match &server.host {
            // The negotiation is ours (see `wire`): to `tokio_postgres` it looks like TLS from the first byte.
            Host::Tcp(name) => config.host(name.as_str()).ssl_mode(Require).ssl_negotiation(SslNegotiation::Direct),
            Host::Unix(folder) => config.host_path(folder).ssl_mode(Disable),
        };
        if let Some(address) = address {
            config.hostaddr(address);
        }
        if let Some(user) = from.get_user() {
            config.user(user);
        }
        if let Some(password) = from.get_password() {
            config.password(password);
        }
        if let Some(name) = from.get_dbname() {
            config.dbname(name);
        }
        if let Some(options) = from.get_options() {
            config.options(options);
        }
        if let Some(name) = from.get_application_name() {
            config.application_name(name);
        }
        config
            .port(server.port)
            .connect_timeout(self.timeout)
            .tcp_user_timeout(from.get_tcp_user_timeout().copied().unwrap_or(TCP_USER_TIMEOUT))
            .keepalives(from.get_keepalives())
            .keepalives_idle(from.get_keepalives_idle())
            .keepalives_interval(from.get_keepalives_interval().unwrap_or(KEEPALIVE_INTERVAL))
            .keepalives_retries(from.get_keepalives_retries().unwrap_or(3))
            .target_session_attrs(from.get_target_session_attrs())
            .channel_binding(from.get_channel_binding());
        config
    }
}

fn servers(config: &Config) -> Result<Vec<Server>, AddressError> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    if count == 0 {
        return Err(unusable("it names no host"));
    }
    if !(hosts.is_empty() || addresses.is_empty() || hosts.len() == addresses.len()) {
        return Err(unusable("host and hostaddr must be as many"));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(unusable("host and port must be as many"));
    }
    let server = |at: usize| {
        let address = addresses.get(at).copied();
        let named = hosts.get(at).cloned().or_else(|| address.map(|address| Host::Tcp(address.to_string())));
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        named.map(|host| Server { host, address, port })
    };
    Ok((0..count).filter_map(server).collect())
}

fn unusable(why: &str) -> AddressError {
    AddressError(format!("cannot be used: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        Address::parse(url).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn tls_is_what_libpq_makes_of_the_same_options() {
        let of = |query: &str| Address::parse(&format!("postgres://u@h/d{query}")).map(|it| (it.ssl_mode, it.roots)).unwrap();
        let file = || Roots::File("/ca.pem".into());
        assert_eq!(of(""), (SslMode::Prefer, Roots::System));
        assert_eq!(of("?sslmode=disable&sslmode=verify-full"), (SslMode::VerifyFull, Roots::System), "the last one counts");
        assert_eq!(of("?sslmode=require"), (SslMode::Require, Roots::System));
        assert_eq!(of("?sslmode=require&sslrootcert=%2Fca.pem"), (SslMode::VerifyCa, file()));
        assert_eq!(of("?sslmode=verify-ca&sslrootcert=/ca.pem"), (SslMode::VerifyCa, file()));
        assert_eq!(of("?sslrootcert=system"), (SslMode::VerifyFull, Roots::System));
        for query in
            ["sslmode=sometimes", "sslmode=require&sslrootcert=system", "sslrootcert=/ca.pem", "sslmode=prefer&sslrootcert=/c"]
        {
            assert!(refused(&format!("postgres://u@h/d?{query}")).contains("ssl"), "{query}");
        }
    }

    #[test]
    fn every_host_is_judged_and_an_address_counts_more_than_a_name() {
        let unverified = |url: &str| Address::parse(url).unwrap().unverified();
        for local in ["localhost", "127.0.0.1:6000", "[::1]:6000", "%2Frun%2Fpostgresql", "a,b?hostaddr=127.0.0.1,::1"] {
            let url = format!("postgres://u@{}", local.replacen('?', "/d?", 1));
            assert_eq!(unverified(&url), Vec::<String>::new(), "{local}");
        }
        assert_eq!(unverified("postgres://u@localhost,db:6000/d"), ["db:6000"]);
        assert_eq!(unverified("postgres://u@localhost/d?hostaddr=10.0.0.1"), ["localhost:5432"]);
        assert_eq!(unverified("postgres://u@localhost.example.org/d?sslmode=verify-ca"), ["localhost.example.org:5432"]);
        assert!(unverified("postgres://u@a,b/d?sslmode=verify-full").is_empty());
    }

    #[test]
    fn an_error_names_the_option_and_never_a_part_of_the_password() {
        assert!(refused("postgres://u:p@h/d?pork=1").contains("unknown option `pork`"));
        assert!(refused("postgres://u:p@h/d?port=x").contains("`port`"));
        assert!(refused("postgres:///d").contains("names no host"));
        for url in ["postgres://u:hun@ter2@h/d", "postgres://u:hunter2", "postgres://h/d?Hunter2=1", "mysql://u:hunter2@h"] {
            let error = refused(url);
            assert!(!error.is_empty() && !error.to_lowercase().contains("ter2"), "{url}: {error}");
        }
    }
}
