//! Deeds, one file each.

pub mod ingest;
