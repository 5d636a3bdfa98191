//! The program from a terminal. Flow: the demo (demo) -> read-only SQL (query) -> exit codes and JSON (codes) -> one writer, many
//! readers (held) -> matching against an index (match_against) -> files and models that matching cannot use (match_input) -> files that go wrong (bad_input) -> disks and folders that go wrong (disk)
//! -> models of Splink (splink).

mod bad_input;
mod codes;
mod demo;
mod disk;
mod held;
mod match_against;
mod match_input;
mod query;
mod splink;
