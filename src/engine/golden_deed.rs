//! A steward's word on golden values. Sent as `Command::Golden`; done in moments, in force from the next run.

use crate::base::{CustomerKey, ItemId, RecordKey};

/// One deed. Each ends in `Report::Reviewed`.
#[derive(Debug, Clone, PartialEq)]
pub enum GoldenDeed {
    /// Decides one field of a customer.
    Field {
        of: GoldenTarget,
        /// Column of `silver.dim_customer`: `email`.
        field: String,
        change: GoldenChange,
        reason: Option<String>,
    },
    /// Writes the survivorship rules of a field into `workspace.toml`; the built-in ones where None.
    Rules { field: String, rules: Option<Vec<String>> },
    /// Writes the order of trust of source systems into `workspace.toml`; the built-in one where None.
    SourcePriority { systems: Option<Vec<String>> },
}

/// Whose golden record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoldenTarget {
    Customer(CustomerKey),
    /// The customer that an item's records would be, joined.
    Item(ItemId),
}

/// What is decided. An entry holds for the customer that has most of the records that it was made for (of two with as many, the one
/// with the smallest record key); a value taken from a record goes where that record goes. The newest entry of a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoldenChange {
    /// The value of this record, also when the source changes it.
    Take(RecordKey),
    /// A value that somebody typed; validated as the field's kind. It holds when the sources change theirs; the entry then says so
    /// (`DecisionPage::sources_changed`).
    Type(String),
    /// The value that stands now, whatever the sources say later; nobody is asked again.
    Pin,
    /// The rules decide again.
    GiveBack,
}
