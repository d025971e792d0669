//! An envelope opens in its place, whole, with the right keys, or not at all.

use std::collections::HashSet;

use intake::sealing::{DigestPurpose, Keys, Sealed};
use proptest::prelude::*;
use uuid::Uuid;

use super::{FollowUp, Note};

/// Both kinds of envelope: under the record key, under a sending key.
fn sealers() -> [Keys; 2] {
    [Keys::for_tests(), Keys::for_tests_public()]
}

#[test]
fn every_single_changed_byte_is_refused() {
    let (staff, row) = (Keys::for_tests(), Uuid::now_v7());
    for sealer in sealers() {
        let sealed = sealer.seal(row, &Note("June Hollis, (831) 555-0117".into())).unwrap();
        assert!(staff.open(row, &sealed).is_ok());
        for at in 0..sealed.envelope().len() {
            for flip in [1_u8, 0x80, 0xff] {
                let mut envelope = sealed.envelope().to_vec();
                envelope[at] ^= flip;
                assert!(staff.open(row, &Sealed::<Note>::from_envelope(envelope)).is_err(), "byte {at} ^ {flip}");
            }
        }
    }
}

#[test]
fn every_truncation_and_every_appended_byte_is_refused() {
    let (staff, row) = (Keys::for_tests(), Uuid::now_v7());
    for sealer in sealers() {
        let sealed = sealer.seal(row, &Note("hello".into())).unwrap();
        for length in 0..sealed.envelope().len() {
            let cut = Sealed::<Note>::from_envelope(sealed.envelope()[..length].to_vec());
            assert!(staff.open(row, &cut).is_err(), "{length} bytes");
        }
        let mut longer = sealed.envelope().to_vec();
        longer.push(0);
        assert!(staff.open(row, &Sealed::<Note>::from_envelope(longer)).is_err());
    }
}

#[test]
fn an_envelope_moved_to_another_row_or_column_is_refused() {
    let (staff, row, other) = (Keys::for_tests(), Uuid::now_v7(), Uuid::now_v7());
    for sealer in sealers() {
        let sealed = sealer.seal(row, &Note("hello".into())).unwrap();
        assert!(staff.open(other, &sealed).is_err());
        assert!(staff.open(row, &Sealed::<FollowUp>::from_envelope(sealed.envelope().to_vec())).is_err());
    }
}

#[test]
fn the_wrapped_key_of_one_envelope_opens_no_other() {
    let (staff, row) = (Keys::for_tests(), Uuid::now_v7());
    let one = Keys::for_tests_public().seal(row, &Note("one".into())).unwrap();
    let other = Keys::for_tests_public().seal(row, &Note("two".into())).unwrap();
    let mut mixed = one.envelope().to_vec();
    mixed[10..90].copy_from_slice(&other.envelope()[10..90]);
    assert!(staff.open(row, &Sealed::<Note>::from_envelope(mixed)).is_err());
}

#[test]
fn one_sending_key_serves_a_minute_and_its_wrapping_travels_with_each_envelope() {
    let public = Keys::for_tests_public();
    let envelopes: Vec<_> = (0..3).map(|_| public.seal(Uuid::now_v7(), &Note("x".into())).unwrap()).collect();
    let wrappings: HashSet<_> = envelopes.iter().map(|sealed| sealed.envelope()[..90].to_vec()).collect();
    assert_eq!(wrappings.len(), 1);
    let another = Keys::for_tests_public().seal(Uuid::now_v7(), &Note("x".into())).unwrap();
    assert!(!wrappings.contains(&another.envelope()[..90]));
}

#[test]
fn a_hundred_thousand_envelopes_never_share_a_nonce() {
    let (keys, row, note) = (Keys::for_tests(), Uuid::nil(), Note(String::new()));
    let nonces: HashSet<[u8; 12]> =
        (0..100_000).map(|_| keys.seal(row, &note).unwrap().envelope()[10..22].try_into().unwrap()).collect();
    assert_eq!(nonces.len(), 100_000);
}

#[test]
fn nothing_readable_stands_in_an_envelope() {
    let name = "Wilhelmina Featherstonehaugh";
    for sealer in sealers() {
        let sealed = sealer.seal(Uuid::now_v7(), &Note(name.into())).unwrap();
        assert!(!sealed.envelope().windows(4).any(|window| name.as_bytes().windows(4).any(|part| part == window)));
        assert_eq!(format!("{sealed:?}"), "[sealed]");
    }
}

#[test]
fn moving_a_border_between_parts_changes_a_digest_and_so_does_its_purpose() {
    let keys = Keys::for_tests();
    let digest = |purpose, parts: &[&[u8]]| keys.digest(purpose, parts).unwrap();
    let seen = [
        digest(DigestPurpose::Submission, &[b"ab", b"c"]),
        digest(DigestPurpose::Submission, &[b"a", b"bc"]),
        digest(DigestPurpose::Submission, &[b"abc"]),
        digest(DigestPurpose::Submission, &[b"abc", b""]),
        digest(DigestPurpose::Recent, &[b"abc"]),
        digest(DigestPurpose::Account, &[b"abc"]),
        digest(DigestPurpose::Network, &[b"abc"]),
        digest(DigestPurpose::Recipient, &[b"abc"]),
        digest(DigestPurpose::Suppression, &[b"abc"]),
        digest(DigestPurpose::Password, &[b"abc"]),
        digest(DigestPurpose::AuditChain, &[b"abc"]),
    ];
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    assert_eq!(digest(DigestPurpose::Recent, &[b"abc"]), digest(DigestPurpose::Recent, &[b"abc"]));
    let public = Keys::for_tests_public();
    assert_eq!(public.digest(DigestPurpose::Submission, &[b"ab", b"c"]).unwrap(), seen[0]);
    for purpose in [DigestPurpose::Suppression, DigestPurpose::Password, DigestPurpose::AuditChain] {
        assert!(public.digest(purpose, &[b"abc"]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_was_typed_comes_back_byte_for_byte(text in any::<String>()) {
        let (staff, row) = (Keys::for_tests(), Uuid::now_v7());
        for sealer in sealers() {
            let sealed = sealer.seal(row, &Note(text.clone())).unwrap();
            prop_assert_eq!(staff.open(row, &sealed).unwrap().0, text.clone());
        }
    }

    #[test]
    fn a_length_tells_no_more_than_its_block(length in 0_usize..2_000) {
        let sealed = Keys::for_tests().seal(Uuid::nil(), &Note("x".repeat(length))).unwrap();
        let json = length + 2;
        prop_assert_eq!(sealed.envelope().len(), 10 + 12 + (json + 4).next_multiple_of(256) + 16);
    }

    #[test]
    fn no_bytes_make_opening_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), version in 0_u8..3, algorithm in 0_u8..4) {
        let mut envelope = vec![version, algorithm];
        envelope.extend(bytes);
        prop_assert!(Keys::for_tests().open(Uuid::nil(), &Sealed::<Note>::from_envelope(envelope)).is_err());
    }
}
