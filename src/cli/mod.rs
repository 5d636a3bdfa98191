//! The command line. Flow: args -> commands and queries of the engine (client) -> text or JSON (print).

pub mod args;
mod churn;
pub mod client;
mod criteria;
mod data;
mod docs;
mod export;
mod match_args;
mod passphrase;
mod print;
mod report;
mod report_data;
mod report_lineage;
mod report_review;
mod retention;
mod review;
mod run;
mod runs;
mod sources;
mod trust;
pub mod watch;

use clap::Parser;

pub use args::{Cli, Command, Common};
pub use client::Stop;

/// What `main` is to do.
#[derive(Debug)]
pub enum Wanted {
    /// Everything is done; this is the exit code.
    Done(u8),
    /// The window on a workspace (or the start page).
    Window(WindowRequest),
    /// A picture of a page.
    Screenshot(Box<ScreenshotRequest>),
}

/// How the window is to open.
#[derive(Debug, Clone)]
pub struct WindowRequest {
    pub common: Common,
    pub workspace: Option<std::path::PathBuf>,
    /// Load, match and publish the sample bank there first, in the window.
    pub sample: bool,
}

#[derive(Debug, Clone)]
pub struct ScreenshotRequest {
    pub common: Common,
    pub page: String,
    pub out: std::path::PathBuf,
    pub size: (u32, u32),
    pub is_dark: bool,
}

/// Reads the arguments and does what can be done without a window.
pub fn run() -> Wanted {
    match Cli::try_parse() {
        Ok(cli) => run::run(cli),
        Err(error) => {
            // clap's own help and version go to standard output and end with 0; anything else is bad usage.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            Wanted::Done(code)
        }
    }
}

/// Says why, and gives the exit code.
pub fn stopped(stop: &Stop) -> u8 {
    match stop {
        Stop::Failed(message) | Stop::Tests(message) | Stop::Held(message) | Stop::Usage(message) => {
            client::note(&format!("karat: {message}"));
        }
        Stop::Cancelled => client::note("Cancelled. The store is as it was."),
    }
    stop.code()
}
