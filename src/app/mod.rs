//! The window. Flow: Options -> Shell -> views -> Commands and Queries -> Backend -> Events -> Shell.
//!
//! Files: settings and words stand alone; theme and widgets draw; data keeps what the engine said; cx is what a page gets; shell is
//! the frame; views are the pages; window opens it all; notice tells of runs while nobody looks; screenshot draws it without a display.

pub mod cx;
pub mod data;
#[cfg(test)]
mod fixtures;
pub mod notice;
pub mod screenshot;
pub mod settings;
pub mod shell;
mod system;
pub mod theme;
pub mod views;
pub mod widgets;
mod window;
pub mod words;

#[cfg(test)]
mod pictures_tests;
#[cfg(test)]
mod walk_dashboard_speed_tests;
#[cfg(test)]
mod walk_match_tests;
#[cfg(test)]
mod walk_quality_tests;
#[cfg(test)]
mod walk_query_tests;
#[cfg(test)]
mod walk_review_tests;
#[cfg(test)]
mod walk_risk_tests;
#[cfg(test)]
mod walk_runs_tests;
#[cfg(test)]
mod walk_sources_tests;
#[cfg(test)]
mod walk_speed_tests;
#[cfg(test)]
mod walk_tests;
#[cfg(test)]
mod walk_trust_tests;
#[cfg(test)]
mod walk_workbench_tests;

pub use system::what_is_missing;
pub use window::{BackendFactory, Options, Wake, run};
