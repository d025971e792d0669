//! Links that work once and travel by mail. The outbox holds ids only, so a link's token follows from the id of its mail under a
//! key of the private file: the worker makes it anew at every try, and only a keyed digest of it is kept.

use crate::sealing::{DigestPurpose, Keys, SealError};
use crate::staff::session::SessionToken;
use crate::values::MessageId;

/// The token in the mail `message`.
pub(in crate::staff) fn token(keys: &Keys, message: MessageId) -> Result<SessionToken, SealError> {
    Ok(SessionToken::from_bytes(keys.digest(DigestPurpose::Password, &[b"link", message.uuid().as_bytes()])?))
}
