//! Rows of formats that keep their cells apart (JSON, change events, Parquet, workbooks). Flow: CellReader -> CellRow -> RowReader.

use super::csv::RecordFault;
use super::events::FileOffsets;

/// One row as text; a cell without a value is not the same as an empty one.
#[derive(Debug, Default)]
pub struct CellRow {
    pub fields: ::csv::ByteRecord,
    pub nulls: Vec<bool>,
}

impl CellRow {
    pub fn clear(&mut self) {
        self.fields.clear();
        self.nulls.clear();
    }

    pub fn push(&mut self, value: Option<&str>) {
        self.fields.push_field(value.unwrap_or_default().as_bytes());
        self.nulls.push(value.is_none());
    }
}

/// What the next piece of a file is.
#[derive(Debug, PartialEq, Eq)]
pub enum CellStep {
    /// The row that was handed in is filled.
    Row {
        line: u64,
    },
    /// Nothing to keep: a blank line, a tombstone.
    Passed,
    /// A row that cannot be read; an empty column means the whole of it.
    Bad {
        line: u64,
        column: String,
        reason: String,
    },
    End,
}

/// Reads rows one by one. The columns are settled before the first.
pub trait CellReader: Send {
    /// Fills `row` or says why not.
    fn advance(&mut self, row: &mut CellRow) -> Result<CellStep, RecordFault>;

    /// The piece that was read last, as it stands in the file or as near to it as its format has a text.
    fn raw(&self) -> String;

    /// Units of the file passed so far, for progress: bytes, or an estimate.
    fn offset(&self) -> u64;

    /// The part of a topic that was read, where the file is one of a topic.
    fn offsets(&self) -> Option<FileOffsets> {
        None
    }
}
