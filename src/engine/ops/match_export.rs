//! A trained model in the form that Splink loads, beside our own. Flow: model -> model.json (Splink's settings) and model.karat.json
//!     (all four classes); with --splink-compatible also the standardised columns, scored as Splink scores them.
//!
//! Splink refuses keys that it does not know, so the two are two files; `linker_uid` ties them together.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value as Json;

use crate::base::RunCtx;
use crate::base::hash::stable_64;
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::engine::ops::match_input::Input;
use crate::engine::ops::match_splink;
use crate::engine::pages;
use crate::matching::splink::native::{ID_COLUMN, SOURCE_COLUMN};
use crate::matching::splink::{export, export_native, native_columns};
use crate::matching::{MatchOutcome, Model, Records, Settings};

/// What `linker_uid` begins with in our exports.
const OURS: &str = "karat-";

/// A model in both forms, as JSON.
pub(super) struct Forms {
    pub splink: String,
    pub native: String,
}

impl Forms {
    pub fn of(model: &Model) -> Result<Self, EngineError> {
        let native = model.to_json()?;
        let exported = export_native(model, &name_of(&native))?;
        Ok(Self { splink: serde_json::to_string_pretty(&export::to_json(&exported)).unwrap_or_default(), native })
    }

    /// Writes `path` and our own form beside it.
    pub fn save(&self, path: &Path) -> Result<(), EngineError> {
        crate::store::workspace::replace_file(&beside(path), self.native.as_bytes())?;
        crate::store::workspace::replace_file(path, self.splink.as_bytes())?;
        Ok(())
    }
}

fn name_of(native: &str) -> String {
    format!("{OURS}{:016x}", stable_64(native.as_bytes()))
}

/// `model.json` -> `model.karat.json`
fn beside(path: &Path) -> PathBuf {
    path.with_extension("karat.json")
}

/// Our own form of a model that is given in Splink's, where it lies beside it and is the one that was exported.
pub(super) fn native_beside(path: &Path, splink: &Json) -> Option<PathBuf> {
    let name = splink.get("linker_uid")?.as_str().filter(|name| name.starts_with(OURS))?;
    let beside = beside(path);
    let native = std::fs::read_to_string(&beside).ok()?;
    (name_of(&native) == name).then_some(beside)
}

/// The file to read our own form from: the named one, or the one beside an export of ours.
pub(super) fn native_path(path: &Path) -> PathBuf {
    let json = std::fs::read_to_string(path).ok().and_then(|text| serde_json::from_str::<Json>(&text).ok());
    json.and_then(|json| native_beside(path, &json)).unwrap_or_else(|| path.to_owned())
}

/// Whether the files are tables of exported columns (splink_records.csv) and not the records themselves.
pub(super) fn holds_exported_columns(files: &[PathBuf]) -> bool {
    let head = |path: &PathBuf| {
        let mut head = Vec::new();
        File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut head)).ok()?;
        let first = head.split(|byte| *byte == b'\n').next()?;
        Some(String::from_utf8_lossy(first).split(',').any(|name| name.trim() == "block_0"))
    };
    files.iter().all(|path| head(path).unwrap_or(false))
}

/// Scores the exported form of a model over its standardised columns: what Splink gives for the same files.
pub(super) fn score_as_splink(
    spec: &MatchSpec,
    input: &Input,
    found: &MatchOutcome,
    settings: &Settings,
    started: Instant,
    read_secs: f64,
    ctx: &RunCtx,
) -> Result<pages::MatchOutcome, EngineError> {
    let forms = Forms::of(&found.model)?;
    let model = export_native(&found.model, &name_of(&forms.native))?;
    let records = Records {
        columns: native_columns(&found.model, &input.records, ctx)?,
        source: input.records.source.clone(),
        sources: input.records.sources.clone(),
        ids: input.records.ids.clone(),
    };
    let toml = toml::to_string_pretty(settings).map_err(|error| EngineError::Refused(error.to_string()))?;
    let beside = vec![("splink_records.csv", written(&records)?), ("model.karat.json", forms.native.clone()), ("match.toml", toml)];
    let mut seconds = vec![("read".to_owned(), read_secs)];
    seconds.extend(found.seconds_per_stage.iter().map(|(stage, secs)| (format!("native {stage}"), *secs)));
    if let Some(path) = &spec.save_model {
        forms.save(path)?;
    }
    let spec =
        MatchSpec { unique_within: settings.sources_unique.clone(), link_type: Some(settings.link_type), save_model: None, ..spec.clone() };
    let input = Input { records, truth: input.truth.clone(), ..Input::default() };
    match_splink::scored(&spec, &model, &input, beside, started, seconds, ctx)
}

/// The exported columns with sources and ids, as CSV. Every column is text; `block_N` of a rule that takes lists apart is a list.
fn written(records: &Records) -> Result<String, EngineError> {
    let refused = |error: &dyn std::fmt::Display| EngineError::Refused(format!("splink_records.csv: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = records.columns.iter().map(|column| column.name.as_str());
    writer.write_record([SOURCE_COLUMN, ID_COLUMN].into_iter().chain(names)).map_err(|error| refused(&error))?;
    for (row, id) in records.ids.iter().enumerate() {
        let source = records.sources[usize::from(records.source[row])].as_str();
        let values = records.columns.iter().map(|column| column.values[row].as_deref().unwrap_or_default());
        writer.write_record([source, id.as_str()].into_iter().chain(values)).map_err(|error| refused(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| refused(&error))?;
    String::from_utf8(bytes).map_err(|error| refused(&error))
}
