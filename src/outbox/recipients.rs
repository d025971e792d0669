//! Configured recipients: the outbox keeps a keyed digest, the configuration keeps the address.

use crate::sealing::{DigestPurpose, Keys, SealError};

/// Digest of one configured address; case does not matter.
fn digest(keys: &Keys, address: &str) -> Result<[u8; 32], SealError> {
    keys.digest(DigestPurpose::Recipient, &[address.trim().to_lowercase().as_bytes()])
}

/// Digests of the configured addresses, without repetitions, in the order of the configuration.
pub fn configured_digests(keys: &Keys, addresses: &[String]) -> Result<Vec<[u8; 32]>, SealError> {
    let mut digests = Vec::with_capacity(addresses.len());
    for address in addresses {
        let digest = digest(keys, address)?;
        if !digests.contains(&digest) {
            digests.push(digest);
        }
    }
    Ok(digests)
}

/// The configured address with this digest; `None` if it was taken out of the configuration meanwhile.
pub fn address_of<'a>(keys: &Keys, addresses: &'a [String], wanted: &[u8; 32]) -> Result<Option<&'a str>, SealError> {
    for address in addresses {
        if digest(keys, address)? == *wanted {
            return Ok(Some(address));
        }
    }
    Ok(None)
}
