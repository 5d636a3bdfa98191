//! Live gold. Flow: published gold -> copy made ready -> (bronze batches that came since -> one transaction) … -> made anew at each publish.

use std::time::Instant;

use crate::base::{GoldVersion, Layer, RunCtx, Stage};
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::store::reader::{Connection, attach_read_only, in_memory};
use crate::store::{live as file, workspace};
use crate::warehouse::Graph;
use crate::warehouse::live::{self, Taken};

use super::data_tests;

/// Makes live gold anew from the gold that people see; false where nothing is published.
fn renew(session: &Session) -> Result<bool, EngineError> {
    session.keep_live(None);
    let Some(version) = session.control().published()? else { return Ok(false) };
    let Some(row) = session.control().versions()?.into_iter().find(|row| row.version == version) else { return Ok(false) };
    let newest = session.control().newest_batch_of(row.run)?;
    let graph = data_tests::graph(session)?;
    let conn = in_memory()?;
    attach_read_only(&conn, Layer::Silver, &session.workspace.silver())?;
    let aside = file::attach_new(&conn, &session.workspace, version)?;
    let made = live::begin(&conn, &graph, version.0, row.run.0, newest).map_err(EngineError::from);
    let made = made.and_then(|()| Ok(file::put_new_in_place(&conn, &session.workspace, &aside)?));
    if made.is_err() {
        // The first error is the one to tell; what stays is tidied by the next holder of the lock.
        let _ = workspace::remove_file(&aside);
    }
    made.map(|()| true)
}

/// The published gold is another one now: so is a live gold that was kept. Gives what went wrong in words; gold is published all the same,
/// and the next increment tries again.
pub fn follow(session: &Session) -> Option<String> {
    if !session.workspace.gold_live().exists() {
        return None;
    }
    renew(session).err().map(|error| format!("live gold was not made anew: {error}"))
}

/// The one writer of live gold, open from one increment to the next: what it has read stays in memory.
#[derive(Debug)]
pub struct Writer {
    conn: Connection,
    /// The published gold that live gold was made from.
    version: GoldVersion,
    graph: Graph,
    /// The workspace's own models, as they were read for the graph.
    own: Vec<(String, String)>,
}

impl Writer {
    /// The one that is kept where it still fits, else a new one. None where nothing is published yet.
    fn of(session: &Session) -> Result<Option<Self>, EngineError> {
        let own = session.workspace.own_sql("models")?;
        let published = session.control().published()?;
        if let Some(kept) = session.take_live()
            && Some(kept.version) == published
            && session.workspace.gold_live().exists()
        {
            let graph = if kept.own == own { kept.graph } else { Graph::with_own(&own)? };
            return Ok(Some(Self { graph, own, ..kept }));
        }
        if !is_of_published(session)? && !renew(session)? {
            return Ok(None);
        }
        let Some(version) = session.control().published()? else { return Ok(None) };
        let conn = in_memory()?;
        attach_read_only(&conn, Layer::Bronze, &session.workspace.bronze())?;
        attach_read_only(&conn, Layer::Silver, &session.workspace.silver())?;
        file::attach(&conn, &session.workspace)?;
        Ok(Some(Self { conn, version, graph: Graph::with_own(&own)?, own }))
    }
}

/// Live gold after an increment: readers see it. What is left is to move its log into the file.
#[derive(Debug)]
pub struct Shown {
    writer: Writer,
    pub taken: Taken,
}

impl Shown {
    /// The increment stands, whatever becomes of this: the next one tries again.
    pub fn settle(self, session: &Session) -> Taken {
        let _ = file::settle(&self.writer.conn);
        session.keep_live(Some(self.writer));
        self.taken
    }
}

/// Takes every batch that came since the last publish into live gold. None where nothing is published yet.
pub fn take(session: &Session, ctx: &RunCtx) -> Result<Option<Shown>, EngineError> {
    session.must_write()?;
    ctx.progress.enter(Stage::BuildingGold, 0);
    let started = Instant::now();
    let Some(mut writer) = Writer::of(session)? else { return Ok(None) };
    let opened = started.elapsed().as_secs_f64();
    let mut taken = live::take(&mut writer.conn, ctx, &writer.graph, session.workspace.config.as_of.as_deref())?;
    taken.steps.insert(0, ("open".to_owned(), opened));
    Ok(Some(Shown { writer, taken }))
}

/// Live gold is there and was made from the gold that people see.
fn is_of_published(session: &Session) -> Result<bool, EngineError> {
    if !session.workspace.gold_live().exists() {
        return Ok(false);
    }
    let conn = session.reader_of_live_file()?;
    Ok(live::version_of(&conn)? == session.control().published()?.map(|version| version.0))
}

/// Refuses where there is no live gold of what is published.
pub fn must_be_of_published(session: &Session) -> Result<(), EngineError> {
    if is_of_published(session)? {
        return Ok(());
    }
    Err(EngineError::Refused(
        "there is no live gold of what is published. A watched folder makes it: 'karat watch DIR' takes the files of a folder as they come."
            .to_owned(),
    ))
}
