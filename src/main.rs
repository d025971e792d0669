//! The program: everything is in the library, see its map.

use std::process::ExitCode;

fn main() -> ExitCode {
    intake::cli::main()
}
