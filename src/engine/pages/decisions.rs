//! One entry of the log, what depends on it, and what taking it back would change.

use serde::Serialize;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};

use super::review::DecisionView;

/// One entry with everything around it.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionPage {
    pub entry: DecisionView,
    pub item: ItemId,
    /// Its records as they were grouped; one group for an override; none for a naming.
    pub groups: Vec<Vec<DecidedRecord>>,
    /// Values that were on the screen and are others now: then and now.
    pub changed: Vec<ThenAndNow>,
    /// Of an override: the records say something else of the field than when it was said.
    pub sources_changed: bool,
    /// Later standing entries that were made on the strength of it, oldest first.
    pub dependants: Vec<DecisionView>,
    /// Entries made in one go with it; they are taken back together.
    pub batch: Vec<DecisionId>,
    pub only_this: UndoDifference,
    /// The same as `only_this` where nothing depends on it.
    pub with_dependants: UndoDifference,
}

#[derive(Debug, Clone, Serialize)]
pub struct DecidedRecord {
    pub key: RecordKey,
    /// Its name or whatever it is known by; None: no source has it any more.
    pub label: Option<String>,
    /// The customer that it belongs to now.
    pub customer: Option<CustomerKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThenAndNow {
    pub record: RecordKey,
    /// "E-mail"
    pub label: &'static str,
    pub then: Option<String>,
    pub now: Option<String>,
}

/// What an undo changes. Found by clustering again what the entries touch; nothing is written.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UndoDifference {
    /// Entries that would be taken back, newest first.
    pub taken_back: Vec<DecisionId>,
    /// Customers concerned, as they are and as they would be.
    pub before: Vec<GoldenSide>,
    pub after: Vec<GoldenSide>,
    /// Entries that would still hold some of these records together or apart.
    pub still_bound_by: Vec<DecisionId>,
}

/// One customer in an undo's difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GoldenSide {
    /// None: it would get a key when the run makes it.
    pub customer: Option<CustomerKey>,
    pub records: Vec<RecordKey>,
    /// Label and golden value, of fields that have one.
    pub fields: Vec<(String, String)>,
}
