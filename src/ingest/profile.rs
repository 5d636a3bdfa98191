//! What is known about a source table: its name, its system, its keys and its columns. One TOML file each under `assets/profiles`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::error::IngestError;
use super::schema::fits_type;

/// How a new file of a table relates to the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Load {
    /// Replaces the one before.
    Snapshot,
    /// Adds rows and updates them by key.
    Delta,
    /// Change events; ordered by their own position.
    Events,
}

impl Load {
    pub fn name(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Delta => "delta",
            Self::Events => "events",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Snapshot, Self::Delta, Self::Events].into_iter().find(|load| load.name() == name)
    }
}

/// What a column's values are meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    Text,
    Integer,
    Decimal,
    Date,
    Timestamp,
    Boolean,
    Json,
    Uuid,
}

impl ValueType {
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Boolean => "boolean",
            Self::Json => "json",
            Self::Uuid => "uuid",
        }
    }
}

/// One source table. Columns that a file has beyond these are kept as they come.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name of the bronze table and of the profile.
    pub table: String,
    pub source_system: String,
    pub load: Load,
    /// A row without one of these goes to quarantine.
    pub keys: Vec<String>,
    /// A header with all of these is this table.
    pub required: Vec<String>,
    /// The first of these that a file has says what days it covers.
    #[serde(default)]
    pub business_date: Vec<String>,
    /// Rows come every day: an export that ends long before the others is suspicious.
    #[serde(default)]
    pub activity: bool,
    /// Exports of exactly so many rows were probably cut off.
    #[serde(default = "row_limits")]
    pub row_limits: Vec<u64>,
    pub columns: BTreeMap<String, ValueType>,
    /// How change events write a column where they bring no schema: Debezium's name of the type.
    #[serde(default)]
    pub encodings: BTreeMap<String, String>,
    /// Label in another kind of export -> column.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
    /// The columns in the order in which exports without a header have them; an empty name is a column that nobody knows.
    #[serde(default)]
    pub order: Vec<String>,
}

fn row_limits() -> Vec<u64> {
    vec![1_000, 5_000]
}

macro_rules! profiles {
    ($($name:literal),+ $(,)?) => {
        const SOURCES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../assets/profiles/", $name, ".toml")))),+];
    };
}

profiles!(
    "cdc_transactions",
    "core_accounts",
    "core_channels",
    "core_currencies",
    "core_customers",
    "core_daily_balances",
    "core_dates",
    "core_interactions",
    "core_investment_types",
    "core_investments",
    "core_loan_applications",
    "core_loans",
    "core_locations",
    "core_transaction_types",
    "core_transactions",
    "erp_accounts",
    "erp_customers",
    "erp_investments",
    "erp_items",
    "erp_ledger_entries",
    "erp_loans",
    "erp_sales_invoices",
    "erp_territories",
    "erp_transactions",
    "gs_branches",
    "gs_customer_notes",
    "ledger_accounts",
    "ledger_customers",
    "ledger_entries",
    "ledger_transactions",
    "raw_crm_customers",
    "raw_erp_transactions",
    "sb_app_events",
    "sb_app_sessions",
    "sf_campaign_responses",
    "sf_cases",
    "sf_contacts",
    "sf_opportunities",
    "sf_tasks",
    "user_rates",
);

/// Every profile that ships with the program, by name.
pub fn all() -> &'static [Profile] {
    static ALL: OnceLock<Vec<Profile>> = OnceLock::new();
    // A profile that does not parse is left out here and named by a test.
    ALL.get_or_init(|| SOURCES.iter().filter_map(|(name, text)| parse(name, text).ok()).collect())
}

/// Reads one profile and checks that what it names exists in it.
pub fn parse(name: &str, text: &str) -> Result<Profile, IngestError> {
    let bad = |reason: String| IngestError::BadProfile { name: name.to_owned(), reason };
    let profile: Profile = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
    let named = profile
        .keys
        .iter()
        .chain(&profile.required)
        .chain(&profile.business_date)
        .chain(profile.aliases.values())
        .chain(profile.encodings.keys())
        .chain(profile.order.iter().filter(|column| !column.is_empty()));
    match named.into_iter().find(|column| !profile.columns.contains_key(*column)) {
        Some(column) => Err(bad(format!("it names the column {column}, which is not under [columns]"))),
        None => Ok(profile),
    }
}

pub fn by_name(name: &str) -> Result<&'static Profile, IngestError> {
    all().iter().find(|p| p.table == name).ok_or_else(|| IngestError::UnknownProfile {
        name: name.to_owned(),
        known: all().iter().map(|p| p.table.as_str()).collect::<Vec<_>>().join(", "),
    })
}

impl Profile {
    /// The column that a header cell stands for.
    pub fn column_of(&self, header: &str) -> Option<&str> {
        let wanted = folded(header);
        // A mapping may give a label that is also a column's name another meaning.
        let alias = self.aliases.iter().find(|(label, _)| folded(label) == wanted).map(|(_, column)| column);
        alias.or_else(|| self.columns.keys().find(|name| folded(name) == wanted)).map(String::as_str)
    }

    /// How many of the header's cells are columns of this table.
    fn known<S: AsRef<str>>(&self, header: &[S]) -> usize {
        header.iter().filter(|cell| self.column_of(cell.as_ref()).is_some()).count()
    }

    /// Required columns that the header does not have.
    pub fn lacks<S: AsRef<str>>(&self, header: &[S]) -> Vec<String> {
        let has = |column: &String| header.iter().any(|cell| self.column_of(cell.as_ref()) == Some(column));
        self.required.iter().filter(|column| !has(column)).cloned().collect()
    }
}

/// Case, spaces and underscores do not tell columns apart.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The profile that a header speaks for: all required columns there, most columns known, fewest of the profile's own missing.
pub fn recognise<'a, S: AsRef<str>>(header: &[S], profiles: &'a [Profile]) -> Option<&'a Profile> {
    profiles.iter().filter(|p| p.load != Load::Events && p.lacks(header).is_empty()).max_by_key(|p| {
        let known = p.known(header);
        (known, p.required.len(), std::cmp::Reverse(p.columns.len()))
    })
}

/// The profile whose columns, in their usual order, the rows of a file without a header fit. Types have to tell it: text fits anything.
pub fn recognise_by_position<'a>(rows: &[Vec<Option<String>>], profiles: &'a [Profile]) -> Option<&'a Profile> {
    let width = rows.first()?.len();
    let evidence = |profile: &Profile| {
        let mut typed = 0;
        for (at, column) in profile.order.iter().enumerate() {
            let mut filled = rows.iter().filter_map(|row| row.get(at)?.as_deref()).filter(|value| !value.trim().is_empty()).peekable();
            let kind = profile.columns.get(column).copied().unwrap_or(ValueType::Text);
            let is_email = column.contains("email");
            if filled.peek().is_none() || (kind == ValueType::Text && !is_email) {
                continue;
            }
            if !filled.all(|value| if is_email { value.contains('@') } else { fits_type(value, kind) }) {
                return None;
            }
            typed += 1;
        }
        let has_keys = profile.keys.iter().all(|key| {
            let at = profile.order.iter().position(|column| column == key);
            at.is_some_and(|at| rows.iter().all(|row| row.get(at).is_some_and(Option::is_some)))
        });
        (typed > 0 && has_keys).then_some(typed)
    };
    let of_width = profiles.iter().filter(|profile| profile.load != Load::Events && profile.order.len() == width);
    of_width.filter_map(|profile| Some((evidence(profile)?, profile))).max_by_key(|(typed, _)| *typed).map(|(_, profile)| profile)
}

/// The profile that comes nearest and what it would need, for a message; None where nothing is alike.
pub fn nearest<'a, S: AsRef<str>>(header: &[S], profiles: &'a [Profile]) -> Option<(&'a Profile, Vec<String>)> {
    let best =
        profiles.iter().filter(|p| p.load != Load::Events).max_by_key(|p| (p.known(header), std::cmp::Reverse(p.lacks(header).len())))?;
    (best.known(header) * 2 >= header.len().max(2)).then(|| (best, best.lacks(header)))
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
