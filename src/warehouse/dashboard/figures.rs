//! What a dashboard shows, as plain data: tiles and charts, each with its definition and the table behind it.

use serde::Serialize;

use crate::base::DataTable;

/// The pages of the dashboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub enum DashboardPage {
    #[default]
    Executive,
    Customers,
    Transactions,
    Service,
    Digital,
    Loans,
    Identity,
}

impl DashboardPage {
    pub const ALL: [Self; 7] =
        [Self::Executive, Self::Customers, Self::Transactions, Self::Service, Self::Digital, Self::Loans, Self::Identity];

    pub fn title(self) -> &'static str {
        match self {
            Self::Executive => "Executive",
            Self::Customers => "Customers and balances",
            Self::Transactions => "Transactions",
            Self::Service => "Service",
            Self::Digital => "Digital",
            Self::Loans => "Loans and investments",
            Self::Identity => "Identity",
        }
    }
}

/// What is looked at. Dates are ISO; None means the default period (the year that ends at the as-of date) or all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DashboardFilter {
    pub from: Option<String>,
    pub to: Option<String>,
    /// A `branch_id`.
    pub branch: Option<String>,
    pub currency: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Dashboard {
    pub gold_version: u32,
    pub as_of: String,
    /// "1 Jan to 31 Dec 2025" and "1 Jan to 31 Dec 2024"
    pub period: String,
    pub period_before: String,
    /// The filter as it was applied, with its defaults filled in.
    pub filter: DashboardFilter,
    /// (branch_id, name) and currencies that can be chosen.
    pub branches: Vec<(String, String)>,
    pub currencies: Vec<String>,
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
    /// Share of its rows that wait for nobody (0 to 1).
    pub settled_share: Option<f64>,
    pub definition: String,
    pub sql: String,
    pub table: DataTable,
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
    pub kind: ChartKind,
    /// One per x position.
    pub x_labels: Vec<String>,
    pub series: Vec<Series>,
    pub settled_share: Option<f64>,
    pub definition: String,
    pub sql: String,
    /// The rows behind the picture (and the picture itself where `kind` is Table).
    pub table: DataTable,
    /// "7 customers wait in Review: tiers may move."
    pub note: Option<String>,
    /// Filter key (a `branch_id`) per x position, where a click filters.
    pub filter_keys: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Series {
    pub name: String,
    /// One per x position; None where there is no value.
    pub values: Vec<Option<f64>>,
    /// The period before: drawn dashed in series colour 7.
    pub is_before: bool,
}
