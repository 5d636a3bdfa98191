//! Dashboards: the page's own data come from the warehouse; here stands what is kept of them.

use serde::Serialize;

pub use crate::warehouse::dashboard::{
    Absent, Chart, ChartKind, Dashboard as DashboardView, DashboardFilter, DashboardPage, FigureRows, RowsWanted, Series, TARGETS, Tile,
    label as facet_label, narrowed_by,
};

/// A page with its filter, under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    pub page: DashboardPage,
    pub filter: DashboardFilter,
    pub author: String,
}
