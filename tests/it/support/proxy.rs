//! Between a browser and Intake: passes requests on and cuts the connection within the answer, as a train in a tunnel does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The proxy; it ends with the test's runtime.
pub struct CuttingProxy {
    pub base: String,
    cut: Arc<AtomicUsize>,
}

impl CuttingProxy {
    /// In front of these addresses, in turns. Of each `every` connections the last one is let through whole; of the others the
    /// answer is cut after 0, 1, 2 … bytes, in turns up to 200.
    pub async fn start(bases: &[&str], every: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let behind: Vec<String> = bases.iter().map(|base| base.trim_start_matches("http://").to_owned()).collect();
        let cut = Arc::<AtomicUsize>::default();
        let counted = cut.clone();
        tokio::spawn(async move {
            for at in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let limit = (at % every != every - 1).then_some(at % 200);
                counted.fetch_add(usize::from(limit.is_some()), Ordering::Relaxed);
                tokio::spawn(pass(stream, behind[at % behind.len()].clone(), limit));
            }
        });
        Self { base, cut }
    }

    /// Answers that were cut.
    pub fn cut(&self) -> usize {
        self.cut.load(Ordering::Relaxed)
    }
}

async fn pass(browser: TcpStream, behind: String, limit: Option<usize>) {
    let Ok(server) = TcpStream::connect(behind).await else { return };
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking = tokio::spawn(async move {
        let _gone = tokio::io::copy(&mut from_browser, &mut to_server).await;
    });
    let mut left = limit.unwrap_or(usize::MAX);
    let mut buffer = vec![0; 8_192];
    while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
        let through = count.min(left);
        left -= through;
        if to_browser.write_all(&buffer[..through]).await.is_err() || left == 0 {
            break;
        }
    }
    asking.abort();
}

/// In front of a Postgres: passes everything on until it is stopped. From then on it takes new connections, keeps the old ones open,
/// and nothing comes through: a machine that hangs.
pub struct StallingProxy {
    pub port: u16,
    stalled: tokio::sync::watch::Sender<bool>,
}

impl StallingProxy {
    /// In front of this Unix socket.
    pub async fn start(socket: std::path::PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stalled, stall) = tokio::sync::watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (socket, mut stall) = (socket.clone(), stall.clone());
                tokio::spawn(async move {
                    let Ok(mut server) = tokio::net::UnixStream::connect(socket).await else { return };
                    tokio::select! {
                        _ended = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                        () = async { drop(stall.wait_for(|is| *is).await) } => std::future::pending().await,
                    }
                });
            }
        });
        Self { port, stalled }
    }

    pub fn stall(&self) {
        self.stalled.send_replace(true);
    }
}
