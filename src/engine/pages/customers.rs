//! Customers: the list, one customer, and what the command palette finds.

use std::sync::Arc;

use serde::Serialize;

use crate::base::{CustomerKey, DataTable, RecordKey};

use super::Tier;
use super::review::DecisionView;

#[derive(Debug, Clone, Default, Serialize)]
pub struct CustomersPage {
    pub rows: Arc<Vec<CustomerRow>>,
    pub total: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct CustomerRow {
    pub key: CustomerKey,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub birth_date: String,
    pub branch: String,
    pub sources: Vec<String>,
    pub records: u32,
    pub balance: String,
    pub risk: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CustomerPage {
    pub key: CustomerKey,
    pub name: String,
    /// "3 records in 3 systems, customer since 2 Jun 2011"
    pub subtitle: String,
    /// Set when the key was retired.
    pub replaced_by: Option<CustomerKey>,
    pub fields: Vec<GoldenField>,
    pub records: Vec<SourceRecord>,
    /// Figures of gold.customer_360 with their labels.
    pub figures: Vec<(String, String)>,
    pub accounts: DataTable,
    pub timeline: Vec<TimelineEntry>,
    /// None where no source tells balances over time.
    pub balance: Option<BalanceLine>,
    /// None without gold.
    pub risk: Option<CustomerRisk>,
    pub decisions: Vec<DecisionView>,
    pub history: CustomerHistory,
}

/// What all accounts of a customer hold together over time, in the currency in which most is held now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BalanceLine {
    pub currency: String,
    /// From a day (ISO) on, oldest first: minor units, scale 2.
    pub steps: Vec<(String, i64)>,
    /// The day (ISO) up to which it is told: gold's as-of date.
    pub to: String,
    /// Less than a month before, three times in a row.
    pub falls: bool,
}

/// Who says how likely it is that a customer leaves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskJudge {
    /// The production model; its probability of no sign of life in 90 days.
    Model { version: i64, probability: f64 },
    /// Points of the rules, 0 to 100.
    Rule { score: i64 },
}

/// How likely a customer is to leave, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomerRisk {
    pub tier: Tier,
    pub judge: RiskJudge,
    /// Where Medium, High and Critical begin, as shares of the scale.
    pub bands: [f64; 3],
    /// In words, the strongest first, with the log odds (model) or points (rule) that each adds.
    pub reasons: Vec<(String, f64)>,
    pub recommended_action: String,
}

/// What the sources said of a customer's records, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CustomerHistory {
    /// What the values of a version are called.
    pub labels: Vec<String>,
    /// Oldest first.
    pub versions: Vec<RecordVersion>,
}

/// One record for as long as its source said the same of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordVersion {
    pub key: RecordKey,
    /// ISO date from which it held.
    pub from: String,
    /// ISO date from which it no longer held; None where it holds.
    pub to: Option<String>,
    /// The source had taken the record out.
    pub is_deleted: bool,
    /// One per label; None where the source says nothing.
    pub values: Vec<Option<String>>,
}

#[derive(Debug, Clone, Serialize)]
pub struct GoldenField {
    pub label: String,
    pub value: Option<String>,
    pub source_system: Option<String>,
    pub rule: String,
    /// `email`
    pub field: &'static str,
    /// All rules of the field in order.
    pub rules: String,
    /// A steward's word holds: take | type | pin.
    pub overridden: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct SourceRecord {
    pub key: RecordKey,
    pub name: String,
    /// Empty where the record has none, as the two below.
    pub birth_date: String,
    pub phone: String,
    pub street: String,
    pub file: String,
    pub line: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct TimelineEntry {
    /// `2024-03-12`, with a time where the source has one.
    pub at: String,
    pub date: String,
    /// transaction | case | app | note | task
    pub kind: String,
    pub text: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct PalettePage {
    pub customers: Vec<CustomerRow>,
    /// `silver.dim_customer` and so on.
    pub tables: Vec<String>,
}
