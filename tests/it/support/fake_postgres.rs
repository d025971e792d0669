//! Servers that are no Postgres: they fall silent, or ask for more than they should get.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How far a server goes before it says nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Takes the connection and never says a word.
    Silent,
    /// Offers TLS, and never shakes hands.
    SilentInTheHandshake,
    /// Lets everybody in, and answers no statement.
    SilentAfterTheWelcome,
    /// Offers no TLS and asks for the password in clear text.
    AsksForThePassword,
}

/// The server; it ends with the test's runtime.
pub struct FakePostgres {
    pub port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl FakePostgres {
    pub async fn start(act: Act) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        let all = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(play(stream, act, Arc::clone(&all)));
            }
        });
        Self { port, heard }
    }

    /// Every byte that was sent to it.
    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }
}

async fn play(mut stream: TcpStream, act: Act, heard: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; 4_096];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        heard.lock().unwrap().extend_from_slice(&buffer[..count]);
        let wants_tls = buffer[..count] == [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
        let is_startup = count > 8 && buffer[4..8] == [0, 3, 0, 0];
        let answer: &[u8] = if wants_tls && act == Act::SilentInTheHandshake {
            b"S"
        } else if wants_tls && act != Act::Silent {
            b"N"
        } else if is_startup && act == Act::AsksForThePassword {
            b"R\0\0\0\x08\0\0\0\x03"
        } else if is_startup && act == Act::SilentAfterTheWelcome {
            b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"
        } else {
            b""
        };
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}
