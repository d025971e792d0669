//! Lines of the log on their way out. Nobody waits for them: a thread of its own writes what was queued; while the log is full or
//! stuck, lines beyond a bound are dropped and counted. Answering people matters more than writing down that they were answered.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

/// Bytes that wait; what comes on top is dropped.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Written at once, at most about so much.
const PORTION: usize = 64 * 1024;
/// So long the end of the program waits for its last lines.
const LAST_WORDS: Duration = Duration::from_millis(500);

static QUEUE: OnceLock<Sender<Vec<u8>>> = OnceLock::new();
static WAITING: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// Starts the thread that writes to stderr. A second call changes nothing.
pub(super) fn start() -> io::Result<()> {
    if QUEUE.get().is_some() {
        return Ok(());
    }
    // A handle without the lock that `eprintln!` takes: who is stuck in it holds up nobody.
    let out = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let (queue, queued) = channel();
    std::thread::Builder::new().name("log".to_owned()).spawn(move || write_all(out, &queued))?;
    let _started_meanwhile = QUEUE.set(queue);
    Ok(())
}

/// How many lines were dropped since the start.
pub fn dropped() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

/// A line for whoever started the program, after those of the log; never waits long.
pub fn say(line: &str) {
    if QUEUE.get().is_some() {
        queue(format!("{line}\n").into_bytes());
        flush();
    } else {
        let _nobody_reads = writeln!(io::stderr(), "{line}");
    }
}

/// Waits a moment for what is queued.
pub fn flush() {
    let until = Instant::now() + LAST_WORDS;
    while WAITING.load(Ordering::Acquire) > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn queue(line: Vec<u8>) {
    let bytes = line.len();
    let before = WAITING.fetch_add(bytes, Ordering::AcqRel);
    let queued = before + bytes <= MOST_BYTES && QUEUE.get().is_some_and(|queue| queue.send(line).is_ok());
    if !queued {
        WAITING.fetch_sub(bytes, Ordering::AcqRel);
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

fn write_all(mut out: File, queued: &Receiver<Vec<u8>>) {
    let mut told = 0;
    while let Ok(mut portion) = queued.recv() {
        let mut lines = 1;
        while portion.len() < PORTION
            && let Ok(next) = queued.try_recv()
        {
            portion.extend_from_slice(&next);
            lines += 1;
        }
        let bytes = portion.len();
        let dropped = dropped();
        if dropped > told {
            portion.extend_from_slice(format!("{} log lines were dropped: the log was full or stuck\n", dropped - told).as_bytes());
        }
        match out.write_all(&portion) {
            Ok(()) => told = dropped,
            Err(_full) => {
                DROPPED.fetch_add(lines, Ordering::Relaxed);
            }
        }
        WAITING.fetch_sub(bytes, Ordering::AcqRel);
    }
}

/// Gives each event a line of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines;

/// What one event writes; queued as a whole when it is done.
#[derive(Debug, Default)]
pub(super) struct Line(Vec<u8>);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line::default()
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            queue(std::mem::take(&mut self.0));
        }
    }
}
