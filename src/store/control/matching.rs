//! What the last run's matching was told and what it told of itself, and the draft of other settings.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;

use super::audit::{Deed, append};
use super::{Control, PinnedModel};

/// Kept beside the pinned model, so that the Match page opens at once and every score is made under the settings of its run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchState {
    /// `2026-11-20T18:04:09Z`
    pub at: String,
    /// The text of `match.toml` as the run saw it.
    pub config: String,
    /// `Diagnostics` as JSON; counts and shares, no values.
    pub diagnostics: String,
}

const AT: &str = "match.at";
const CONFIG: &str = "match.config";
const DIAGNOSTICS: &str = "match.diagnostics";
const DRAFT: &str = "match.draft";
const INDEX: &str = "match.index";
const SET: &str = "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)";

impl Control {
    pub fn match_state(&self) -> Result<Option<MatchState>, StoreError> {
        self.read(|conn| {
            let Some(at) = setting(conn, AT)? else { return Ok(None) };
            let of = |name| Ok::<_, rusqlite::Error>(setting(conn, name)?.unwrap_or_default());
            Ok(Some(MatchState { at, config: of(CONFIG)?, diagnostics: of(DIAGNOSTICS)? }))
        })
    }

    pub fn set_match_state(&mut self, state: &MatchState) -> Result<(), StoreError> {
        self.write(|tx| {
            for (name, value) in [(AT, &state.at), (CONFIG, &state.config), (DIAGNOSTICS, &state.diagnostics)] {
                tx.execute(SET, params![name, value])?;
            }
            Ok(())
        })
    }

    /// The name of the index file that belongs to this workspace, where there is one.
    pub fn match_index(&self) -> Result<Option<String>, StoreError> {
        self.read(|conn| setting(conn, INDEX))
    }

    /// Says which index file the workspace has; any other is not trusted.
    pub fn set_match_index(&mut self, name: Option<&str>) -> Result<(), StoreError> {
        self.set_or_remove(INDEX, name)
    }

    /// Settings that were changed and not yet applied, as text.
    pub fn match_draft(&self) -> Result<Option<String>, StoreError> {
        self.read(|conn| setting(conn, DRAFT))
    }

    pub fn set_match_draft(&mut self, draft: Option<&str>) -> Result<(), StoreError> {
        self.set_or_remove(DRAFT, draft)
    }

    fn set_or_remove(&mut self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        self.write(|tx| {
            match value {
                Some(value) => tx.execute(SET, params![name, value])?,
                None => tx.execute("DELETE FROM setting WHERE name = ?1", [name])?,
            };
            Ok(())
        })
    }

    /// The draft was made the workspace's settings: it is no draft any more, and the audit log says who did it.
    pub fn match_applied(&mut self, at: &str, author: &str, detail: &str) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("DELETE FROM setting WHERE name = ?1", [DRAFT])?;
            append(tx, at, author, Deed::Match, "match.toml", detail)
        })
    }

    /// When the pinned model was trained.
    pub fn model_trained_at(&self) -> Result<Option<String>, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT r.started_at FROM model m JOIN run r USING (run_id) ORDER BY m.model_id DESC LIMIT 1", [], |row| {
                row.get(0)
            })
            .optional()
        })
    }
}

fn setting(conn: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    conn.query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0)).optional()
}

impl PinnedModel {
    /// A model is kept until the records it was trained on are half of what there is, or the sources are others.
    pub fn still_fits(&self, records: u64, sources: &str) -> bool {
        self.sources == sources && records <= self.records.saturating_mul(2) && self.records <= records.saturating_mul(2)
    }
}
