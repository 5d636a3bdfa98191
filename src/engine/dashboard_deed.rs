//! What can be done on the dashboards: saved views, and files of charts and pages. Sent as `Command::Dashboard`.

use std::path::PathBuf;

use super::pages::{DashboardFilter, DashboardPage};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DashboardDeed {
    /// Keeps a page with its filter under a name. Ends in `Report::ViewKept`, as the next three do.
    SaveView {
        name: String,
        page: DashboardPage,
        filter: DashboardFilter,
    },
    RenameView {
        view: i64,
        name: String,
    },
    DeleteView {
        view: i64,
    },
    /// Brings a deleted view back.
    RestoreView {
        view: i64,
    },
    /// Writes one figure: a chart as SVG or PNG, its data as CSV, Parquet, XLSX or JSON, by the file's ending. Ends in `Report::Said`.
    ExportFigure {
        page: DashboardPage,
        filter: DashboardFilter,
        figure: String,
        file: PathBuf,
    },
    /// Writes a whole page: HTML, or one sheet as PDF, SVG or PNG. Ends in `Report::Said`.
    ExportPage {
        page: DashboardPage,
        filter: DashboardFilter,
        file: PathBuf,
    },
}
