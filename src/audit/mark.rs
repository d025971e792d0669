//! Whether a reader and the person of a lead bear the same family name, as only the private key can tell. In clear, the log beside the
//! clear names of staff would tell a copy of the database the family name of an inquirer.

use crate::sealing::{DigestPurpose, Keys, SealError};
use crate::values::MemberId;

/// Every view of a lead carries one, so that having one says nothing.
pub fn own_name(keys: &Keys, member: MemberId, lead: &str, is_own: bool) -> Result<String, SealError> {
    let member = member.uuid();
    let parts = [b"intake own name 1".as_slice(), member.as_bytes(), lead.as_bytes(), &[u8::from(is_own)]];
    let digest = keys.digest(DigestPurpose::AuditChain, &parts)?;
    Ok(digest.iter().take(8).fold(String::with_capacity(16), |text, byte| format!("{text}{byte:02x}")))
}
