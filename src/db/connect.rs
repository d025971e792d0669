//! The one way to Postgres: every connection of Intake is made here. Each server of the URL has a bound of its own, which holds
//! until it has answered its first statement; TLS is what the URL asks for, and never less.

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use tokio::net::lookup_host;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;

use super::address::{Address, Server, SslMode};
use super::fence::{self, Refusal};
use super::order::{self, Awaited};
use super::wire::{Negotiation, WireError};
use super::{Connection, tls};

/// Connects to `url`, never to a former primary: where the first of several hosts is one, or does not answer, the others are tried.
pub async fn connect(url: &str) -> ConnectionResult<Connection> {
    reach(url).await.map(|(connection, _)| connection)
}

/// [`connect`] has succeeded or failed within this time.
pub fn longest(url: &str) -> Duration {
    Address::parse(url).map_or(super::address::CONNECT_TIMEOUT, |address| address.longest())
}

/// Connects, and says where to.
pub(super) async fn reach(url: &str) -> ConnectionResult<(Connection, Server)> {
    let bad = ConnectionError::BadConnection;
    let address = Address::parse(url).map_err(|error| bad(format!("the database URL {error}")))?;
    let negotiation = tls::negotiation(&address).map_err(|error| bad(format!("{error:#}")))?;
    let (mut failures, mut former) = (Vec::new(), false);
    for server in order::order(&address) {
        match attempt(&address, &negotiation, &server).await {
            Ok(connection) => return Ok((connection, server)),
            Err(failure) => {
                former |= matches!(failure, Failure::Refused(Refusal::FormerPrimary(_)));
                failures.push(format!("{server}: {}", failure.text(&address)));
            }
        }
    }
    if former {
        fence::none_but_former_primaries();
    }
    Err(bad(failures.join("; ")))
}

/// Why one server is not used.
enum Failure {
    Silent,
    Unresolved(io::Error),
    Postgres(tokio_postgres::Error),
    SetUp(ConnectionError),
    Refused(Refusal),
}

/// One server, at each of its addresses, within the bound of the URL.
async fn attempt(address: &Address, negotiation: &Negotiation, server: &Server) -> Result<Connection, Failure> {
    let deadline = Instant::now() + address.timeout;
    let awaited = Awaited::new(server, address.timeout);
    let outcome = match timeout_at(deadline, resolve(server)).await {
        Ok(Ok(addresses)) => each(address, negotiation, server, &addresses, deadline).await,
        Ok(Err(error)) => Err(Failure::Unresolved(error)),
        Err(_late) => Err(Failure::Silent),
    };
    if !matches!(outcome, Err(Failure::Silent)) {
        awaited.answered();
    }
    outcome
}

/// The addresses share what is left of the time.
async fn each(
    address: &Address,
    negotiation: &Negotiation,
    server: &Server,
    addresses: &[Option<IpAddr>],
    deadline: Instant,
) -> Result<Connection, Failure> {
    let mut failure = Failure::Silent;
    for (at, ip) in addresses.iter().enumerate() {
        let left = u32::try_from(addresses.len() - at).unwrap_or(1);
        let share = deadline.saturating_duration_since(Instant::now()) / left;
        match timeout(share, open(address, negotiation, server, *ip)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => failure = error,
            Err(_late) => failure = Failure::Silent,
        }
    }
    Err(failure)
}

/// None stands for a Unix socket.
async fn resolve(server: &Server) -> io::Result<Vec<Option<IpAddr>>> {
    let name = match (&server.host, server.address) {
        (Host::Unix(_), _) => return Ok(vec![None]),
        (Host::Tcp(_), Some(address)) => return Ok(vec![Some(address)]),
        (Host::Tcp(name), None) => name,
    };
    if let Ok(address) = name.parse() {
        return Ok(vec![Some(address)]);
    }
    // `localhost` counts as this machine (RFC 6761): whatever else the name leads to is not used.
    let fits = |address: &IpAddr| !name.eq_ignore_ascii_case("localhost") || address.is_loopback();
    let addresses = lookup_host((name.as_str(), server.port)).await?.map(|found| found.ip());
    let mut found: Vec<Option<IpAddr>> = addresses.filter(fits).map(Some).collect();
    found.dedup();
    if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) }
}

async fn open(address: &Address, negotiation: &Negotiation, server: &Server, ip: Option<IpAddr>) -> Result<Connection, Failure> {
    let connection = match dial(address, negotiation.clone(), server, ip).await {
        // As libpq does for `prefer`: a server that takes clear text alone from here, or whose TLS does not work.
        Err(Failure::Postgres(error)) if address.ssl_mode == SslMode::Prefer && may_do_in_clear(&error) => {
            dial(address, Negotiation { tls: None, ..negotiation.clone() }, server, ip).await?
        }
        dialed => dialed?,
    };
    let admitted = fence::admit(connection).await.map_err(Failure::Refused)?;
    if admitted.is_primary {
        order::is_primary(address, server);
    }
    Ok(admitted.connection)
}

async fn dial(address: &Address, negotiation: Negotiation, server: &Server, ip: Option<IpAddr>) -> Result<Connection, Failure> {
    let config = address.config_of(server, ip);
    let (client, connection) = config.connect(negotiation).await.map_err(Failure::Postgres)?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await.map_err(Failure::SetUp)
}

fn may_do_in_clear(error: &tokio_postgres::Error) -> bool {
    matches!(wire_error(error), Some(WireError::Handshake(_)))
        || error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

fn wire_error(error: &tokio_postgres::Error) -> Option<&WireError> {
    error.source()?.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref()
}

impl Failure {
    /// Names no user and no password.
    fn text(&self, address: &Address) -> String {
        match self {
            Self::Silent => format!("no answer within {} s", address.timeout.as_secs()),
            Self::Unresolved(error) => format!("the name does not resolve ({error})"),
            Self::Postgres(error) => postgres(error).replace(&format!("\"{}\"", address.user()), "(not shown)"),
            Self::SetUp(error) => error.to_string(),
            Self::Refused(refusal) => refusal.to_string(),
        }
    }
}

/// The innermost reason.
fn postgres(error: &tokio_postgres::Error) -> String {
    if let Some(told) = error.as_db_error() {
        return told.message().to_owned();
    }
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        if let Some(io) = source.downcast_ref::<io::Error>() {
            let plain = [
                (io::ErrorKind::ConnectionRefused, "connection refused"),
                (io::ErrorKind::NotFound, "no server there"),
                (io::ErrorKind::UnexpectedEof, "it closed the connection"),
            ];
            if let Some((_, words)) = plain.iter().find(|(kind, _)| *kind == io.kind()) {
                return (*words).to_owned();
            }
            if let Some(wire) = io.get_ref().and_then(|inner| inner.downcast_ref::<WireError>()) {
                return wire.to_string();
            }
        }
        innermost = source;
    }
    innermost.to_string()
}
