//! Fingerprints: which key is which, without telling anything about it. And the decision whether a ring fits a database.

use ring::hmac;

use super::material::{KeyEntry, PrivateFile, PublicFile, sealing_half};

const SEALING: &str = "sealing";
const RECORD: &str = "record";

/// Names a key of the ring and proves which one it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// What it is for.
    pub purpose: &'static str,
    /// Its id.
    pub key_id: String,
    /// A keyed hash of its id: the same key gives the same, and nothing leads back.
    pub digest: Vec<u8>,
}

/// A fingerprint as the database remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    pub purpose: String,
    pub key_id: String,
    pub digest: Vec<u8>,
    /// It left the ring: nobody needs it, and nobody brings it back.
    pub removed: bool,
}

/// The ring does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this database is sealed under other keys: its {purpose} key {key_id} is not in the key files. Nothing was written. \
     Put the key files of this database in place (see INTAKE__KEYS__PRIVATE_FILE and INTAKE__KEYS__PUBLIC_FILE), or point \
     DATABASE_URL at the database they belong to"
)]
pub struct WrongRing {
    purpose: String,
    key_id: String,
}

/// One fingerprint per key of the files.
pub fn all(public: &PublicFile, private: Option<&PrivateFile>) -> Vec<Fingerprint> {
    // Who opens holds every pair, also those its public file names no more.
    let opened: Vec<KeyEntry> = private.iter().flat_map(|private| private.opening_keys.iter().filter_map(sealing_half)).collect();
    let sealing = if private.is_some() { &opened } else { &public.sealing_keys };
    let mut lists: Vec<(&'static str, &[KeyEntry])> =
        vec![(SEALING, sealing), ("digest", &public.digest_keys), ("bucket", &public.bucket_keys)];
    if let Some(private) = private {
        lists.extend([
            (RECORD, private.record_keys.as_slice()),
            ("pepper", &private.pepper_keys),
            ("audit", &private.audit_keys),
            ("suppression", &private.suppression_keys),
        ]);
    }
    lists.into_iter().flat_map(|(purpose, keys)| keys.iter().filter_map(move |key| of(purpose, key))).collect()
}

fn of(purpose: &'static str, key: &KeyEntry) -> Option<Fingerprint> {
    let key_id = key.id()?.to_string();
    let secret = hmac::Key::new(hmac::HMAC_SHA256, key.bytes()?.as_ref());
    let digest = hmac::sign(&secret, format!("intake fingerprint 1 {purpose} {key_id}").as_bytes());
    Some(Fingerprint { purpose, key_id, digest: digest.as_ref().to_vec() })
}

/// Every remembered key of a purpose this process holds must be in its ring, unless it was removed; what is new is returned, to
/// be remembered. Who only seals needs one remembered sealing key, not all: its file may be from before a rotation, or after it.
pub fn compare<'a>(held: &'a [Fingerprint], remembered: &[Remembered]) -> Result<Vec<&'a Fingerprint>, WrongRing> {
    let opens = held.iter().any(|key| key.purpose == RECORD);
    let is_held = |known: &Remembered| held.iter().any(|key| same(key, known));
    for known in remembered.iter().filter(|known| !known.removed && !is_held(known)) {
        let one_is_enough = known.purpose == SEALING && !opens;
        let another = one_is_enough && remembered.iter().any(|other| other.purpose == SEALING && is_held(other));
        if !another && held.iter().any(|key| key.purpose == known.purpose) {
            return Err(WrongRing { purpose: known.purpose.clone(), key_id: known.key_id.clone() });
        }
    }
    let is_new = |key: &&Fingerprint| !remembered.iter().any(|known| known.purpose == key.purpose && known.key_id == key.key_id);
    Ok(held.iter().filter(is_new).collect())
}

fn same(key: &Fingerprint, known: &Remembered) -> bool {
    key.purpose == known.purpose && key.key_id == known.key_id && key.digest == known.digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::material;

    fn remember(keys: &[Fingerprint]) -> Vec<Remembered> {
        let one = |key: &Fingerprint| Remembered {
            purpose: key.purpose.to_owned(),
            key_id: key.key_id.clone(),
            digest: key.digest.clone(),
            removed: false,
        };
        keys.iter().map(one).collect()
    }

    #[test]
    fn a_ring_fits_its_own_database_and_no_other() {
        let (public, private) = material::for_tests();
        let whole = all(&public, Some(&private));
        assert_eq!(whole.len(), 7);
        assert_eq!(compare(&whole, &[]).unwrap().len(), 7);
        assert!(compare(&whole, &remember(&whole)).unwrap().is_empty());
        assert!(compare(&all(&public, None), &remember(&whole)).unwrap().is_empty());
        let (others, other_private) = material::generate().unwrap();
        assert!(compare(&all(&others, Some(&other_private)), &remember(&whole)).is_err());
        assert!(compare(&all(&others, None), &remember(&whole)).is_err());
        assert!(compare(&all(&public, Some(&other_private)), &remember(&whole)).is_err());
    }

    #[test]
    fn a_new_key_beside_the_old_is_remembered_too() {
        let (public, mut private) = material::for_tests();
        let before = remember(&all(&public, Some(&private)));
        private.record_keys.insert(0, KeyEntry::random().unwrap());
        let after = all(&public, Some(&private));
        let new = compare(&after, &before).unwrap();
        assert_eq!(new.iter().map(|key| key.purpose).collect::<Vec<_>>(), ["record"]);
        private.record_keys.truncate(1);
        assert!(compare(&all(&public, Some(&private)), &before).is_err());
    }

    #[test]
    fn who_only_seals_fits_before_and_after_a_rotation_and_who_opens_needs_every_pair() {
        let (public, mut private) = material::for_tests();
        let before = remember(&all(&public, Some(&private)));
        let mut rotated = public.clone();
        private.opening_keys.insert(0, KeyEntry::random().unwrap());
        rotated.sealing_keys.insert(0, sealing_half(private.opening_keys.first().unwrap()).unwrap());
        let after = all(&rotated, Some(&private));
        assert_eq!(compare(&after, &before).unwrap().len(), 1, "the new pair is remembered");
        let known = remember(&after);
        assert!(compare(&all(&public, None), &known).unwrap().is_empty(), "a public host with the file from before");
        assert!(compare(&all(&rotated, None), &known).unwrap().is_empty());
        rotated.sealing_keys.truncate(1);
        assert!(compare(&all(&rotated, None), &known).unwrap().is_empty(), "the old half taken out");
        assert!(compare(&all(&rotated, Some(&private)), &known).unwrap().is_empty(), "it is opened all the same");
        private.opening_keys.truncate(1);
        assert!(compare(&all(&rotated, Some(&private)), &known).is_err());
        assert!(compare(&all(&material::generate().unwrap().0, None), &known).is_err());
    }

    #[test]
    fn a_removed_key_is_neither_asked_for_nor_brought_back() {
        let (public, mut private) = material::for_tests();
        private.record_keys.insert(0, KeyEntry::random().unwrap());
        let both = all(&public, Some(&private));
        let mut known = remember(&both);
        known.iter_mut().filter(|key| key.purpose == "record").last().unwrap().removed = true;
        assert!(compare(&both, &known).unwrap().is_empty(), "a host that still holds it");
        let old = private.record_keys.pop().unwrap();
        assert!(compare(&all(&public, Some(&private)), &known).unwrap().is_empty(), "a host without it");
        private.record_keys = vec![old];
        assert!(compare(&all(&public, Some(&private)), &known).is_err(), "a host with an old copy of the file");
    }
}
