//! Stylesheet, symbols and pictures of our own, inside the binary. Their paths carry a hash of their content, so that a
//! browser may keep them for ever; they are compressed once, when first asked for.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::error::{PageError, PageResult};

#[derive(rust_embed::RustEmbed)]
#[folder = "static/"]
struct Embedded;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// One file, ready to be sent.
struct Asset {
    path: String,
    content_type: &'static str,
    plain: web::Bytes,
    gzipped: Option<web::Bytes>,
}

/// Every file by its plain name, `app.css`.
static ASSETS: LazyLock<HashMap<String, Asset>> =
    LazyLock::new(|| Embedded::iter().filter_map(|name| load(&name).map(|asset| (name.into_owned(), asset))).collect());

/// The hashed path of a file of `static/`, for example `/assets/app-1f0c9a42b7d3.css`. A name that does not exist gives a
/// path that answers 404; a test reads the templates for such names.
pub fn path(name: &str) -> &'static str {
    ASSETS.get(name).map_or("/assets/missing", |asset| asset.path.as_str())
}

/// Answers `/assets/{name}`. An outdated hash gets the present file: a page kept open for a month stays dressed.
pub async fn show(request: HttpRequest, name: web::Path<String>) -> PageResult {
    let plain_name = without_hash(&name).ok_or(PageError::NotFound)?;
    let asset = ASSETS.get(&plain_name).ok_or(PageError::NotFound)?;
    let current = asset.path.ends_with(&format!("/{name}"));
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, asset.content_type));
    answer.insert_header((CACHE_CONTROL, if current { FOR_EVER } else { ASK_AGAIN }));
    answer.insert_header((VARY, "Accept-Encoding"));
    if let Some(gzipped) = asset.gzipped.as_ref().filter(|_| takes_gzip(&request)) {
        return Ok(answer.insert_header((CONTENT_ENCODING, "gzip")).body(gzipped.clone()));
    }
    Ok(answer.body(asset.plain.clone()))
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// `app-1f0c9a42b7d3.css` → `app.css`.
fn without_hash(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (base, hash) = stem.rsplit_once('-')?;
    (hash.len() == 12 && hash.bytes().all(|b| b.is_ascii_hexdigit())).then(|| format!("{base}.{extension}"))
}

fn load(name: &str) -> Option<Asset> {
    let plain = web::Bytes::from(Embedded::get(name)?.data.into_owned());
    let (base, extension) = name.rsplit_once('.')?;
    let hash = Sha256::digest(&plain).iter().take(6).fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    let gzipped = gzip(&plain).filter(|smaller| smaller.len() < plain.len()).map(web::Bytes::from);
    Some(Asset { path: format!("/assets/{base}-{hash}.{extension}"), content_type: content_type(extension), plain, gzipped })
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_carries_the_hash_of_its_content() {
        let path = path("app.css");
        let name = path.strip_prefix("/assets/").unwrap();
        assert_eq!(without_hash(name).as_deref(), Some("app.css"));
        assert_eq!(super::path("nothing.css"), "/assets/missing");
    }

    #[test]
    fn only_a_hash_is_taken_off() {
        assert_eq!(without_hash("app.css"), None);
        assert_eq!(without_hash("../app-000000000000.css").as_deref(), Some("../app.css"));
        assert!(!ASSETS.contains_key("../app.css"));
    }

    #[test]
    fn the_stylesheet_leaves_room_for_the_page_in_thirty_kilobytes() {
        let weight: usize = ["app.css", "symbols.svg"].iter().map(|name| ASSETS[*name].gzipped.as_ref().unwrap().len()).sum();
        assert!(weight < 17_000, "{weight} bytes");
    }
}
