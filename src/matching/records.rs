//! What comes in: columns of text, one entry per record.

use serde::{Deserialize, Serialize};

/// One column as its source gives it; `None` where there is no value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub values: Vec<Option<Box<str>>>,
}

/// A table of records. `ids` name them for people; neither ids nor the order of rows takes part in matching.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    pub columns: Vec<Column>,
    /// Per record an index into `sources`.
    pub source: Vec<u16>,
    pub sources: Vec<String>,
    pub ids: Vec<String>,
}

impl Records {
    /// Number of records.
    pub fn len(&self) -> usize {
        self.source.len()
    }

    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// The id of a row; empty where none was given.
    pub fn id(&self, row: u32) -> &str {
        self.ids.get(row as usize).map_or("", String::as_str)
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}
