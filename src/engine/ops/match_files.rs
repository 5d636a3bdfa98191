//! `karat match`. Flow: files -> one table of records -> settings -> match -> pairs.csv, clusters.csv, report.json, model.json (as Splink loads it), model.karat.json,
//!     match.toml.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::match_against;
use crate::base::{RunCtx, Stage};
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::engine::ops::{match_export, match_splink};
use crate::engine::pages;
use crate::ingest::table::{TextTable, read_table};
use crate::matching::evaluate::{b_cubed, pairwise};
use crate::matching::{self, Column, Constraints, LinkType, MatchConfig, MatchOutcome, Model, Records, match_records};
use crate::store::export::{OutFolder, write_csv};

use super::match_learn::{Learnt, learn};
/// What a run writes.
const FILES: [&str; 6] = ["pairs.csv", "clusters.csv", "report.json", "model.json", "model.karat.json", "match.toml"];

pub fn match_files(spec: &MatchSpec, ctx: &RunCtx) -> Result<pages::MatchOutcome, EngineError> {
    if let Some(index) = &spec.against {
        return match_against::match_against(spec, index, ctx);
    }
    let started = Instant::now();
    if let Some(model) = match_splink::splink_model(spec)? {
        return match_splink::match_files(spec, &model, ctx);
    }
    ctx.progress.enter(Stage::Reading, spec.files.len() as u64);
    let link_type = spec.link_type.unwrap_or(if spec.files.len() > 1 { LinkType::LinkAndDedupe } else { LinkType::DedupeOnly });
    let input = read(spec, ctx)?;
    let read_secs = started.elapsed().as_secs_f64();
    let pinned = pinned_model(spec)?;
    let config = config(spec, link_type, &input.records, pinned.as_ref())?;
    let settings = &config.settings;
    let mut found = match_records(&input.records, settings, pinned.as_ref(), &Constraints::default(), ctx)?;
    if !config.karat.fixed_levels.is_empty() {
        // Weights that a person has fixed are put over what was trained.
        found = match_records(&input.records, settings, Some(&config.model(&found.model)), &Constraints::default(), ctx)?;
    }
    let (found, learnt) = learn(spec, &input.records, settings, found, ctx)?;
    if spec.splink_compatible {
        return match_export::score_as_splink(spec, &input, &found, settings, started, read_secs, ctx);
    }
    ctx.progress.enter(Stage::Finishing, 0);
    let truth = truth_of(spec, &input)?;
    let index = match &spec.save_index {
        Some(path) => Some(match_against::save_index(path, &input.records, settings, &found, ctx)?),
        None => None,
    };
    let mut report = report(&input, &found, link_type, truth.as_deref(), read_secs, started.elapsed().as_secs_f64());
    if let Some(index) = index {
        report["index"] = index;
    }
    let learnt = learnt.report(spec, &input.records, &found, truth.as_deref(), &mut report, ctx)?;
    write_all(spec, &input.records, &found, &config, &report, &learnt)?;
    Ok(pages::MatchOutcome {
        out: spec.out.display().to_string(),
        files: FILES.map(str::to_owned).to_vec(),
        records: input.records.len() as u64,
        clusters: found.clusters,
        pairs: found.pairs.len() as u64,
        threshold: found.threshold,
        seconds: started.elapsed().as_secs_f64(),
        report,
    })
}

fn pinned_model(spec: &MatchSpec) -> Result<Option<Model>, EngineError> {
    let Some(path) = &spec.model else { return Ok(None) };
    let path = &match_export::native_path(path);
    let text = std::fs::read_to_string(path).map_err(|error| EngineError::Refused(format!("{}: {error}", path.display())))?;
    Ok(Some(Model::from_json(&text)?))
}

fn config(spec: &MatchSpec, link_type: LinkType, records: &Records, pinned: Option<&Model>) -> Result<MatchConfig, EngineError> {
    let mut config = match (&spec.config, pinned) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).map_err(|error| EngineError::Refused(format!("{}: {error}", path.display())))?;
            MatchConfig::from_toml(&text).map_err(|error| EngineError::Refused(format!("{}, {error}.", path.display())))?
        }
        (None, Some(model)) => MatchConfig::new(model.settings.clone()),
        (None, None) => MatchConfig::new(matching::auto::settings_for(records, link_type)),
    };
    let settings = &mut config.settings;
    settings.link_type = link_type;
    for source in &spec.unique_within {
        if !records.sources.contains(source) {
            return Err(EngineError::Refused(format!("--unique-within {source}: the sources are {}.", records.sources.join(", "))));
        }
        settings.sources_unique.push(source.clone());
    }
    if let Some(threshold) = spec.threshold {
        settings.auto_threshold = threshold;
    }
    Ok(config)
}

