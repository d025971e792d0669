//! A bound on clients that ask and do not read. actix has none: what does not fit into the socket waits for ever, and so does its
//! connection. The kernel has one: after so long without room for another byte it ends the connection.

use std::io;
use std::net::TcpListener;

/// Milliseconds a client may leave no room for the next byte of its answer.
#[cfg(target_os = "linux")]
const PATIENCE_MS: u32 = 15_000;

/// Bounds the connections of `listener`: they inherit its options.
///
/// # Errors
///
/// The kernel refuses the option.
#[cfg(target_os = "linux")]
pub fn bound(listener: &TcpListener) -> io::Result<()> {
    Ok(rustix::net::sockopt::set_tcp_user_timeout(listener, PATIENCE_MS)?)
}

/// Other systems have no such option; a proxy in front bounds there.
#[cfg(not(target_os = "linux"))]
pub fn bound(_listener: &TcpListener) -> io::Result<()> {
    Ok(())
}
