//! New workspaces. Flow: folder -> workspace -> (files -> bronze -> run -> publish).

use std::path::Path;

use crate::base::RunCtx;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;
use crate::engine::pages::RunOutcome;
use crate::engine::sample;
use crate::engine::session::Session;
use crate::store::control::Deed;
use crate::store::{StoreError, Workspace};

use super::load;
use super::run::{RunOptions, run};

/// Makes a workspace; with `from`, loads the folder and runs to published gold.
pub fn create(shared: &Shared, dir: &Path, name: &str, from: Option<&Path>, ctx: &RunCtx) -> Result<Report, EngineError> {
    if let Some(from) = from
        && !from.exists()
    {
        return Err(EngineError::Refused(format!("{} is not there. Name a folder of files.", from.display())));
    }
    Workspace::create(dir, name)?;
    let session = shared.open(dir)?;
    session.control().record_deed(&session.clock.now_iso(), &session.acting(), Deed::Create, "workspace", name)?;
    match from {
        Some(from) => load_and_run(shared, &session, from, ctx),
        None => Ok(Report::Opened),
    }
}

/// The sample bank in `dir`: made where it is not there, and run again where it is.
pub fn open_sample(shared: &Shared, dir: &Path, ctx: &RunCtx) -> Result<Report, EngineError> {
    match Workspace::create(dir, sample::NAME) {
        Ok(_) => {}
        Err(StoreError::WorkspaceExists { .. }) if Workspace::open(dir)?.config.name == sample::NAME => {}
        Err(error) => return Err(error.into()),
    }
    let session = shared.open(dir)?;
    let files = dir.join("sample_files");
    sample::write_files(&files)?;
    load_and_run(shared, &session, &files, ctx)
}

fn load_and_run(shared: &Shared, session: &Session, from: &Path, ctx: &RunCtx) -> Result<Report, EngineError> {
    let loaded = load::load(session, &load::request(&[from.to_owned()], None, None, false), ctx);
    shared.changed(session);
    let loaded = loaded?;
    let has_data = loaded.files.iter().any(|file| matches!(file.status.as_str(), "loaded" | "same as before"));
    if !has_data {
        let dir = session.workspace.dir().display();
        return Err(EngineError::Refused(format!(
            "nothing in {} could be loaded. The workspace {dir} is made and empty: load files with 'karat ingest -w {dir} PATH'.",
            from.display()
        )));
    }
    let ran = run(session, &RunOptions { publish: true, ..RunOptions::default() }, ctx);
    shared.changed(session);
    ran.map(|outcome| Report::Ran(Box::new(RunOutcome { files: loaded.files, ..outcome })))
}
