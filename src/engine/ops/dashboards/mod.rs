//! Deeds on the dashboards. Flow: DashboardDeed -> views (control.db), or draw (figures -> pictures) -> files.

mod draw;
mod files;
mod views;

use crate::engine::dashboard_deed::DashboardDeed;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;

pub(in crate::engine) fn perform(shared: &Shared, deed: &DashboardDeed) -> Result<Report, EngineError> {
    let session = shared.session()?;
    match deed {
        DashboardDeed::ExportFigure { page, filter, figure, file } => {
            files::figure(&session, *page, filter, figure, file).map(Report::Said)
        }
        DashboardDeed::ExportPage { page, filter, file } => files::page(&session, *page, filter, file).map(Report::Said),
        of_views => {
            let report = views::perform(&session, of_views)?;
            shared.changed(&session);
            Ok(report)
        }
    }
}
