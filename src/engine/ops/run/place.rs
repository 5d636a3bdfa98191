//! Putting in place what was built. Flow: registry, model and what matching was told -> index -> silver -> gold files -> version row.
//!
//! In this order a kill between any two steps leaves a workspace that opens: keys are in the registry before a file shows them, and
//! a gold file is there before the version that names it. control.db names the new index before it is there: until then the old one,
//! which it no longer names, is not used.

use std::path::Path;

use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::store::control::VersionRow;
use crate::store::workspace;

use super::identify::Identified;
use super::kept::Written;

/// What a run has built aside.
#[derive(Debug)]
pub struct Built<'a> {
    pub silver: &'a Path,
    pub gold: &'a Path,
    pub masked: &'a Path,
    pub found: &'a Identified,
    /// The index that lies aside, where it was written.
    pub index: Option<&'a Written>,
    pub row: &'a VersionRow,
}

pub fn put_in_place(session: &Session, built: &Built<'_>) -> Result<(), EngineError> {
    let before = session.control().identity()?;
    session.control().settle(built.row.run, &before, &built.found.resolution.identity, built.found.new_model.as_ref())?;
    session.control().set_match_state(&built.found.told)?;
    let asked = built.found.questions.iter().map(|(item, _)| &item.id);
    session.control().note_asked(asked, built.row.run, &built.row.built_at)?;
    if let Some(index) = built.index {
        session.control().set_match_index(Some(&index.name))?;
        workspace::put_in_place(&index.aside, &session.workspace.match_index())?;
    }
    workspace::put_in_place(built.silver, &session.workspace.silver())?;
    session.forget_silver();
    workspace::put_in_place(built.gold, &session.workspace.gold(built.row.version))?;
    workspace::put_in_place(built.masked, &session.workspace.gold_masked(built.row.version))?;
    session.control().add_version(built.row)?;
    session.forget_silver();
    Ok(())
}
