//! Putting in place what was built. Flow: registry, model and what matching was told -> silver -> gold files -> version row.
//!
//! In this order a kill between any two steps leaves a workspace that opens: keys are in the registry before a file shows them, and
//! a gold file is there before the version that names it.

use std::path::Path;

use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::store::control::VersionRow;
use crate::store::workspace;

use super::identify::Identified;

/// What a run has built aside.
#[derive(Debug)]
pub struct Built<'a> {
    pub silver: &'a Path,
    pub gold: &'a Path,
    pub masked: &'a Path,
    pub found: &'a Identified,
    pub row: &'a VersionRow,
}

pub fn put_in_place(session: &Session, built: &Built<'_>) -> Result<(), EngineError> {
    let before = session.control().identity()?;
    session.control().settle(built.row.run, &before, &built.found.resolution.identity, built.found.new_model.as_ref())?;
    session.control().set_match_state(&built.found.told)?;
    let asked = built.found.questions.iter().map(|(item, _)| &item.id);
    session.control().note_asked(asked, built.row.run, &built.row.built_at)?;
    workspace::put_in_place(built.silver, &session.workspace.silver())?;
    session.forget_silver();
    workspace::put_in_place(built.gold, &session.workspace.gold(built.row.version))?;
    workspace::put_in_place(built.masked, &session.workspace.gold_masked(built.row.version))?;
    session.control().add_version(built.row)?;
    session.forget_silver();
    Ok(())
}
