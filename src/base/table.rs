//! A small table of values for pages, prints and exports: what a query answers.

use serde::{Serialize, Serializer};

use super::money::format_minor;

/// One value. Money keeps its scale so that it prints exactly.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Money { minor: i64, scale: u8 },
}

impl Cell {
    pub fn text(value: impl Into<String>) -> Self {
        Self::Text(value.into())
    }

    /// As a chart reads it; None for text and null.
    #[expect(clippy::cast_precision_loss, reason = "a chart cannot show more than 52 bits")]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            Self::Money { minor, scale } => Some(*minor as f64 / 10_f64.powi(i32::from(*scale))),
            Self::Null | Self::Text(_) => None,
        }
    }

    /// Plain, as a script reads it: shortest round-trip numbers, no thousands marks, empty for null.
    pub fn plain(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(value) => value.to_string(),
            Self::Real(value) => value.to_string(),
            Self::Text(value) => value.clone(),
            Self::Money { minor, scale } => format_minor(*minor, *scale).replace(',', "").replace('\u{2212}', "-"),
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Real(_) | Self::Money { .. })
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Real(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::Money { .. } => serializer.serialize_str(&self.plain()),
        }
    }
}

/// Rows of cells under column names. `truncated`: there were more rows than were asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DataTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    pub truncated: bool,
}
