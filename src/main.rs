//! `karat`: the window and the command line of one engine.

use std::process::ExitCode;

use karat::cli::{self, Wanted};

fn main() -> ExitCode {
    let code = match cli::run() {
        Wanted::Done(code) => code,
        Wanted::Window(_) | Wanted::Screenshot(_) => 1,
    };
    ExitCode::from(code)
}
