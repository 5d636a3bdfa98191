//! The meaning of a file that no profile knows. Flow: file and mapping -> checked against each other -> `[[source]]` of workspace.toml.

use std::path::Path;

use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::ingest::mapping::SourceMapping;
use crate::store::Workspace;
use crate::store::control::Deed;

/// Keeps the mapping; one for the same labels and table takes the place of the one before.
pub fn keep(session: &Session, file: &Path, mapping: &SourceMapping) -> Result<String, EngineError> {
    session.must_write()?;
    mapping.check(file)?;
    let mut workspace = Workspace::open(session.workspace.dir())?;
    let sources = &mut workspace.config.sources;
    sources.retain(|kept| kept.table != mapping.table || !kept.columns.keys().eq(mapping.columns.keys()));
    sources.push(mapping.clone());
    workspace.save()?;
    let summary =
        format!("Mapped {} columns to {}. Files with these columns are loaded from now on.", mapping.columns.len(), mapping.table);
    session.control().record_deed(&session.clock.now_iso(), &session.acting(), Deed::Ingest, "workspace.toml", &summary)?;
    Ok(summary)
}
