//! What is in memory stays there: a core dump would hold names in the clear, and keys.

use rustix::process::{Resource, Rlimit, setrlimit};

/// From now on this process writes no core dump, whatever the machine's settings say, and no other program of the same user looks
/// into it. Holds for what it starts too, as far as the size of a dump goes.
pub fn leave_no_core() {
    let nothing = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, nothing) {
        tracing::warn!(%error, "a crash could leave a core dump");
    }
    // Where dumps go to a program (a pipe in `core_pattern`), their size does not count.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "a crash could leave a core dump");
    }
}
