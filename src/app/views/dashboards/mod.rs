//! Dashboards. Flow: DashboardView -> model -> tiles, charts, and the drawer with definition, SQL and the table behind.

mod charts;
mod drawer;
mod filters;
pub mod model;
mod paint;
pub mod plot;
mod state;
mod tiles;

pub use state::Dashboards;
