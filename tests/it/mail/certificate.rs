//! A mail server that cannot show a certificate of a known authority gets nothing.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use intake::mail::{Deadlines, Mailer};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::support::{InquiryFields, Settings, TestApp};

/// A server of `smtps://` with a certificate for its own name that nobody vouches for; what became of each connection.
fn start() -> (u16, Arc<Mutex<Vec<String>>>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let all = Arc::clone(&seen);
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let (mut socket, mut connection) = (socket.unwrap(), ServerConnection::new(Arc::clone(&config)).unwrap());
            let mut stream = Stream::new(&mut connection, &mut socket);
            let mut word = [0; 4];
            let outcome = stream.write_all(b"220 ready\r\n").and_then(|()| stream.read_exact(&mut word));
            all.lock().unwrap().push(outcome.map_or_else(|error| error.to_string(), |()| format!("it said {word:?}")));
        }
    });
    (port, seen)
}

#[actix_web::test]
async fn a_mail_server_without_a_certificate_of_a_known_authority_gets_nothing() {
    let (port, seen) = start();
    let url = format!("smtps://somebody:secret@localhost:{port}");
    let mailer = Mailer::smtp(&url, "Elevate admissions <hello@example.org>", Deadlines::default()).unwrap();
    let app = TestApp::start_with(Settings { mailer: Some(mailer), ..Settings::default() }).await;
    app.receipt_of(&InquiryFields::default()).await;
    app.deliver_mail().await;
    let seen = seen.lock().unwrap().clone();
    assert!(!seen.is_empty(), "it was asked");
    assert!(seen.iter().all(|outcome| outcome.contains("UnknownCA") || outcome.contains("BadCertificate")), "{seen:?}");
    app.stop().await;
}
