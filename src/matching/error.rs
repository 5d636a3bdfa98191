//! What can keep a matching from being done.

use crate::base::Cancelled;

#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("column \"{column}\" has {found} values, the table has {expected} records; every column needs one entry per record")]
    ColumnLength { column: String, found: usize, expected: usize },
    #[error("two columns are named \"{column}\"; rename one of them")]
    ColumnTwice { column: String },
    #[error("field \"{field}\" reads column \"{column}\", which the input does not have; name another column or remove the field")]
    NoSuchColumn { field: String, column: String },
    #[error("{place} names field \"{field}\", which the settings do not define; define it under fields")]
    NoSuchField { place: String, field: String },
    #[error("{place} names comparison \"{comparison}\", which the settings do not have")]
    NoSuchComparison { place: String, comparison: String },
    #[error("there are {found} comparisons; at most {limit} fit in one comparison vector")]
    TooManyComparisons { found: usize, limit: usize },
    #[error("there are {found} records; at most {limit} can be matched in one run")]
    TooManyRecords { found: usize, limit: usize },
    #[error(
        "nothing to compare: no column was recognised as a name, address, date, phone, e-mail, id or text; name fields and comparisons in the settings"
    )]
    NothingToCompare,
    #[error("the pinned model does not fit: {reason}; train a new one")]
    ModelMismatch { reason: String },
    #[error("constraint names record {record}, there are {records}")]
    NoSuchRecord { record: u32, records: usize },
    #[error("{reason}")]
    Refused { reason: String },
    #[error("the model's text cannot be read at line {line}, column {column}: {reason}")]
    ModelText { line: usize, column: usize, reason: String },
    #[error("{what} of the index are full: more than four gigabytes of text; match the records in parts")]
    IndexFull { what: String },
    #[error("an earlier addition to this index was broken off; load the index again")]
    IndexBroken,
    #[error("the index cannot be read: {reason}")]
    IndexDamaged { reason: String },
    #[error("the index has version {found}, this program reads {wanted}; match the whole again with --save-index")]
    IndexVersion { found: u32, wanted: u32 },
    #[error("the record in row {row} of the batch has the source and id of an earlier row; give every record an id of its own")]
    RecordTwice { row: usize },
    #[error("the Splink model, {path}: {reason}")]
    Splink { path: String, reason: String },
}
