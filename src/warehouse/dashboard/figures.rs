//! What a dashboard shows, as plain data: tiles and charts, each with its definition and the table behind it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::DataTable;

/// The pages of the dashboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DashboardPage {
    #[default]
    Executive,
    Customers,
    Transactions,
    Service,
    Digital,
    Loans,
    Signals,
    DataQuality,
    Identity,
}

impl DashboardPage {
    pub const ALL: [Self; 9] = [
        Self::Executive,
        Self::Customers,
        Self::Transactions,
        Self::Service,
        Self::Digital,
        Self::Loans,
        Self::Signals,
        Self::DataQuality,
        Self::Identity,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::Executive => "Executive",
            Self::Customers => "Customers and balances",
            Self::Transactions => "Transactions",
            Self::Service => "Service",
            Self::Digital => "Digital",
            Self::Loans => "Loans and investments",
            Self::Signals => "Segments and signals",
            Self::DataQuality => "Data quality",
            Self::Identity => "Identity",
        }
    }

    /// `data_quality`, as the command line and saved views name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Executive => "executive",
            Self::Customers => "customers",
            Self::Transactions => "transactions",
            Self::Service => "service",
            Self::Digital => "digital",
            Self::Loans => "loans",
            Self::Signals => "signals",
            Self::DataQuality => "data_quality",
            Self::Identity => "identity",
        }
    }

    /// By its name, or by the beginning of its title in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let wanted = name.trim().to_lowercase();
        let is_meant = |page: &&Self| page.name() == wanted || page.title().to_lowercase().starts_with(&wanted);
        Self::ALL.iter().find(is_meant).copied().filter(|_| !wanted.is_empty())
    }
}

/// What is looked at. Dates are ISO; None means the default period (the year that ends at the as-of date) or all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardFilter {
    pub from: Option<String>,
    pub to: Option<String>,
    /// A `branch_id`.
    pub branch: Option<String>,
    pub currency: Option<String>,
    /// What was chosen by a click on a part of a chart: facet and value.
    pub facets: BTreeMap<String, String>,
    /// Days in which a complaint should be solved; None: [`TARGET_DAYS`].
    pub target_days: Option<u32>,
}

/// The latest answer to a complaint that PSD2 allows (directive 2015/2366, article 101): 15 business days, read as days.
pub const TARGET_DAYS: u32 = 15;
/// What can be chosen instead.
pub const TARGETS: [u32; 8] = [1, 3, 5, 7, 10, 15, 30, 60];

/// A table that a figure of the page needs and that this gold does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Absent {
    pub table: String,
    /// "no source gives bronze.erp_accounts"
    pub why: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Dashboard {
    pub gold_version: u32,
    pub as_of: String,
    /// The first day that gold knows anything of (ISO).
    pub first_day: String,
    /// "1 Jan to 31 Dec 2025" and "1 Jan to 31 Dec 2024"
    pub period: String,
    pub period_before: String,
    /// The filter as it was applied, with its defaults filled in.
    pub filter: DashboardFilter,
    /// (branch_id, name) and currencies that can be chosen.
    pub branches: Vec<(String, String)>,
    pub currencies: Vec<String>,
    /// What the filter says in words, part by part: "Channel", "ATM".
    pub chosen: Vec<(String, String)>,
    pub absent: Vec<Absent>,
    pub tiles: Vec<Tile>,
    pub charts: Vec<Chart>,
}

/// A KPI.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tile {
    pub id: String,
    pub title: String,
    /// "612.4"
    pub value: String,
    /// "k USD", "%", ""
    pub unit: String,
    pub number: Option<f64>,
    pub previous: Option<f64>,
    /// "+2.3 %", "+0.9 pt"; empty where there is no period before.
    pub change_text: String,
    /// "from 128"
    pub previous_text: String,
    /// Whether the change is good news; None where it is neither.
    pub better: Option<bool>,
    pub spark: Vec<f64>,
    /// Share of its rows that wait for nobody (0 to 1): neither in Review nor in quarantine.
    pub settled_share: Option<f64>,
    /// Rows of its files that wait in quarantine.
    pub quarantined: u64,
    pub definition: String,
    /// Gives the number, with every value of the filter in it.
    pub sql: String,
    pub table: DataTable,
    /// Its rows can be asked for.
    pub has_rows: bool,
    /// Chosen facets that its rows do not carry, by their labels.
    pub left_out: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum ChartKind {
    #[default]
    Line,
    Area,
    GroupedBars,
    HorizontalBars,
    /// Ordered classes (risk tiers): drawn in tints of against and for, not in series colours.
    OrderedBars,
    Table,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Chart {
    pub id: String,
    pub title: String,
    /// "USD, by month"
    pub subtitle: String,
    /// "USD", "customers", "percent": what its values are counted in.
    pub unit: String,
    pub kind: ChartKind,
    /// One per x position.
    pub x_labels: Vec<String>,
    pub series: Vec<Series>,
    /// As that of a tile.
    pub settled_share: Option<f64>,
    pub quarantined: u64,
    pub definition: String,
    pub sql: String,
    /// The rows behind the picture (and the picture itself where `kind` is Table).
    pub table: DataTable,
    /// "7 customers wait in Review: tiers may move."
    pub note: Option<String>,
    /// What a click on one of its parts filters by: `branch`, or a facet.
    pub facet: Option<String>,
    /// The values that a bar stands for, per x position: one, or all that are summed as others.
    pub keys: Vec<Vec<String>>,
    /// The value that a click filters by, per x position; None: that part filters nothing.
    pub filter_keys: Vec<Option<String>>,
    /// First and last day (ISO) of each place of a time axis.
    pub spans: Vec<(String, String)>,
    /// What a click on one of its series filters by, with `Series::key`.
    pub series_facet: Option<String>,
    pub has_rows: bool,
    pub left_out: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Series {
    pub name: String,
    /// One per x position; None where there is no value.
    pub values: Vec<Option<f64>>,
    /// The period before: drawn dashed in series colour 7.
    pub is_before: bool,
    pub key: Option<String>,
}

/// Rows behind a figure.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FigureRows {
    pub title: String,
    /// Which rows: "posted transactions of the period".
    pub what: String,
    /// `gold.fct_transactions`: where a row's lineage begins.
    pub table: String,
    /// So many columns at the beginning are the row's key in `table`.
    pub key_columns: usize,
    pub rows: DataTable,
    pub sql: String,
    /// What all its rows make together: a name where there are several, and the figure.
    pub adds_up: Vec<(String, f64)>,
}

/// Rows that are asked for.
#[derive(Debug, Clone, Copy)]
pub struct RowsWanted<'a> {
    pub page: DashboardPage,
    pub filter: &'a DashboardFilter,
    /// Of a tile or a chart.
    pub figure: &'a str,
    /// One bar of the chart, by its `keys`; empty: all of the figure.
    pub part: &'a [String],
    /// Only those that wait for somebody.
    pub unsettled: bool,
    pub limit: usize,
}
