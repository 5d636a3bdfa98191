//! Flow: bronze -> models -> silver -> gold -> dashboards.

pub mod dashboard;
