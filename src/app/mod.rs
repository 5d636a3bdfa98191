//! The window. Flow: Options -> Shell -> views -> Commands and Queries -> Backend -> Events -> Shell.
//!
//! Files: settings and words stand alone; theme and widgets draw; data keeps what the engine said; cx is what a page gets; shell is
//! the frame; views are the pages; window opens it all; screenshot draws it without a display.

pub mod cx;
pub mod data;
#[cfg(test)]
mod fixtures;
pub mod screenshot;
pub mod settings;
pub mod shell;
pub mod theme;
pub mod views;
pub mod widgets;
mod window;
pub mod words;

use std::path::PathBuf;

#[cfg(test)]
mod pictures_tests;

pub use window::{BackendFactory, Options, Wake, run};

/// Where the sample bank's workspace lies: beside the program's own data.
pub fn default_sample_dir() -> PathBuf {
    directories::ProjectDirs::from("", "", "karat")
        .map_or_else(|| PathBuf::from("sample-bank"), |dirs| dirs.data_local_dir().join("sample-bank"))
}
