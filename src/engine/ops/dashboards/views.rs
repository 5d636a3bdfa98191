//! Saved views: each deed says how it is taken back.

use crate::engine::dashboard_deed::DashboardDeed;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::session::Session;
use crate::store::control::NewView;

/// Letters of a view's name.
const LONGEST: usize = 60;

pub fn perform(session: &Session, deed: &DashboardDeed) -> Result<Report, EngineError> {
    session.must_write()?;
    let at = session.clock.now_iso();
    let taken = |name: &str| EngineError::Refused(format!("another view is called {name}. Choose another name."));
    let gone = || EngineError::Refused("this view is not there any more.".to_owned());
    match deed {
        DashboardDeed::SaveView { name, page, filter } => {
            let name = proper(name)?;
            let json = serde_json::to_string(filter).map_err(|error| EngineError::Refused(error.to_string()))?;
            let author = session.acting();
            let new = NewView { name, page: page.name(), filter: &json, author: &author, at: &at };
            let view = session.control().save_view(new)?.ok_or_else(|| taken(name))?;
            Ok(kept(format!("Saved the view {name}"), DashboardDeed::DeleteView { view }))
        }
        DashboardDeed::RenameView { view, name } => {
            let name = proper(name)?;
            let is_there = session.control().views()?.iter().any(|known| known.id == *view);
            let before = session.control().rename_view(*view, name, &at)?.ok_or_else(|| if is_there { taken(name) } else { gone() })?;
            Ok(kept(format!("The view {before} is called {name} now"), DashboardDeed::RenameView { view: *view, name: before }))
        }
        DashboardDeed::DeleteView { view } => {
            let name = session.control().delete_view(*view, Some(&at))?.ok_or_else(gone)?;
            Ok(kept(format!("Deleted the view {name}"), DashboardDeed::RestoreView { view: *view }))
        }
        DashboardDeed::RestoreView { view } => {
            let no_way =
                || EngineError::Refused("the view cannot come back: another view has its name by now. Rename that one first.".to_owned());
            let name = session.control().delete_view(*view, None)?.ok_or_else(no_way)?;
            Ok(kept(format!("The view {name} is back"), DashboardDeed::DeleteView { view: *view }))
        }
        DashboardDeed::ExportFigure { .. } | DashboardDeed::ExportPage { .. } => Err(gone()),
    }
}

fn kept(summary: String, undo: DashboardDeed) -> Report {
    Report::ViewKept { summary, undo: Box::new(undo) }
}

fn proper(name: &str) -> Result<&str, EngineError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(EngineError::Refused(format!("a view's name has 1 to {LONGEST} letters on one line.")));
    }
    Ok(name)
}
