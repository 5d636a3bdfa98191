//! What one column is made from.

use std::collections::BTreeSet;
use std::fmt;

/// The name that stands for the rows of a table themselves: what `count(*)` counts.
pub const ROWS: &str = "*";

/// `schema.table` and a column of it, or [`ROWS`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId {
    pub table: String,
    pub column: String,
}

impl ColumnId {
    pub fn new(table: &str, column: &str) -> Self {
        Self { table: table.to_owned(), column: column.to_owned() }
    }

    /// `silver.dim_account.currency`. None where that is not three names.
    pub fn parse(text: &str) -> Option<Self> {
        let (table, column) = text.trim().rsplit_once('.')?;
        let is_whole = table.split_once('.').is_some_and(|(schema, name)| !schema.is_empty() && !name.is_empty() && !name.contains('.'));
        (is_whole && !column.is_empty()).then(|| Self::new(table, column))
    }

    pub fn is_rows(&self) -> bool {
        self.column == ROWS
    }

    pub fn is_bronze(&self) -> bool {
        self.table.starts_with("bronze.")
    }
}

impl fmt::Display for ColumnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// What a value is made from, one step up. With nothing in it the value is a constant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Columns that the value is computed from.
    pub columns: BTreeSet<ColumnId>,
    /// Columns that only decide which rows are looked at: joins, filters, groups.
    pub deciding: BTreeSet<ColumnId>,
    /// Karat makes it: keys of customers, results of matching, numbers of records.
    pub generated: bool,
    /// Why the SQL could not be followed, where it could not.
    pub unknown: Option<String>,
}

impl Made {
    pub fn of(column: ColumnId) -> Self {
        Self { columns: BTreeSet::from([column]), ..Self::default() }
    }

    pub fn unknown(why: impl Into<String>) -> Self {
        Self { unknown: Some(why.into()), ..Self::default() }
    }

    pub fn is_constant(&self) -> bool {
        self.columns.is_empty() && !self.generated && self.unknown.is_none()
    }

    /// Both together.
    pub fn take(&mut self, other: Self) {
        self.columns.extend(other.columns);
        self.deciding.extend(other.deciding);
        self.generated |= other.generated;
        self.unknown = self.unknown.take().or(other.unknown);
    }

    /// Columns of `other`, as ones that only decide on rows.
    pub(super) fn decide_by(&mut self, other: Self) {
        self.deciding.extend(other.columns);
        self.deciding.extend(other.deciding);
        self.unknown = self.unknown.take().or(other.unknown);
    }
}
