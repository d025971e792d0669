//! A browser that signed in to an account before, told by a cookie only this installation can make. It opens nothing; it
//! keeps a crowd that guesses passwords elsewhere from shutting the owner out. Every change of a credential makes the marks before it
//! useless.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::RngExt;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::credentials::store::{DeviceSalt, device_salt};
use crate::app::App;
use crate::sealing::{DigestPurpose, Keys, SealError};
use crate::web::error::PageError;

const COOKIE: &str = "intake-device";
const NONCE: usize = 16;
const PROOF: usize = 32;

/// A mark this installation made for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Tells browsers apart.
    pub nonce: Vec<u8>,
    /// What the account had when it was made; `None` before any credential was changed.
    pub salt: Option<Uuid>,
}

/// `Set-Cookie` value for a browser that just signed in as `email`.
pub async fn marked(app: &App, email: &str) -> Result<String, PageError> {
    let salt = device_salt(&mut *app.pool.get().await?, email).await?.and_then(|salt| salt.0);
    Ok(set_cookie(&app.keys, &app.base_url, email, salt)?)
}

fn set_cookie(keys: &Keys, base_url: &str, email: &str, salt: Option<Uuid>) -> Result<String, SealError> {
    let nonce: [u8; NONCE] = rand::rng().random();
    let mut value = nonce.to_vec();
    value.extend(salt.iter().flat_map(|salt| salt.into_bytes()));
    value.extend_from_slice(&proof(keys, email, &nonce, salt)?);
    let secure = if base_url.starts_with("https://") { "; Secure" } else { "" };
    let value = BASE64_URL_SAFE_NO_PAD.encode(value);
    Ok(format!("{COOKIE}={value}; Path=/staff/login; Max-Age=15552000; HttpOnly; SameSite=Strict{secure}"))
}

/// The nonce of a browser whose mark still holds. Asks the database for marks of our own making alone: a stranger costs nothing.
pub async fn known(app: &App, email: &str, cookies: &str) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(mark) = shown(&app.keys, email, cookies) else { return Ok(None) };
    let salt = device_salt(&mut *app.pool.get().await?, email).await?;
    Ok((salt == Some(DeviceSalt(mark.salt))).then_some(mark.nonce))
}

/// The mark among the cookies, if it was made here for `email`.
fn shown(keys: &Keys, email: &str, cookies: &str) -> Option<Mark> {
    let (_, value) = cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
    let (nonce, rest) = bytes.split_at_checked(NONCE)?;
    let (salt, shown) = rest.split_at_checked(rest.len().checked_sub(PROOF)?)?;
    let salt = if salt.is_empty() { None } else { Some(Uuid::from_slice(salt).ok()?) };
    let expected = proof(keys, email, nonce, salt).ok()?;
    bool::from(expected.as_slice().ct_eq(shown)).then(|| Mark { nonce: nonce.to_vec(), salt })
}

fn proof(keys: &Keys, email: &str, nonce: &[u8], salt: Option<Uuid>) -> Result<[u8; PROOF], SealError> {
    let email = email.trim().to_lowercase();
    let salt = salt.map(Uuid::into_bytes);
    let parts: Vec<&[u8]> =
        [&b"device"[..], email.as_bytes(), nonce].into_iter().chain(salt.as_ref().map(<[u8; 16]>::as_slice)).collect();
    // The pepper's key, because a public process does not hold it.
    keys.digest(DigestPurpose::Password, &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_to_its_own_account_alone() {
        let keys = Keys::for_tests();
        for salt in [None, Some(Uuid::new_v4())] {
            let cookie = set_cookie(&keys, "https://x.example", "Nadia@example.org", salt).unwrap();
            let sent = format!("a=b; {}", cookie.split(';').next().unwrap());
            let mark = shown(&keys, "nadia@example.org", &sent).unwrap();
            assert_eq!((mark.nonce.len(), mark.salt), (NONCE, salt));
            assert!(shown(&keys, "ruth@example.org", &sent).is_none());
        }
        assert!(shown(&keys, "nadia@example.org", "intake-device=AAAA").is_none());
    }
}
