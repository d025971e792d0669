//! What the kernel does for the listening socket: bounds clients that ask and do not read, and lets many knock at once.
//!
//! actix has no bound for who does not read: what does not fit into the socket waits for ever, and so does its connection. The kernel
//! has one: after so long without room for another byte it ends the connection.

use std::io;
use std::net::TcpListener;

/// Milliseconds a client may leave no room for the next byte of its answer. The kernel looks now and then, so that it may take a few seconds
/// more; with 15,000 some were kept for 25 seconds, with 10,000 for 15 beside other work.
#[cfg(target_os = "linux")]
const PATIENCE_MS: u32 = 8_000;
/// So many connections may wait to be accepted; the kernel allows 4,096 at most unless told otherwise. The standard library asks for
/// 128: a crowd that comes at once fills that, and who knocks then is not heard for a second or more.
#[cfg(target_os = "linux")]
const KNOCKING: i32 = 4_096;

/// Bounds the connections of `listener`, which inherit its options, and lengthens its queue.
///
/// # Errors
///
/// The kernel refuses the option.
#[cfg(target_os = "linux")]
pub fn prepare(listener: &TcpListener) -> io::Result<()> {
    rustix::net::listen(listener, KNOCKING)?;
    Ok(rustix::net::sockopt::set_tcp_user_timeout(listener, PATIENCE_MS)?)
}

/// Other systems have no such option; a proxy in front bounds there.
#[cfg(not(target_os = "linux"))]
pub fn prepare(_listener: &TcpListener) -> io::Result<()> {
    Ok(())
}
