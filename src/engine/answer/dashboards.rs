//! Dashboards. Flow: page + filter -> the gold that this viewer may see -> figures; a figure -> its rows.

use crate::engine::error::EngineError;
use crate::engine::pages::{DashboardFilter, DashboardPage, DashboardView, FigureRows, RowsWanted, SavedView, Sight};
use crate::engine::session::Session;
use crate::store::reader::Connection;
use crate::warehouse::dashboard;

pub fn dashboard(session: &Session, page: DashboardPage, filter: &DashboardFilter, sight: Sight) -> Result<DashboardView, EngineError> {
    let published = session.control().published()?;
    if published.is_none() {
        return Err(EngineError::Refused("nothing is published yet. Run, then publish.".to_owned()));
    }
    // Counts of files and tests name nobody, and the masked gold has neither.
    let conn = if page == DashboardPage::DataQuality { session.reader_of(published)? } else { reader(session, sight)? };
    // Quarantine is counted in bronze, whoever looks: how many rows wait names nobody either.
    let waiting = if sight == Sight::Clear { dashboard::waiting(&conn)? } else { dashboard::waiting(&session.reader_of(published)?)? };
    let mut view = dashboard::dashboard(&conn, page, filter, &waiting)?;
    view.gold_version = published.map_or(0, |version| version.0);
    Ok(view)
}

pub fn rows(session: &Session, wanted: &RowsWanted<'_>, sight: Sight) -> Result<FigureRows, EngineError> {
    let only_clear = wanted.page == DashboardPage::DataQuality || wanted.figure == "features";
    if only_clear && sight != Sight::Clear {
        return Err(EngineError::Refused(
            "these rows are not in gold, and you see the masked gold only. Somebody who sees more has to look at them.".to_owned(),
        ));
    }
    let conn = reader(session, sight)?;
    Ok(dashboard::figure_rows(&conn, wanted)?)
}

fn reader(session: &Session, sight: Sight) -> Result<Connection, EngineError> {
    if sight == Sight::Clear { session.reader_of_published() } else { session.reader_of_masked() }
}

/// Views of a page that this program does not know are left out.
pub fn views(session: &Session) -> Result<Vec<SavedView>, EngineError> {
    let rows = session.control().views()?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(SavedView {
                page: DashboardPage::from_name(&row.page)?,
                filter: serde_json::from_str(&row.filter).ok()?,
                id: row.id,
                name: row.name,
                author: row.author,
            })
        })
        .collect())
}
