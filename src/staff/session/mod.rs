//! A signed-in browser: a 256-bit random token in a cookie, only its SHA-256 in the table, idle and absolute expiry by the
//! database's clock.

pub mod store;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::RngExt;
use sha2::{Digest, Sha256};

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

    /// What the database holds.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
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
        assert_eq!(token_in("https://intake.example.org", &sent).unwrap().hash(), token.hash());
        assert!(token_in("http://127.0.0.1:8080", &sent).is_none());
        assert!(set_cookie("http://127.0.0.1:8080", &token).starts_with("intake="));
    }
}
