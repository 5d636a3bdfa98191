//! Which folders are watched. Flow: a folder -> workspace.toml.

use std::path::Path;

use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::engine::watch::folder;
use crate::store::Workspace;

/// Writes a folder into workspace.toml, or takes it out; what happened in words. Its settings are read where a workspace is opened.
pub fn keep(session: &Session, dir: &Path, on: bool) -> Result<String, EngineError> {
    session.must_write()?;
    // Read anew: workspace.toml may be edited by hand.
    let mut workspace = Workspace::open(session.workspace.dir())?;
    let folders = &mut workspace.config.watch.folders;
    if on {
        let dir = folder(dir)?;
        if dir.starts_with(folder(session.workspace.dir())?) {
            return Err(EngineError::Refused(format!("{} is the workspace itself or lies in it. Watch another folder.", dir.display())));
        }
        if !folders.contains(&dir) {
            folders.push(dir.clone());
        }
        workspace.save()?;
        return Ok(format!("{} is watched: its new files are taken as they come", dir.display()));
    }
    let before = folders.len();
    folders.retain(|known| known != dir);
    if folders.len() == before {
        return Err(EngineError::Refused(format!("{} is not watched.", dir.display())));
    }
    workspace.save()?;
    Ok(format!("{} is no longer watched", dir.display()))
}
