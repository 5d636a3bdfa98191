//! The registry of models that predict, and how they were watched. Flow: trained model -> candidate -> production -> archived.

use std::fmt;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::base::hash::hex;
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// Compression of the model's text.
const LEVEL: i32 = 9;
/// No model's text is longer.
const MOST_BYTES: usize = 256 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Candidate,
    /// The one that scores.
    Production,
    Archived,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Production => "production",
            Self::Archived => "archived",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "production" => Self::Production,
            "archived" => Self::Archived,
            _ => Self::Candidate,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A model on its way into the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewModel {
    pub target: String,
    pub trained_at: String,
    pub author: String,
    pub as_of: String,
    pub data_hash: String,
    pub parameters: String,
    pub metrics: String,
    pub program: String,
    /// The model as text.
    pub text: String,
}

/// A model of the registry without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelRow {
    pub target: String,
    pub version: u32,
    pub stage: Stage,
    pub trained_at: String,
    pub author: String,
    pub as_of: String,
    pub data_hash: String,
    pub parameters: String,
    pub metrics: String,
    pub program: String,
    pub size_bytes: u64,
}

/// How far the data had moved when a gold was built.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WatchRow {
    pub gold_version: u32,
    pub model_version: u32,
    pub as_of: String,
    pub customers: u64,
    pub critical_share: f64,
    /// As JSON.
    pub drift: String,
    /// Share of customers whom the rule and the model put in the same tier; None: there is no rule score.
    pub agreement: Option<f64>,
}

const COLUMNS: &str = "target, version, stage, trained_at, author, as_of, data_hash, parameters, metrics, program, length(bytes)";

fn row_of(row: &Row<'_>) -> rusqlite::Result<ModelRow> {
    Ok(ModelRow {
        target: row.get(0)?,
        version: row.get(1)?,
        stage: Stage::parse(&row.get::<_, String>(2)?),
        trained_at: row.get(3)?,
        author: row.get(4)?,
        as_of: row.get(5)?,
        data_hash: row.get(6)?,
        parameters: row.get(7)?,
        metrics: row.get(8)?,
        program: row.get(9)?,
        size_bytes: row.get::<_, i64>(10)?.unsigned_abs(),
    })
}

impl Control {
    /// Appends a candidate; gives its version.
    pub fn add_model(&mut self, new: &NewModel) -> Result<u32, StoreError> {
        let bytes = zstd::bulk::compress(new.text.as_bytes(), LEVEL).map_err(|source| StoreError::io(&self.path, source))?;
        let sha256 = hex(&Sha256::digest(&bytes));
        self.write(|tx| {
            let version: u32 = tx.query_row(
                "SELECT coalesce(max(version), 0) + 1 FROM prediction_model WHERE target = ?1",
                [&new.target],
                |row| row.get(0),
            )?;
            tx.execute(
                "INSERT INTO prediction_model (target, version, stage, trained_at, author, as_of, data_hash, parameters, metrics, program, bytes, sha256)
                 VALUES (?1, ?2, 'candidate', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                params![
                    new.target,
                    version,
                    new.trained_at,
                    new.author,
                    new.as_of,
                    new.data_hash,
                    new.parameters,
                    new.metrics,
                    new.program,
                    bytes,
                    sha256
                ],
            )?;
            append(tx, &new.trained_at, &new.author, Deed::Model, &subject(&new.target, version), "trained")?;
            Ok(version)
        })
    }

    /// The models of a target, the newest first.
    pub fn models(&self, target: &str) -> Result<Vec<ModelRow>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(&format!("SELECT {COLUMNS} FROM prediction_model WHERE target = ?1 ORDER BY version DESC"))?;
            rows.query_map([target], row_of)?.collect()
        })
    }

    pub fn production_model(&self, target: &str) -> Result<Option<ModelRow>, StoreError> {
        self.read(|conn| {
            let sql = format!("SELECT {COLUMNS} FROM prediction_model WHERE target = ?1 AND stage = 'production'");
            conn.query_row(&sql, [target], row_of).optional()
        })
    }

    /// A model's text. Refused where its bytes are not those that were written.
    pub fn model_text(&self, target: &str, version: u32) -> Result<String, StoreError> {
        let found: Option<(Vec<u8>, String)> = self.read(|conn| {
            conn.query_row(
                "SELECT bytes, sha256 FROM prediction_model WHERE target = ?1 AND version = ?2",
                params![target, version],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
        })?;
        let (bytes, sha256) = found.ok_or_else(|| no_model(target, version))?;
        let damaged = || {
            StoreError::Refused(format!(
                "model {version} of {target} is damaged: its bytes are not those that were written. Promote another model, or train a new one."
            ))
        };
        if hex(&Sha256::digest(&bytes)) != sha256 {
            return Err(damaged());
        }
        let text = zstd::bulk::decompress(&bytes, MOST_BYTES).map_err(|_| damaged())?;
        String::from_utf8(text).map_err(|_| damaged())
    }

    /// Moves a model to a stage. The production model before it is archived.
    pub fn set_stage(&mut self, target: &str, version: u32, stage: Stage, author: &str, at: &str) -> Result<(), StoreError> {
        let known = self.models(target)?;
        let row = known.iter().find(|row| row.version == version).ok_or_else(|| no_model(target, version))?;
        if row.stage == stage {
            return Err(StoreError::Refused(format!("model {version} of {target} is {stage} already.")));
        }
        let was = row.stage;
        self.write(|tx| {
            if stage == Stage::Production {
                tx.execute("UPDATE prediction_model SET stage = 'archived' WHERE target = ?1 AND stage = 'production'", [target])?;
            }
            set(tx, target, version, stage)?;
            append(tx, at, author, Deed::Model, &subject(target, version), &format!("{was} to {stage}"))
        })
    }

    /// Notes how a gold's predictions lie.
    pub fn add_watch(&mut self, target: &str, row: &WatchRow) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO model_watch (gold_version, target, model_version, as_of, customers, critical_share, drift, agreement)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    row.gold_version,
                    target,
                    row.model_version,
                    row.as_of,
                    i64::try_from(row.customers).unwrap_or(i64::MAX),
                    row.critical_share,
                    row.drift,
                    row.agreement
                ],
            )
            .map(drop)
        })
    }

    /// How predictions lay in the golds that were built, the newest first.
    pub fn watches(&self, target: &str, limit: u32) -> Result<Vec<WatchRow>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT gold_version, model_version, as_of, customers, critical_share, drift, agreement
                 FROM model_watch WHERE target = ?1 ORDER BY gold_version DESC LIMIT ?2",
            )?;
            let found = rows.query_map(params![target, limit], |row| {
                Ok(WatchRow {
                    gold_version: row.get(0)?,
                    model_version: row.get(1)?,
                    as_of: row.get(2)?,
                    customers: row.get::<_, i64>(3)?.unsigned_abs(),
                    critical_share: row.get(4)?,
                    drift: row.get(5)?,
                    agreement: row.get(6)?,
                })
            })?;
            found.collect()
        })
    }
}

fn set(conn: &Connection, target: &str, version: u32, stage: Stage) -> rusqlite::Result<()> {
    conn.execute("UPDATE prediction_model SET stage = ?3 WHERE target = ?1 AND version = ?2", params![target, version, stage.name()])
        .map(drop)
}

fn subject(target: &str, version: u32) -> String {
    format!("{target} model {version}")
}

fn no_model(target: &str, version: u32) -> StoreError {
    StoreError::Refused(format!("there is no model {version} of {target}. 'karat churn models' lists them."))
}
