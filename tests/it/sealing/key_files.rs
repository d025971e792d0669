//! Key files are made once, kept from others, and their absence is explained.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use intake::config::KeyFiles;
use intake::sealing::{KeyFileError, KeyRole, Keys};
use uuid::Uuid;

use super::Note;

/// Paths in a folder of the test's own; removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("intake-keys-{}", Uuid::new_v4())))
    }

    fn files(&self) -> KeyFiles {
        KeyFiles { private_file: self.0.join("keys/private.key"), public_file: self.0.join("keys/public.key") }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_the_public_file_seals_only_the_private_file_opens() {
    let folder = Folder::new();
    Keys::init(&folder.files()).unwrap();
    let public = Keys::load(&folder.files(), KeyRole::SealOnly).unwrap();
    let staff = Keys::load(&folder.files(), KeyRole::Open).unwrap();
    let row = Uuid::now_v7();
    let sealed = public.seal(row, &Note("hello".into())).unwrap();
    assert!(public.open(row, &sealed).is_err());
    assert_eq!(staff.open(row, &sealed).unwrap().0, "hello");
}

#[test]
fn the_private_file_is_its_owners_alone_and_the_public_host_needs_no_more_than_the_other() {
    let folder = Folder::new();
    let files = folder.files();
    Keys::init(&files).unwrap();
    assert_eq!(std::fs::metadata(&files.private_file).unwrap().permissions().mode() & 0o777, 0o600);
    let private = std::fs::read_to_string(&files.private_file).unwrap();
    let public = std::fs::read_to_string(&files.public_file).unwrap();
    let secrets = private.lines().filter(|line| line.contains("\"key\""));
    assert!(secrets.map(str::trim).all(|secret| !public.contains(secret)));
    std::fs::remove_file(&files.private_file).unwrap();
    assert!(Keys::load(&files, KeyRole::SealOnly).is_ok());
}

#[test]
fn a_missing_file_is_named_with_what_to_do() {
    let folder = Folder::new();
    let files = folder.files();
    let said = Keys::load(&files, KeyRole::Open).unwrap_err().to_string();
    assert!(said.contains("public.key") && said.contains("intake keys init"), "{said}");
    Keys::init(&files).unwrap();
    std::fs::remove_file(&files.private_file).unwrap();
    let said = Keys::load_or_init(&files, KeyRole::Open).unwrap_err().to_string();
    assert!(said.contains("private.key") && said.contains("put it back from your copy"), "{said}");
}

#[test]
fn no_key_file_is_ever_overwritten() {
    let folder = Folder::new();
    let files = folder.files();
    Keys::init(&files).unwrap();
    let before = std::fs::read(&files.private_file).unwrap();
    assert!(matches!(Keys::init(&files), Err(KeyFileError::Exists(_))));
    Keys::load_or_init(&files, KeyRole::Open).unwrap();
    assert_eq!(std::fs::read(&files.private_file).unwrap(), before);
}

#[test]
fn two_first_starts_at_once_make_one_pair() {
    let folder = Folder::new();
    let files = folder.files();
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let files = files.clone();
            std::thread::spawn(move || Keys::load_or_init(&files, KeyRole::Open).unwrap().ids())
        })
        .collect();
    let rings: Vec<_> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    assert!(rings.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_start_between_the_first_file_and_the_second_waits_for_both() {
    for _ in 0..40 {
        let folder = Folder::new();
        let starts: Vec<_> = (0..8)
            .map(|at| {
                let files = folder.files();
                std::thread::spawn(move || {
                    std::thread::sleep(std::time::Duration::from_micros(at * 400));
                    Keys::load_or_init(&files, KeyRole::Open).map(|keys| keys.ids()).map_err(|error| error.to_string())
                })
            })
            .collect();
        let ids: Vec<_> = starts.into_iter().map(|start| start.join().unwrap().unwrap()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    }
}

#[test]
fn a_file_open_to_others_or_of_another_kind_is_refused_without_showing_it() {
    let folder = Folder::new();
    let files = folder.files();
    Keys::init(&files).unwrap();
    std::fs::set_permissions(&files.private_file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = Keys::load(&files, KeyRole::Open).unwrap_err().to_string();
    assert!(said.contains("chmod 600"), "{said}");
    std::fs::set_permissions(&files.private_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&files.private_file, "{\"secret\": \"hunter2\"}").unwrap();
    let error = Keys::load(&files, KeyRole::Open).unwrap_err();
    assert!(!format!("{error:?} {error}").contains("hunter2"));
}

#[test]
fn files_of_two_installations_do_not_mix() {
    let (one, other) = (Folder::new(), Folder::new());
    Keys::init(&one.files()).unwrap();
    Keys::init(&other.files()).unwrap();
    let mixed = KeyFiles { private_file: one.files().private_file, public_file: other.files().public_file };
    assert!(matches!(Keys::load(&mixed, KeyRole::Open), Err(KeyFileError::Ring { .. })));
}

#[test]
fn a_rotation_is_noticed_by_a_process_that_runs() {
    let folder = Folder::new();
    let files = folder.files();
    Keys::init(&files).unwrap();
    let running = Keys::load(&files, KeyRole::Open).unwrap();
    let row = Uuid::now_v7();
    let before = running.seal(row, &Note("before".into())).unwrap();
    Keys::add_keys(&files).unwrap();
    let rotated = Keys::load(&files, KeyRole::Open).unwrap();
    let after = rotated.seal(row, &Note("after".into())).unwrap();
    assert_eq!(rotated.open(row, &before).unwrap().0, "before");
    assert_eq!(running.open(row, &after).unwrap().0, "after");
    assert_eq!(running.seal(row, &Note("x".into())).unwrap().envelope()[2..10], after.envelope()[2..10]);
}

#[test]
fn a_running_process_writes_under_the_new_key_within_a_second_or_two() {
    let folder = Folder::new();
    let files = folder.files();
    Keys::init(&files).unwrap();
    let running = Keys::load(&files, KeyRole::Open).unwrap();
    let seal = || running.seal(Uuid::nil(), &Note("x".into())).unwrap().envelope()[2..10].to_vec();
    let before = seal();
    Keys::add_keys(&files).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_200));
    assert_ne!(seal(), before);
}

#[test]
fn key_files_that_others_can_read_or_change_are_refused_with_the_way_to_mend_it() {
    let folder = Folder::new();
    let files = folder.files();
    Keys::init(&files).unwrap();
    let set = |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    for mode in [0o640, 0o604, 0o660, 0o644, 0o620] {
        set(&files.private_file, mode);
        let said = Keys::load(&files, KeyRole::Open).unwrap_err().to_string();
        assert!(said.contains("chmod 600") && said.contains(&format!("{mode:o}")), "{said}");
    }
    set(&files.private_file, 0o600);
    for mode in [0o666, 0o620, 0o602] {
        set(&files.public_file, mode);
        let said = Keys::load(&files, KeyRole::SealOnly).unwrap_err().to_string();
        assert!(said.contains("a key of their own") && said.contains("chmod 600"), "{said}");
    }
    // As the release before made it: mended.
    set(&files.public_file, 0o644);
    Keys::load(&files, KeyRole::SealOnly).unwrap();
    assert_eq!(std::fs::metadata(&files.public_file).unwrap().permissions().mode() & 0o777, 0o600);
    let keys = files.public_file.parent().unwrap();
    assert_eq!(std::fs::metadata(keys).unwrap().permissions().mode() & 0o777, 0o700);
    set(keys, 0o777);
    for role in [KeyRole::SealOnly, KeyRole::Open] {
        let said = Keys::load(&files, role).unwrap_err().to_string();
        assert!(said.contains("or its folder"), "{said}");
    }
    // A folder where nobody removes what belongs to another, as container platforms mount them.
    set(keys, 0o1777);
    Keys::load(&files, KeyRole::Open).unwrap();
}
