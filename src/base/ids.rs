//! Names of things as types, so that one cannot be passed for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! integer_id {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

integer_id!(
    /// One file that was loaded (or refused) into bronze.
    BatchId, i64
);
integer_id!(
    /// One entry of the decision log in control.db; never reused.
    DecisionId, i64
);
integer_id!(
    /// One run of the flow from bronze to gold.
    RunId, i64
);
integer_id!(
    /// Number of an immutable gold file, `gold/NNNN.db`.
    GoldVersion, u32
);

/// A real customer. Stable over runs: written `C-1042`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerKey(pub u64);

impl fmt::Display for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C-{:04}", self.0)
    }
}

impl FromStr for CustomerKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix("C-")
            .and_then(|number| number.parse().ok())
            .map(Self)
            .ok_or_else(|| "a customer key looks like C-1042".to_owned())
    }
}

impl Serialize for CustomerKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A record's name in the system that it came from: what decisions attach to, never a row number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordKey {
    pub source_system: String,
    pub source_customer_id: String,
}

impl RecordKey {
    pub fn new(source_system: impl Into<String>, source_customer_id: impl Into<String>) -> Self {
        Self { source_system: source_system.into(), source_customer_id: source_customer_id.into() }
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source_system, self.source_customer_id)
    }
}

/// A review item: a hash of the record keys it asks about, so it is the same in every run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub String);

impl ItemId {
    /// `groups` are two or more sets of record keys; neither their order nor the order inside matters.
    pub fn of(groups: &[Vec<RecordKey>]) -> Self {
        let mut sorted: Vec<Vec<String>> = groups
            .iter()
            .map(|group| {
                let mut keys: Vec<String> = group.iter().map(|k| format!("{}\u{1f}{}", k.source_system, k.source_customer_id)).collect();
                keys.sort_unstable();
                keys
            })
            .collect();
        sorted.sort_unstable();
        let text = sorted.iter().map(|g| g.join("\u{1e}")).collect::<Vec<_>>().join("\u{1d}");
        Self(format!("{:016x}", super::hash::stable_64(text.as_bytes())))
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
