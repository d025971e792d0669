//! Hashing: argon2id (19 MiB, two passes, one lane) over a peppered password, on threads of its own (`lanes.rs`) and bounded,
//! so that a flood of sign-ins cannot starve the form of processors or memory.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::lanes::Lanes;
pub use super::lanes::{Lane, Place};
use crate::sealing::{DigestPurpose, Keys};

/// What every hash of today begins with; another one is made anew at the next sign-in.
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
/// Checked where there is no account, so that the answer takes the same time. Nobody's password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbCEhIQ$bm9ib2R5IGF0IGFsbCEhIW5vYm9keSBhdCBhbGwhISE";

static LANES: LazyLock<Option<Lanes>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Lanes::start((cores - 1).max(1)).inspect_err(|error| tracing::error!(%error, "no thread to check passwords")).ok()
});

thread_local! {
    /// The 19 MiB a check fills, kept for the next one: asked of the system anew for each, they cost its page faults and stay in the
    /// allocator's hands anyway.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// No hash was made.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many at once: try again shortly.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// Something broke.
    #[error("a password could not be hashed")]
    Broken(#[source] anyhow::Error),
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password, or no such account.
    Wrong,
    /// The password.
    Right,
    /// The password; its hash is of an older make and here is a new one.
    RightButOld(String),
}

/// A place in a lane: had before anything else is done for a stranger.
pub async fn place(lane: Lane) -> Result<Place, HashError> {
    match LANES.as_ref() {
        Some(lanes) => lanes.place(lane).await.ok_or(HashError::Busy),
        None => Err(HashError::Busy),
    }
}

/// Hashes a new password.
pub async fn hash(keys: &Arc<Keys>, password: &str) -> Result<String, HashError> {
    let peppered = pepper(keys, password)?;
    done(place(Lane::Known).await?, move || make(&peppered)).await
}

/// Checks a password of somebody known; with `None` as hash it takes the same time and is wrong.
pub async fn verify(keys: &Arc<Keys>, password: &str, stored: Option<String>) -> Result<Verdict, HashError> {
    verify_at(place(Lane::Known).await?, keys, password, stored).await
}

/// The same, at a place had before.
pub async fn verify_at(place: Place, keys: &Arc<Keys>, password: &str, stored: Option<String>) -> Result<Verdict, HashError> {
    let peppered = pepper(keys, password)?;
    done(place, move || check(&peppered, stored.as_deref())).await
}

fn pepper(keys: &Keys, password: &str) -> Result<[u8; 32], HashError> {
    keys.digest(DigestPurpose::Password, &[password.as_bytes()]).map_err(|error| HashError::Broken(error.into()))
}

/// Has `work` done when its turn comes.
async fn done<T: Send + 'static>(place: Place, work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T, HashError> {
    let done = tokio::time::timeout(place.patience(), place.ask(work)).await.map_err(|_late| HashError::Busy)?;
    done.map_err(|died| HashError::Broken(died.into()))?.map_err(HashError::Broken)
}

fn argon() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(anyhow::Error::msg)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn make(peppered: &[u8]) -> anyhow::Result<String> {
    Ok(argon()?.hash_password(peppered).map_err(anyhow::Error::msg)?.to_string())
}

fn check(peppered: &[u8], stored: Option<&str>) -> anyhow::Result<Verdict> {
    let text = stored.unwrap_or(NOBODY);
    let parsed = PasswordHash::new(text).map_err(anyhow::Error::msg)?;
    let current = text.starts_with(CURRENT);
    let right = if current { matches(peppered, &parsed)? } else { argon()?.verify_password(peppered, &parsed).is_ok() };
    Ok(match (right && stored.is_some(), current) {
        (false, _) => Verdict::Wrong,
        (true, true) => Verdict::Right,
        (true, false) => Verdict::RightButOld(make(peppered)?),
    })
}

/// Whether a hash of today's make is of this password, in the memory this thread keeps for it.
fn matches(peppered: &[u8], stored: &PasswordHash) -> anyhow::Result<bool> {
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
        anyhow::bail!("a stored hash has no salt or no result")
    };
    let argon = argon()?;
    let mut made = [0; Output::MAX_LENGTH];
    let made = made.get_mut(..expected.len()).ok_or_else(|| anyhow::anyhow!("a stored hash is too long"))?;
    MEMORY
        .with_borrow_mut(|memory| {
            memory.resize(argon.params().block_count(), Block::new());
            argon.hash_password_into_with_memory(peppered, salt, made, memory)
        })
        .map_err(anyhow::Error::msg)?;
    // Compared in constant time.
    Ok(Output::new(made).map_err(anyhow::Error::msg)? == *expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_verified_exactly() {
        let keys = Arc::new(Keys::for_tests());
        let long = "x".repeat(64) + "y";
        let stored = hash(&keys, &long).await.unwrap();
        assert!(stored.starts_with(CURRENT));
        assert_eq!(verify(&keys, &long, Some(stored.clone())).await.unwrap(), Verdict::Right);
        for wrong in ["x".repeat(64), "x".repeat(65), format!("{long} "), String::new()] {
            assert_eq!(verify(&keys, &wrong, Some(stored.clone())).await.unwrap(), Verdict::Wrong);
        }
        assert_eq!(verify(&keys, &long, None).await.unwrap(), Verdict::Wrong);
    }

    #[test]
    fn a_hash_of_an_older_make_is_made_anew() {
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 1, 1, None).unwrap());
        let stored = old.hash_password(b"peppered").unwrap().to_string();
        let Verdict::RightButOld(new) = check(b"peppered", Some(&stored)).unwrap() else { panic!("not noticed") };
        assert_eq!(check(b"peppered", Some(&new)).unwrap(), Verdict::Right);
    }
}
