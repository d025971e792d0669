//! A Postgres that takes TCP over TLS alone, with certificates of an authority made for the test.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use intake::db::embedded;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use super::process::{clean_up, folder};

/// The name in the server's certificate.
pub const HOST: &str = "db.example.org";
pub const PASSWORD: &str = "S3CRET-DB-PASSWORD";

/// Writes `NAME.pem` and `NAME.key` into its folder.
pub struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub fn new(folder: &Path, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        fs::write(folder.join(format!("{name}.pem")), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { folder: folder.to_owned(), issuer: Issuer::new(params, key) }
    }

    /// A certificate for a host name, or of a person.
    pub fn issue(&self, file: &str, names: &[&str], common_name: &str) {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, common_name);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        fs::write(self.folder.join(format!("{file}.pem")), certificate.pem()).unwrap();
        let secret = self.folder.join(format!("{file}.key"));
        fs::write(&secret, key.serialize_pem()).unwrap();
        fs::set_permissions(secret, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// The server; `ca.pem` of its folder is its authority, `other.pem` another one.
pub struct TlsPostgres {
    pub folder: PathBuf,
    pub port: u16,
    /// Over the Unix socket, as its superuser.
    pub socket: String,
}

impl TlsPostgres {
    pub async fn start() -> Self {
        let server = tokio::task::spawn_blocking(start).await.unwrap();
        let mut conn = AsyncPgConnection::establish(&server.socket).await.unwrap();
        let roles = format!(
            "ALTER ROLE intake PASSWORD '{PASSWORD}'; \
             CREATE ROLE plain LOGIN PASSWORD '{PASSWORD}'; CREATE ROLE certain LOGIN; CREATE DATABASE second OWNER intake"
        );
        for statement in roles.split(';') {
            conn.batch_execute(statement).await.unwrap();
        }
        server
    }

    pub fn file(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// As `role`, to this machine under the name `host`.
    pub fn url(&self, role: &str, host: &str, database: &str, query: &str) -> String {
        format!("postgresql://{role}:{PASSWORD}@{host}:{}/{database}?hostaddr=127.0.0.1{query}", self.port)
    }

    /// As Intake should connect.
    pub fn verified(&self, database: &str) -> String {
        self.url("intake", HOST, database, &format!("&sslmode=verify-full&sslrootcert={}", self.file("ca.pem")))
    }

    pub async fn remove(self) {
        tokio::task::spawn_blocking(move || clean_up(&self.folder)).await.unwrap();
    }
}

fn start() -> TlsPostgres {
    let data = folder("tls");
    embedded::ensure(&data).unwrap().release().unwrap();
    let authority = Authority::new(&data, "ca");
    authority.issue("server", &[HOST], "the server");
    authority.issue("certain", &[], "certain");
    Authority::new(&data, "other");
    let cluster = data.join("postgres").canonicalize().unwrap();
    let owner = fs::metadata(&cluster).unwrap();
    for name in ["server.pem", "server.key", "ca.pem"] {
        let copy = cluster.join(name);
        fs::copy(data.join(name), &copy).unwrap();
        chown(&copy, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = format!(
        "\nlisten_addresses = '127.0.0.1'\nport = {port}\nssl = on\nssl_cert_file = 'server.pem'\n\
         ssl_key_file = 'server.key'\nssl_ca_file = 'ca.pem'\npassword_encryption = 'scram-sha-256'\n"
    );
    let conf = cluster.join("postgresql.conf");
    fs::write(&conf, fs::read_to_string(&conf).unwrap() + &settings).unwrap();
    let rules = "local all all trust\nhostssl all plain 127.0.0.1/32 password\nhostssl all certain 127.0.0.1/32 cert\n\
                 hostssl all all 127.0.0.1/32 scram-sha-256\n";
    fs::write(cluster.join("pg_hba.conf"), rules).unwrap();
    let socket = embedded::ensure(&data).unwrap().url().replace("intake@", "postgres@");
    TlsPostgres { folder: data, port, socket }
}
