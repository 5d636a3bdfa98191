//! Dashboards. Flow: DashboardView -> model -> tiles, charts (a press filters or drills), the drawer with definition, SQL and the table behind; rows
//! behind a figure; saved views.

mod charts;
mod drawer;
mod filters;
pub mod model;
mod paint;
pub mod plot;
mod press;
mod rows;
mod state;
mod tiles;
mod views;

pub use state::Dashboards;
