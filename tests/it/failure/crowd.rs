//! Ten thousand connections that say nothing, and somebody who wants to send the form.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::matrix::promise;
use crate::support::process::{Process, allow_open_files, clean_up, folder};
use crate::support::{Client, InquiryFields};

const CROWD: u64 = 10_000;
/// The promise is half a second; a test machine that compiles at the same time gets more.
const BOUND: Duration = Duration::from_secs(5);

#[actix_web::test]
async fn ten_thousand_silent_connections_do_not_keep_an_inquiry_out() {
    let most = allow_open_files();
    let crowd = CROWD.min(most.saturating_sub(1_000));
    if crowd < CROWD {
        eprintln!("\nONLY {crowd} of {CROWD} connections: this machine allows {most} open files\n");
    }
    let data = folder("crowd");
    let process = Process::start(&data, &[], &[]);
    let address = process.base.trim_start_matches("http://").to_owned();
    let client = Client::new(&process.base);
    client.get("/").await.assert_status(200);
    let opened = Instant::now();
    let knock = |share: u64| (0..share).map(|_| TcpStream::connect(&address).expect("a connection")).collect::<Vec<_>>();
    let silent: Vec<TcpStream> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| knock(crowd / 8))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let took = opened.elapsed();
    let asked = Instant::now();
    client.get("/").await.assert_status(200);
    let page = asked.elapsed();
    let asked = Instant::now();
    client.post("/inquiries", &InquiryFields::default().pairs()).await.assert_status(303);
    let receipt = asked.elapsed();
    let open = silent.iter().filter(|stream| still_open(stream)).count();
    eprintln!(
        "{} silent connections in {took:?}, {open} of them not yet closed: the form after {page:?}, a receipt after {receipt:?}",
        silent.len()
    );
    assert!(page < BOUND && receipt < BOUND, "the form after {page:?}, a receipt after {receipt:?}");
    let measured = format!("the form after {} ms, a receipt after {} ms", page.as_millis(), receipt.as_millis());
    promise("R8", &format!("beside {} connections that say nothing", silent.len()), &measured, "failure::crowd");
    drop((silent, process));
    clean_up(&data);
}

/// Intake closes who says nothing for five seconds.
fn still_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    matches!(stream.peek(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}
