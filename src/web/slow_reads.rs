//! What the kernel does for the listening socket: bounds clients that ask and do not read, and lets many knock at once.
//!
//! actix has no bound for who does not read: what does not fit into the socket waits for ever, and so does its connection. The kernel
//! has one: after so long without room for another byte it ends the connection.

use std::io;
use std::net::TcpListener;

/// Milliseconds a client may leave no room for the next byte of its answer. The kernel looks at doubling intervals, 12.7 seconds after
/// the client stopped and then after 25.5: with this it lets go at the former.
#[cfg(target_os = "linux")]
const PATIENCE_MS: u32 = 10_000;
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
pub fn bound(listener: &TcpListener) -> io::Result<()> {
    rustix::net::listen(listener, KNOCKING)?;
    Ok(rustix::net::sockopt::set_tcp_user_timeout(listener, PATIENCE_MS)?)
}

/// Other systems have no such option; a proxy in front bounds there.
#[cfg(not(target_os = "linux"))]
pub fn bound(_listener: &TcpListener) -> io::Result<()> {
    Ok(())
}
