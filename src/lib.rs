//! Karat: from the files of many systems to one true record of every customer.
//!
//! Data flow: `ingest` reads files -> `store` keeps them in bronze -> `warehouse` stages them -> `stewardship` standardises them ->
//! `matching` finds which are one customer -> `stewardship` gives keys and surviving values under people's decisions -> `warehouse`
//! builds silver and gold -> `engine` answers with pages -> `app` and `cli` show them. `quality` says what a
//! table holds; `analytics` learns who may leave; `generate` writes a synthetic bank to try it on.

pub mod analytics;
#[cfg(feature = "gui")]
pub mod app;
pub mod base;
pub mod cli;
pub mod engine;
pub mod export;
pub mod generate;
pub mod ingest;
pub mod matching;
pub mod quality;
pub mod runs;
pub mod stewardship;
pub mod store;
pub mod warehouse;
