//! The layers of the medallion store.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A schema that queries can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Every row as it came.
    Bronze,
    /// Cleaned, matched, decided.
    Silver,
    /// Published: customers, figures, dashboards.
    Gold,
    /// What people did and what must not drift.
    Control,
}

impl Layer {
    pub const ALL: [Self; 4] = [Self::Bronze, Self::Silver, Self::Gold, Self::Control];

    /// The schema's name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bronze => "bronze",
            Self::Silver => "silver",
            Self::Gold => "gold",
            Self::Control => "control",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
