//! A data test as people declare it: `[[test]]` in workspace.toml, `-- test:` in the head of a model.

use serde::{Deserialize, Serialize};

/// What is promised of a table, and how grave a breach is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataTest {
    /// Made of kind and column where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `silver.dim_account`. In the head of a model it is the model's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub table: String,
    pub kind: TestKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Of 'unique': the columns that are a key together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Where it is not given: warn for bronze (that is how banks are), error for the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// How many failing rows are an error: `> 10`, `>= 1 %`; any where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_if: Option<String>,
    /// How many failing rows are a warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_if: Option<String>,
    /// A condition in SQL: only such rows are looked at.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Of 'accepted_values'.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Scalar>,
    /// Of 'relationships', 'sum' and 'ratio': the other side, `silver.dim_branch.branch_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Of 'sum' and 'ratio': which rows of the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_where: Option<String>,
    /// Of 'sum' and 'ratio': a column that both sides have; sums are compared for each of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Of 'sum': how far the sums may be apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Of 'range', 'length', 'row_count' and 'ratio'; a text is a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Scalar>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Scalar>,
    /// Of 'regex': found anywhere in the value; `^…$` for the whole of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Of 'freshness': days between the newest date and the as-of date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_days: Option<f64>,
    /// Of 'row_count': how far from the mean of earlier runs, as a share of it; 0.5 where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_change: Option<f64>,
    /// Of 'sql': one SELECT that returns the failing rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestKind {
    Unique,
    NotNull,
    AcceptedValues,
    Relationships,
    Range,
    Regex,
    Length,
    Freshness,
    RowCount,
    Sum,
    Ratio,
    Sql,
}

impl TestKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unique => "unique",
            Self::NotNull => "not_null",
            Self::AcceptedValues => "accepted_values",
            Self::Relationships => "relationships",
            Self::Range => "range",
            Self::Regex => "regex",
            Self::Length => "length",
            Self::Freshness => "freshness",
            Self::RowCount => "row_count",
            Self::Sum => "sum",
            Self::Ratio => "ratio",
            Self::Sql => "sql",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Publishing is refused while it stands, and what is built from the table waits.
    Error,
    /// Worth knowing; nothing waits.
    Warn,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
        }
    }
}

/// A value as TOML writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    Integer(i64),
    Real(f64),
    Text(String),
}

impl Scalar {
    /// As SQL writes it.
    pub fn literal_sql(&self) -> String {
        match self {
            Self::Integer(value) => value.to_string(),
            Self::Real(value) => format!("{value:?}"),
            Self::Text(value) => format!("'{}'", value.replace('\'', "''")),
        }
    }

    /// As a sentence says it.
    pub fn plain(&self) -> String {
        match self {
            Self::Integer(value) => value.to_string(),
            Self::Real(value) => value.to_string(),
            Self::Text(value) => value.clone(),
        }
    }
}

impl DataTest {
    /// A test of a kind with nothing said but that.
    pub fn of(table: &str, kind: TestKind, column: Option<&str>) -> Self {
        Self {
            name: None,
            table: table.to_owned(),
            kind,
            column: column.map(str::to_owned),
            columns: Vec::new(),
            severity: None,
            error_if: None,
            warn_if: None,
            condition: None,
            values: Vec::new(),
            to: None,
            to_where: None,
            by: None,
            tolerance: None,
            min: None,
            max: None,
            pattern: None,
            max_age_days: None,
            max_change: None,
            sql: None,
        }
    }

    /// One or more columns, as 'unique' takes them.
    pub fn key(&self) -> Vec<&str> {
        self.column.iter().chain(&self.columns).map(String::as_str).collect()
    }

    pub fn own_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| {
            let parts: Vec<&str> = std::iter::once(self.kind.name()).chain(self.key()).collect();
            parts.join("_")
        })
    }

    /// What it is when nobody says how grave it is.
    pub fn gravity(&self) -> Severity {
        let is_source = self.table.starts_with("bronze.");
        self.severity.unwrap_or(if is_source { Severity::Warn } else { Severity::Error })
    }
}
