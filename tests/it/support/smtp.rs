//! A mail server over a real socket, with every kind of trouble.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Accept,
    /// Takes the connection and never says a word.
    Silent,
    /// `450` to so many recipients, then accepts.
    Greylist(u32),
    /// `550` to every recipient, with the address in the server's words.
    Refuse,
    /// Reads the whole mail, then cuts the connection before the `250`; the next one is accepted.
    CutAfterData(u32),
    /// `421` instead of a greeting.
    Busy,
    /// One mail in a hundred goes wrong, the same ones each time: refused with `554` after its content, cut off, or, where `silent`, never
    /// answered (one in five hundred).
    Poison {
        silent: bool,
    },
    /// Reads the whole mail and says its `250` only once the mood is another.
    Ponder,
}

/// How a mail of [`Mood::Poison`] fares, by the number in its `Message-ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Taken,
    Refused,
    Cut,
    Unanswered,
}

/// The fate of the mail with this id.
pub fn fate(id: uuid::Uuid, silent: bool) -> Fate {
    match id.as_u128() % 500 {
        0 if silent => Fate::Unanswered,
        100 | 200 => Fate::Refused,
        0 | 300 | 400 => Fate::Cut,
        _ => Fate::Taken,
    }
}

/// A mail the server read whole.
#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

impl Received {
    /// The number in its `Message-ID`.
    pub fn id(&self) -> uuid::Uuid {
        let id = self.header("Message-ID");
        id.trim_start_matches('<').split('@').next().and_then(|id| id.parse().ok()).unwrap_or_default()
    }

    /// A header, unfolded.
    pub fn header(&self, name: &str) -> String {
        let head = self.data.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        found.unwrap_or_default()
    }
}

#[derive(Debug)]
struct State {
    mood: Mood,
    received: Vec<Received>,
    connections: usize,
    commands: Vec<String>,
}

/// The server; it ends with the test's runtime.
#[derive(Clone)]
pub struct SmtpServer {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl SmtpServer {
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, mood)
    }

    pub fn on(listener: TcpListener, mood: Mood) -> Self {
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { mood, received: Vec::new(), connections: 0, commands: Vec::new() }));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                tokio::spawn(talk(stream, shared.clone()));
            }
        });
        Self { url, state }
    }

    pub fn set(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// Every line the server heard outside of mails.
    pub fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }
}

async fn talk(stream: TcpStream, state: Arc<Mutex<State>>) {
    let mood = || state.lock().unwrap().mood;
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    if mood() == Mood::Silent {
        tokio::time::sleep(Duration::from_mins(10)).await;
    }
    if mood() == Mood::Busy {
        say(&mut write, "421 too busy").await;
        return;
    }
    say(&mut write, "220 test").await;
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(line) = hear(&mut read).await {
        state.lock().unwrap().commands.push(line.clone());
        let upper = line.to_uppercase();
        if upper.starts_with("EHLO") {
            say(&mut write, "250-test\r\n250 8BITMIME").await;
        } else if upper.starts_with("MAIL FROM:") {
            from = within_brackets(&line);
            to.clear();
            say(&mut write, "250 ok").await;
        } else if upper.starts_with("RCPT TO:") {
            let address = within_brackets(&line);
            if let Some(no) = refusal(&state, &address) {
                say(&mut write, &no).await;
            } else {
                to.push(address);
                say(&mut write, "250 ok").await;
            }
        } else if upper == "DATA" {
            say(&mut write, "354 go on").await;
            let Some(data) = hear_mail(&mut read).await else { return };
            let mail = Received { from: from.clone(), to: to.clone(), data };
            let fate = if let Mood::Poison { silent } = mood() { fate(mail.id(), silent) } else { Fate::Taken };
            if fate != Fate::Refused {
                state.lock().unwrap().received.push(mail);
            }
            match fate {
                Fate::Refused => {
                    say(&mut write, "554 no").await;
                    continue;
                }
                Fate::Cut => return,
                Fate::Unanswered => tokio::time::sleep(Duration::from_mins(10)).await,
                Fate::Taken => {}
            }
            if cut(&state) {
                return;
            }
            while mood() == Mood::Ponder {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            say(&mut write, "250 taken").await;
        } else if upper == "QUIT" {
            say(&mut write, "221 bye").await;
            return;
        } else {
            say(&mut write, if upper == "NOOP" || upper == "RSET" { "250 ok" } else { "502 no" }).await;
        }
    }
}

fn refusal(state: &Mutex<State>, address: &str) -> Option<String> {
    let mut state = state.lock().unwrap();
    if state.mood == Mood::Refuse {
        return Some(format!("550 no such user {address}"));
    }
    let Mood::Greylist(left) = state.mood else { return None };
    state.mood = Mood::Greylist(left.checked_sub(1)?);
    Some("450 come back later".to_owned())
}

fn cut(state: &Mutex<State>) -> bool {
    let mut state = state.lock().unwrap();
    let Mood::CutAfterData(left) = state.mood else { return false };
    state.mood = Mood::CutAfterData(left.saturating_sub(1));
    left > 0
}

fn within_brackets(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or_else(String::new, |(address, _)| address.to_owned())
}

async fn say(write: &mut OwnedWriteHalf, line: &str) {
    let _gone = write.write_all(format!("{line}\r\n").as_bytes()).await;
}

async fn hear(read: &mut BufReader<OwnedReadHalf>) -> Option<String> {
    let mut line = String::new();
    let count = read.read_line(&mut line).await.ok()?;
    (count > 0).then(|| line.trim_end().to_owned())
}

async fn hear_mail(read: &mut BufReader<OwnedReadHalf>) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n.\r\n") {
        bytes.push(read.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
