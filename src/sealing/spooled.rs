//! What waits in the local spool, sealed as a whole: ids, codes and digests beside the envelopes. What a person typed is within
//! its own envelope all the same; this second layer is against a stolen disk, and every process that takes inquiries holds its key.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::envelope::{pad, unpad};
use super::{Keys, OpenError, SealError};

const VERSION: u8 = 1;

impl Keys {
    /// Seals one record of the spool for the file named by `id`; proves that it opens again.
    pub fn seal_spooled(&self, id: Uuid, record: &[u8]) -> Result<Vec<u8>, SealError> {
        let padded = pad(record).ok_or(SealError)?;
        let mut sealed = Vec::with_capacity(padded.len() + 64);
        sealed.push(VERSION);
        self.spool.seal(&mut sealed, &associated_data(id), padded)?;
        match self.open_spooled(id, &sealed) {
            Ok(again) if again.as_slice() == record => Ok(sealed),
            Ok(_) | Err(OpenError) => Err(SealError),
        }
    }

    /// Opens the record of the file named by `id`.
    pub fn open_spooled(&self, id: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        match sealed.split_first() {
            Some((&VERSION, rest)) => Ok(Zeroizing::new(unpad(&self.spool.open(rest, &associated_data(id))?)?.to_vec())),
            Some(_) | None => Err(OpenError),
        }
    }
}

fn associated_data(id: Uuid) -> Vec<u8> {
    [b"intake spool 1 ".as_slice(), id.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_again_under_its_own_name_only_and_only_unchanged() {
        let (keys, id) = (Keys::for_tests_public(), Uuid::now_v7());
        let sealed = keys.seal_spooled(id, b"codes and envelopes").unwrap();
        assert_eq!(Keys::for_tests().open_spooled(id, &sealed).unwrap().as_slice(), b"codes and envelopes");
        assert!(keys.open_spooled(Uuid::now_v7(), &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(keys.open_spooled(id, &changed).is_err(), "byte {at}");
            assert!(keys.open_spooled(id, &sealed[..at]).is_err(), "cut at {at}");
        }
    }
}
