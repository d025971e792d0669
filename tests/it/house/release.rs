//! What only the tests need is in no release.

use super::source::{root, rust_files};

const SWITCH: &str = "INTAKE_TEST_FAULTS";

#[test]
fn no_release_can_be_told_to_fail() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("debug-assertions"), "a profile with debug assertions would have the faults of the tests");
    let release = std::fs::read_to_string(root().join("bin/release")).unwrap();
    assert!(release.contains(&format!("grep -q {SWITCH} \"$program\"")), "bin/release looks at what it built");
    let named: Vec<String> = rust_files("src").into_iter().filter(|file| file.names(SWITCH)).map(|file| file.path).collect();
    assert_eq!(named, ["src/telemetry/fault.rs"]);
    let text = std::fs::read_to_string(root().join("src/telemetry/fault.rs")).unwrap();
    let (before, inside) = text.split_once("mod asked {").unwrap();
    assert!(before.trim_end().ends_with("#[cfg(debug_assertions)]"));
    assert!(inside.contains(SWITCH));
    let code = |line: &&str| !line.starts_with("//!") && line.contains(SWITCH);
    assert_eq!(before.lines().filter(code).count(), 0, "the switch is read in the module that releases do not have");
}
