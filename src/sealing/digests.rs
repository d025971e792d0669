//! Keyed digests: HMAC-SHA-256 under one derived key per purpose, so that a dump answers no guess.

use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::hmac;

use super::{DigestPurpose, SealError};

/// One key per purpose this process holds; `None` where its secret is in the private file alone.
#[derive(Debug)]
pub struct DigestKeys {
    pub submission: hmac::Key,
    pub recent: hmac::Key,
    pub account: hmac::Key,
    pub network: hmac::Key,
    pub recipient: hmac::Key,
    pub suppression: Option<hmac::Key>,
    pub password: Option<hmac::Key>,
    pub audit_chain: Option<hmac::Key>,
    pub token: Option<hmac::Key>,
    pub backup: Option<hmac::Key>,
}

impl DigestKeys {
    /// HMAC over the parts, each behind its length, so that moving a border changes the digest.
    pub fn digest(&self, purpose: DigestPurpose, parts: &[&[u8]]) -> Result<[u8; 32], SealError> {
        let key = match purpose {
            DigestPurpose::Submission => &self.submission,
            DigestPurpose::Recent => &self.recent,
            DigestPurpose::Account => &self.account,
            DigestPurpose::Network => &self.network,
            DigestPurpose::Recipient => &self.recipient,
            DigestPurpose::Suppression => self.suppression.as_ref().ok_or(SealError)?,
            DigestPurpose::Password => self.password.as_ref().ok_or(SealError)?,
            DigestPurpose::AuditChain => self.audit_chain.as_ref().ok_or(SealError)?,
            DigestPurpose::Token => self.token.as_ref().ok_or(SealError)?,
            DigestPurpose::Backup => self.backup.as_ref().ok_or(SealError)?,
        };
        let mut context = hmac::Context::with_key(key);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign().as_ref().try_into().map_err(|_length| SealError)
    }
}

/// The key of one purpose, derived from a secret of a key file.
pub fn derive(secret: &[u8], purpose: &str) -> Result<hmac::Key, SealError> {
    let bytes = derive_bytes(secret, &[b"intake digest 1 ", purpose.as_bytes()])?;
    Ok(hmac::Key::new(hmac::HMAC_SHA256, bytes.as_ref()))
}

/// 32 bytes for one use, derived from a secret of a key file.
pub fn derive_bytes(secret: &[u8], info: &[&[u8]]) -> Result<zeroize::Zeroizing<[u8; 32]>, SealError> {
    struct Bytes;
    impl KeyType for Bytes {
        fn len(&self) -> usize {
            32
        }
    }
    let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
    Salt::new(HKDF_SHA256, &[])
        .extract(secret)
        .expand(info, Bytes)
        .and_then(|okm| okm.fill(bytes.as_mut()))
        .map_err(|_unspecified| SealError)?;
    Ok(bytes)
}
