//! Everything that is tested from outside, in one binary. Flow: support makes workspaces -> tidy reads the sources -> engine drives
//! the library -> cli drives the program -> crash kills it -> properties and fuzz try many -> regression keeps what was mended once -> steward works
//! through a queue.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking; its helpers too"
)]

mod cli;
mod crash;
mod engine;
mod fuzz;
mod properties;
mod regression;
mod steward;
mod support;
mod tidy;
