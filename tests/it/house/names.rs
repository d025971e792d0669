//! Who may name what: a database table, the web framework, the mail crate, a cipher, the clock.

use super::source::{Source, rust_files};

fn offenders(word: &str, allowed: impl Fn(&Source) -> bool) -> Vec<String> {
    rust_files("src").into_iter().filter(|source| source.names(word) && !allowed(source)).map(|source| source.path).collect()
}

fn is_page(source: &Source) -> bool {
    let name = source.file_name();
    name == "pages.rs" || name.ends_with("_page.rs") || name.ends_with("_pages.rs")
}

fn is_figures(source: &Source) -> bool {
    source.path.starts_with("src/reports/") && source.file_name() == "figures.rs"
}

#[test]
fn only_stores_name_tables() {
    let wrong = offenders("db::schema", |source| {
        source.file_name() == "store.rs" || is_figures(source) || source.path.starts_with("src/db/")
    });
    assert!(wrong.is_empty(), "tables are named outside a store: {wrong:?}");
}

#[test]
fn only_the_edge_names_the_web_framework() {
    let edge = ["src/server.rs", "src/routes.rs", "src/health.rs", "src/staff/guard.rs"];
    let wrong = offenders("actix_web", |source| {
        source.path.starts_with("src/web/")
            || is_page(source)
            || source.file_name() == "api.rs"
            || edge.contains(&source.path.as_str())
    });
    assert!(wrong.is_empty(), "the web framework is named below the edge: {wrong:?}");
}

#[test]
fn only_mail_names_the_mail_crate_and_only_sealing_names_a_cipher() {
    let wrong = offenders("lettre", |source| source.path.starts_with("src/mail/"));
    assert!(wrong.is_empty(), "lettre is named outside mail/: {wrong:?}");
    for cipher in ["ring::aead", "aes_gcm", "hpke::", "hkdf::", "hmac::", "chacha20"] {
        let wrong = offenders(cipher, |source| source.path.starts_with("src/sealing/"));
        assert!(wrong.is_empty(), "{cipher} is named outside sealing/: {wrong:?}");
    }
}

#[test]
fn raw_sql_stays_in_the_ground_and_the_figures() {
    let wrong = offenders("sql_query", |source| source.path.starts_with("src/db/") || is_figures(source));
    assert!(wrong.is_empty(), "raw SQL outside db/: {wrong:?}");
}

#[test]
fn only_the_edge_reads_the_clock() {
    let wrong = offenders("Utc::now", |source| {
        let top = ["src/worker", "src/cli/", "src/server.rs", "src/health.rs", "src/web/"]
            .iter()
            .any(|start| source.path.starts_with(start));
        top || is_page(source) || source.file_name() == "api.rs"
    });
    assert!(wrong.is_empty(), "pass `now` instead of reading the clock in: {wrong:?}");
}
