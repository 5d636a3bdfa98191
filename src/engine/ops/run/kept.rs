//! The index of the last match, kept for the next run. Flow: finished match -> KeptIndex -> `match.idx` beside silver -> the next run's KeptIndex.
//!
//! It is a cache: whatever it says follows from bronze and control. The file is a mark, a manifest with its length and checksum, and the
//! index with its own. control.db names the file that it knows; any other is not used.

use std::io::ErrorKind;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::base::RunCtx;
use crate::base::hash::stable_64;
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::matching::index::Index;
use crate::matching::{Diagnostics, Model};
use crate::store::workspace::{self, remove_file};

use super::Pinned;

const MARK: &[u8; 8] = b"KARATRUN";
/// An index larger than this is read from its file at each run instead of being kept in memory between runs.
const KEPT_BYTES: usize = 1 << 30;
/// Every one of so many records may have changed before the file is written anew: until then the next run takes the changes in again.
const WRITTEN_FROM: usize = 100;

/// What an index stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the program that matched.
    pub program: String,
    /// Hashes of the model and of the settings that it matched with.
    pub model: String,
    pub settings: String,
    /// The run that wrote it, and the last decision that it saw.
    pub run: i64,
    pub decision_number: i64,
    pub records: u64,
    /// Hash of sources, ids and contents of the records.
    pub content: String,
    /// What the last whole match told of itself. Rows that stand for blocks are numbers of the index here.
    pub diagnostics: Diagnostics,
}

/// An index and what it stands for.
#[derive(Debug)]
pub struct KeptIndex {
    pub index: Index,
    /// Of the last whole match, and how many records have come, changed or gone since.
    pub diagnostics: Diagnostics,
    /// Records that came, changed or went since the file was written; `None`: it never was.
    unwritten: Option<usize>,
}

impl KeptIndex {
    pub fn new(index: Index, diagnostics: Diagnostics) -> Self {
        Self { index, diagnostics, unwritten: None }
    }

    /// Notes a change that was taken in.
    pub fn changed(&mut self, records: usize) {
        self.diagnostics.changed_since += records as u64;
        self.unwritten = self.unwritten.map(|before| before + records);
    }

    fn must_be_written(&self) -> bool {
        self.unwritten.is_none_or(|records| records * WRITTEN_FROM > self.index.len())
    }

    fn manifest(&self, pinned: &Pinned) -> Result<Manifest, EngineError> {
        Ok(Manifest {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            model: hash_of(self.index.model())?,
            settings: hash_of(self.index.settings())?,
            run: pinned.run.0,
            decision_number: pinned.decision_number,
            records: self.index.len() as u64,
            content: hex(self.index.content_hash()),
            diagnostics: self.diagnostics.clone(),
        })
    }
}

fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

fn hash_of(what: &impl Serialize) -> Result<String, EngineError> {
    let bytes = serde_json::to_vec(what).map_err(|error| EngineError::Refused(error.to_string()))?;
    Ok(hex(stable_64(&bytes)))
}

/// A file that lies aside, ready to be put in place, and the name by which control.db will know it.
#[derive(Debug)]
pub struct Written {
    pub aside: PathBuf,
    pub name: String,
}

/// Writes the index aside where the file that lies there is too old. Errors leave nothing behind.
pub fn write_aside(session: &Session, kept: &mut KeptIndex, pinned: &Pinned, ctx: &RunCtx) -> Result<Option<Written>, EngineError> {
    if !kept.must_be_written() {
        return Ok(None);
    }
    let manifest = kept.manifest(pinned)?;
    let manifest = serde_json::to_vec(&manifest).map_err(|error| EngineError::Refused(error.to_string()))?;
    let bytes = kept.index.encode()?;
    let aside = session.workspace.building("match.idx");
    let (length, checksum) = ((manifest.len() as u64).to_le_bytes(), stable_64(&manifest).to_le_bytes());
    workspace::write_aside(&aside, &[MARK, &length, &checksum, &manifest, &bytes], ctx)?;
    kept.unwritten = Some(0);
    Ok(Some(Written { aside, name: hex(stable_64(&manifest)) }))
}

/// The index that the next run may start from, or why there is none. Whether it fits that run is the run's to say.
pub fn find(session: &Session, model: &Model) -> Result<KeptIndex, String> {
    if let Some(kept) = session.take_index() {
        return Ok(kept);
    }
    let path = session.workspace.match_index();
    let known = session.control().match_index().map_err(|error| error.to_string())?;
    let (bytes, known) = match (std::fs::read(&path), known) {
        (Err(error), None) if error.kind() == ErrorKind::NotFound => return Err("there is no index yet".to_owned()),
        (Err(error), Some(_)) if error.kind() == ErrorKind::NotFound => return Err(format!("the index {} is gone", path.display())),
        (Err(error), _) => return Err(format!("the index {} cannot be read: {error}", path.display())),
        (Ok(_), None) => return Err(format!("{} is not of this workspace: control.db knows of no index", path.display())),
        (Ok(bytes), Some(known)) => (bytes, known),
    };
    load(&bytes, &known, model).map_err(|why| format!("the index {} is not used: {why}", path.display()))
}

fn load(bytes: &[u8], known: &str, model: &Model) -> Result<KeptIndex, String> {
    let (manifest, rest) = split(bytes).ok_or("it is damaged or no index of a workspace")?;
    let (length, name) = (manifest.len(), hex(stable_64(manifest)));
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|error| format!("its manifest of {length} bytes cannot be read: {error}"))?;
    if name != known {
        return Err("control.db knows another one".to_owned());
    }
    if manifest.program != env!("CARGO_PKG_VERSION") {
        return Err(format!("Karat {} made it, this is {}", manifest.program, env!("CARGO_PKG_VERSION")));
    }
    if manifest.model != hash_of(model).map_err(|error| error.to_string())? {
        return Err("it was made with another model, or other settings".to_owned());
    }
    let index = Index::decode(rest).map_err(|error| error.to_string())?;
    if index.len() as u64 != manifest.records || hex(index.content_hash()) != manifest.content {
        return Err("it holds other records than its manifest says".to_owned());
    }
    Ok(KeptIndex { index, diagnostics: manifest.diagnostics, unwritten: Some(0) })
}

/// Manifest and index of a file, if it is whole up to the index.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(MARK)?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (checksum, rest) = rest.split_first_chunk::<8>()?;
    let (manifest, index) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    (stable_64(manifest) == u64::from_le_bytes(*checksum)).then_some((manifest, index))
}

/// Keeps the index for the next run of this session, unless it is too large.
pub fn keep(session: &Session, kept: KeptIndex) {
    if kept.index.bytes() <= KEPT_BYTES {
        session.keep_index(kept);
    }
}

/// Removes the index wherever it is: it holds what the records say. The next run matches the whole.
pub fn erase(session: &Session) -> Result<(), EngineError> {
    drop(session.take_index());
    session.control().set_match_index(None)?;
    for path in [session.workspace.match_index(), session.workspace.building("match.idx")] {
        remove_file(&path)?;
    }
    Ok(())
}
