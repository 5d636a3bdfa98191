//! What can be asked of the engine. The window and the command line send the same.

use std::path::PathBuf;

use crate::base::{DecisionId, GoldVersion, ItemId};
pub use crate::stewardship::Answer;

/// One deed. Long ones run as a job with progress and can be cancelled; the others are done at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens a workspace folder. The workspace that was open is closed.
    Open { dir: PathBuf },
    /// Makes a new workspace and opens it; then loads `from` if it is given, runs and publishes.
    Create { dir: PathBuf, name: String, from: Option<PathBuf> },
    /// The sample bank: a workspace in `dir` with the bank that ships with the program loaded, matched and published.
    OpenSample { dir: PathBuf },
    /// Loads files and folders into bronze.
    Ingest { paths: Vec<PathBuf>, source: Option<String>, profile: Option<String>, dry_run: bool },
    /// Bronze to gold: match, silver, tests, gold, and publish where the policy says so.
    Run { publish: bool, full_refresh: bool },
    /// Answers one review item.
    Decide { item: ItemId, answer: Answer, reason: Option<String>, user: String },
    /// Takes a decision back by a compensating entry.
    Undo { decision: DecisionId, user: String },
    /// Makes a built gold the one that people see; the newest built one where none is named.
    Publish { version: Option<GoldVersion>, user: String },
    /// Goes back to an earlier gold; the one published before where none is named.
    Rollback { version: Option<GoldVersion>, user: String },
}
