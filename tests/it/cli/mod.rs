//! The program from a terminal. Flow: the demo (demo) -> read-only SQL (query) -> exit codes and JSON (codes) -> one writer, many
//! readers (held) -> matching against an index (match_against) -> files and models that matching cannot use (match_input) -> files that go wrong (bad_input) -> files of another kind (mapping) -> disks and folders that go wrong (disk)
//! -> data tests and single models (data_tests, models) -> models of Splink (splink) -> people, keys, four eyes, packs, backups, masks and erasure (trust…)
//! -> watched folders (watch) -> reports of runs (runs).

mod bad_input;
mod codes;
mod data_tests;
mod demo;
mod disk;
mod held;
mod mapping;
mod match_against;
mod match_input;
mod models;
mod query;
mod runs;
mod spark;
mod splink;
mod trust;
mod trust_again;
mod trust_backups;
mod trust_erase;
mod trust_masks;
mod trust_packs;
mod trust_proposals;
mod watch;
mod workflow;
