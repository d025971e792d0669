//! The stream below a connection: TLS or not, and what a server may ask for on it.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

type Connector = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
type Encrypted = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// Protocol number 1234.5679, after its own length.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Why a connection is not made on this stream.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    #[error("it does not offer TLS")]
    NoTls,
    #[error("TLS failed: {0}")]
    Handshake(io::Error),
    #[error(
        "it asks for the password in clear text, which is sent only to a server verified by its certificate (sslmode=verify-full)"
    )]
    ClearText,
}

/// Negotiates for one server. It takes the place of the negotiation of `tokio_postgres`, which cannot be told what to refuse.
#[derive(Clone)]
pub(super) struct Negotiation {
    /// None: clear text.
    pub tls: Option<MakeRustlsConnect>,
    /// Clear text where the server offers no TLS.
    pub may_be_clear: bool,
    /// The server is known by its certificate once TLS stands.
    pub is_verified: bool,
}

impl MakeTlsConnect<Socket> for Negotiation {
    type Stream = Wire;
    type TlsConnect = Handshake;
    type Error = Infallible;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, Infallible> {
        let connector = match &mut self.tls {
            Some(tls) => Some(MakeTlsConnect::<Socket>::make_tls_connect(tls, host)?),
            None => None,
        };
        Ok(Handshake { connector, may_be_clear: self.may_be_clear, is_verified: self.is_verified })
    }
}

/// One negotiation.
pub(super) struct Handshake {
    connector: Option<Connector>,
    may_be_clear: bool,
    is_verified: bool,
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Wire;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>>;

    fn connect(self, mut socket: Socket) -> Self::Future {
        Box::pin(async move {
            let Some(connector) = self.connector else { return Ok(Wire::clear(socket)) };
            socket.write_all(&SSL_REQUEST).await?;
            let mut answer = [0];
            socket.read_exact(&mut answer).await?;
            match &answer {
                b"S" => {
                    let encrypted = connector.connect(socket).await;
                    let encrypted = encrypted.map_err(|error| io::Error::other(WireError::Handshake(error)))?;
                    Ok(Wire { stream: Stream::Encrypted(Box::new(encrypted)), watch: Watch::unless(self.is_verified) })
                }
                _ if self.may_be_clear => Ok(Wire::clear(socket)),
                _ => Err(io::Error::other(WireError::NoTls)),
            }
        })
    }
}

/// A connection's stream.
pub(super) struct Wire {
    stream: Stream,
    watch: Watch,
}

enum Stream {
    Clear(Socket),
    Encrypted(Box<Encrypted>),
}

impl Wire {
    fn clear(socket: Socket) -> Self {
        Self { stream: Stream::Clear(socket), watch: Watch::unless(false) }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(match &mut this.stream {
            Stream::Clear(socket) => Pin::new(socket).poll_read(cx, buf),
            Stream::Encrypted(stream) => Pin::new(stream.as_mut()).poll_read(cx, buf),
        })?;
        Poll::Ready(this.watch.look(buf.filled().get(before..).unwrap_or_default()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().stream {
            Stream::Clear(socket) => Pin::new(socket).poll_write(cx, buf),
            Stream::Encrypted(stream) => Pin::new(stream.as_mut()).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Clear(socket) => Pin::new(socket).poll_flush(cx),
            Stream::Encrypted(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Clear(socket) => Pin::new(socket).poll_shutdown(cx),
            Stream::Encrypted(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}

impl TlsStream for Wire {
    fn channel_binding(&self) -> ChannelBinding {
        match &self.stream {
            Stream::Clear(_) => ChannelBinding::none(),
            Stream::Encrypted(stream) => stream.channel_binding(),
        }
    }
}

/// Reads along until the server has let us in, and stops at a request for a password in clear text.
#[derive(Debug, Default)]
struct Watch {
    is_over: bool,
    /// Type, length and the first four bytes of the message that arrives.
    head: Vec<u8>,
    /// Bytes of it that are of no interest.
    rest: usize,
}

impl Watch {
    fn unless(is_verified: bool) -> Self {
        Self { is_over: is_verified, ..Self::default() }
    }

    fn look(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes {
            if self.is_over {
                return Ok(());
            }
            if self.rest > 0 {
                self.rest -= 1;
                continue;
            }
            self.head.push(*byte);
            match *self.head.as_slice() {
                // Authentication: the code 0 lets in, 3 asks for clear text.
                [b'R', _, _, _, _, 0, 0, 0, 0] => self.is_over = true,
                [b'R', _, _, _, _, 0, 0, 0, 3] => return Err(io::Error::other(WireError::ClearText)),
                [b'R', a, b, c, d, _, _, _, _] => self.skip([a, b, c, d], 8),
                [kind, a, b, c, d] if kind != b'R' => self.skip([a, b, c, d], 4),
                _ => {}
            }
        }
        Ok(())
    }

    /// A length counts itself.
    fn skip(&mut self, length: [u8; 4], seen: usize) {
        self.rest = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX).saturating_sub(seen);
        self.head.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_for_clear_text_is_seen_however_it_is_cut_and_nothing_after_the_welcome_is_looked_at() {
        let notice = [b"N".as_slice(), &[0, 0, 0, 9], b"hello"].concat();
        let scram = [b"R".as_slice(), &[0, 0, 0, 12, 0, 0, 0, 10], b"SCRA"].concat();
        let clear = [b'R', 0, 0, 0, 8, 0, 0, 0, 3];
        let welcome = [b'R', 0, 0, 0, 8, 0, 0, 0, 0];
        for size in 1..12 {
            let feed = |messages: &[&[u8]]| {
                let mut watch = Watch::unless(false);
                messages.concat().chunks(size).try_for_each(|part| watch.look(part))
            };
            assert!(feed(&[&notice, &scram, &clear]).is_err());
            assert!(feed(&[&clear]).is_err());
            assert!(feed(&[&notice, &scram, &welcome, &clear]).is_ok());
        }
        assert!(Watch::unless(true).look(&clear).is_ok(), "a verified server may ask");
    }
}
