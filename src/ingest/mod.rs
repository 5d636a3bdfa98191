//! Files to rows. Flow: path -> Found (plan) -> Content (sniff) -> Profile (profile) -> records (csv) or cells (json, parquet, workbook) -> RowChunk (reader, rows) -> FileReport (batch).
//!
//! What a file is, is told by its content, never by its name. A bad row is data: it travels beside the good ones with its place
//! and its raw text. Nothing here knows a database; `store::bronze` writes what this module reads.

pub mod batch;
pub mod cells;
pub mod csv;
pub mod decode;
pub mod error;
pub mod events;
pub mod fingerprint;
pub mod first_row;
pub mod header;
pub mod json;
pub mod mapping;
pub mod packing;
pub mod parquet;
pub mod plan;
pub mod profile;
pub mod reader;
pub mod rows;
pub mod sample;
pub mod schema;
pub mod sniff;
pub mod source;
pub mod suggest;
pub mod table;
pub mod truth;
pub mod unwrap;
pub mod workbook;

pub use batch::{FileReport, FileStatus, Flag, IngestReport, IngestRequest};
pub use error::IngestError;
pub use profile::{Load, Profile, ValueType};
pub use reader::RowReader;
pub use rows::{RejectedRow, RowChunk, RowSummary};
pub use schema::{ColumnInfo, Drift, DriftKind};
