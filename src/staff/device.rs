//! A browser that signed in to an account before, told by a cookie only this installation can make. It opens nothing; it
//! keeps a crowd that guesses passwords elsewhere from shutting the owner out.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::RngExt;
use subtle::ConstantTimeEq;

use crate::sealing::{DigestPurpose, Keys, SealError};

const COOKIE: &str = "intake-device";
const NONCE: usize = 16;

/// `Set-Cookie` value for a browser that just signed in as `email`.
pub fn set_cookie(keys: &Keys, base_url: &str, email: &str) -> Result<String, SealError> {
    let nonce: [u8; NONCE] = rand::rng().random();
    let mut value = nonce.to_vec();
    value.extend_from_slice(&proof(keys, email, &nonce)?);
    let secure = if base_url.starts_with("https://") { "; Secure" } else { "" };
    let value = BASE64_URL_SAFE_NO_PAD.encode(value);
    Ok(format!("{COOKIE}={value}; Path=/staff/login; Max-Age=15552000; HttpOnly; SameSite=Strict{secure}"))
}

/// The device's nonce, if the cookies hold one made for `email`.
pub fn known(keys: &Keys, email: &str, cookies: &str) -> Option<Vec<u8>> {
    let (_, value) = cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
    let (nonce, shown) = bytes.split_at_checked(NONCE)?;
    let expected = proof(keys, email, nonce).ok()?;
    bool::from(expected.as_slice().ct_eq(shown)).then(|| nonce.to_vec())
}

fn proof(keys: &Keys, email: &str, nonce: &[u8]) -> Result<[u8; 32], SealError> {
    // The pepper's key, because a public process does not hold it.
    keys.digest(DigestPurpose::Password, &[b"device", email.trim().to_lowercase().as_bytes(), nonce])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_to_its_own_account_alone() {
        let keys = Keys::for_tests();
        let cookie = set_cookie(&keys, "https://x.example", "Nadia@example.org").unwrap();
        let sent = format!("a=b; {}", cookie.split(';').next().unwrap());
        assert_eq!(known(&keys, "nadia@example.org", &sent).unwrap().len(), NONCE);
        assert!(known(&keys, "ruth@example.org", &sent).is_none());
        assert!(known(&keys, "nadia@example.org", "intake-device=AAAA").is_none());
    }
}
