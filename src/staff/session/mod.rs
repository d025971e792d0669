//! A signed-in browser: a 256-bit random token in a cookie, only its keyed digest in the table, idle and absolute expiry by the
//! database's clock.

pub mod store;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::RngExt;
use sha2::{Digest, Sha256};

use crate::sealing::{DigestPurpose, Keys, SealError};

crate::coded_choice! {
    /// How far a sign-in has come.
    Stage {
        /// The password was right, the code is still asked for.
        Password = "password",
        /// Signed in.
        Full = "full",
    }
}

/// What the browser holds. Never stored, never logged.
#[derive(Clone)]
pub struct SessionToken([u8; 32]);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[token]")
    }
}

impl SessionToken {
    /// A fresh token of 256 random bits.
    pub fn random() -> Self {
        Self(rand::rng().random())
    }

    /// A token that was derived rather than drawn.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a token as the browser sends it back, or as it stands in a link.
    pub fn parse(text: &str) -> Option<Self> {
        BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The token as the browser holds it.
    pub fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database holds. Fails where `private.key` is not held.
    pub fn stored(&self, keys: &Keys, purpose: TokenPurpose) -> Result<StoredToken, SealError> {
        let digest = keys.digest(DigestPurpose::Token, &[purpose.label(), &self.0])?.to_vec();
        Ok(StoredToken { digest, plain_hash: Sha256::digest(self.0).to_vec() })
    }
}

/// What a token is for. A digest made for one purpose fits no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPurpose {
    /// A session.
    Session,
    /// The link for the first account.
    Setup,
    /// A link for a forgotten password.
    Reset,
    /// A link of an invitation.
    Invitation,
}

impl TokenPurpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"session",
            Self::Setup => b"setup",
            Self::Reset => b"reset",
            Self::Invitation => b"invitation",
        }
    }
}

/// A token as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredToken {
    /// HMAC under a key of `private.key`: what a row is found by.
    pub digest: Vec<u8>,
    /// SHA-256, for the release before, which finds rows by nothing else. Never looked at here.
    pub plain_hash: Vec<u8>,
}

/// A session about to be opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// For the browser.
    pub token: SessionToken,
    /// For the table.
    pub stored: StoredToken,
    /// It ends after so many minutes at the latest.
    pub minutes: i32,
}

impl NewSession {
    /// A session with a fresh token.
    pub fn random(keys: &Keys, minutes: i32) -> Result<Self, SealError> {
        let token = SessionToken::random();
        let stored = token.stored(keys, TokenPurpose::Session)?;
        Ok(Self { token, stored, minutes })
    }
}

fn is_https(base_url: &str) -> bool {
    base_url.starts_with("https://")
}

/// Name of the cookie: bound to the host under https.
pub fn cookie_name(base_url: &str) -> &'static str {
    if is_https(base_url) { "__Host-intake" } else { "intake" }
}

/// `Set-Cookie` value that hands the token over. `Lax`, because a link in a notification mail must find the session.
pub fn set_cookie(base_url: &str, token: &SessionToken) -> String {
    let secure = if is_https(base_url) { "; Secure" } else { "" };
    format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie_name(base_url), token.text())
}

/// `Set-Cookie` value that takes the token away.
pub fn clear_cookie(base_url: &str) -> String {
    let secure = if is_https(base_url) { "; Secure" } else { "" };
    format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", cookie_name(base_url))
}

/// Finds the token among the `Cookie` header's values.
pub fn token_in(base_url: &str, cookies: &str) -> Option<SessionToken> {
    let wanted = cookie_name(base_url);
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .and_then(|(_, value)| SessionToken::parse(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_cookie() {
        let token = SessionToken::random();
        let cookie = set_cookie("https://intake.example.org", &token);
        assert!(cookie.starts_with("__Host-intake="));
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));
        let sent = format!("other=1; {}", cookie.split(';').next().unwrap());
        assert_eq!(token_in("https://intake.example.org", &sent).unwrap().text(), token.text());
        assert!(token_in("http://127.0.0.1:8080", &sent).is_none());
        assert!(set_cookie("http://127.0.0.1:8080", &token).starts_with("intake="));
    }

    #[test]
    fn what_the_table_holds_follows_from_no_token_without_the_key_and_fits_one_purpose() {
        let (keys, token) = (Keys::for_tests(), SessionToken::random());
        let session = token.stored(&keys, TokenPurpose::Session).unwrap();
        assert_ne!(session.digest, session.plain_hash);
        for other in [TokenPurpose::Setup, TokenPurpose::Reset, TokenPurpose::Invitation] {
            assert_ne!(token.stored(&keys, other).unwrap().digest, session.digest);
        }
        assert!(token.stored(&Keys::for_tests_public(), TokenPurpose::Session).is_err());
    }
}
