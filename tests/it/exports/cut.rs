//! A reader that goes away in the middle of a file.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use super::{asking, export};
use crate::queue::seeded::seed;
use crate::support::{PASSWORD, TestApp};

#[derive(QueryableByName)]
struct Busy {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    open: i64,
}

#[actix_web::test]
async fn an_export_whose_reader_goes_away_is_listed_as_broken_off_and_the_next_one_starts() {
    let app = TestApp::start().await;
    seed(&app, 4_000).await;
    let mara = app.manager().await;
    let asked = mara.post("/staff/exports", &asking("csv", "identified")).await.assert_status(303);
    // A small window, so that the file cannot wait whole in the buffers of the two sockets.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    let mut stream = socket.connect(app.base.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    let account = [("email", "mara@example.org"), ("password", PASSWORD)];
    let session = app.client().post("/staff/login", &account).await.assert_status(303);
    let (cookie, _) = session.header("set-cookie").split_once(';').expect("a session");
    let head = format!("GET {} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n", asked.location());
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut begin = vec![0; 4_096];
    stream.read_exact(&mut begin).await.unwrap();
    assert!(begin.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&begin));
    drop(stream);

    let busy = "SELECT count(*) AS open FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    let mut listed = String::new();
    for _ in 0..200 {
        listed = mara.get("/staff/exports").await.assert_status(200).body;
        if !listed.contains("data-state=\"running\"") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(listed.contains("Broken off") && !listed.contains("data-state=\"finished\""), "it says so");
    let Busy { open } = diesel::sql_query(busy).get_result(&mut app.conn().await).await.unwrap();
    assert_eq!(open, 0, "no transaction is left open");
    let whole = export(&mara, &asking("csv", "deidentified")).await;
    assert!(super::rows(&whole.body).len() > 3_000);
    mara.get("/staff/exports").await.assert_shows("data-state=\"finished\"");
    app.stop().await;
}
