//! `karat match`. Flow: files -> one table of records (match_input) -> settings -> match -> what a person should know (match_notes)
//!     -> pairs.csv, clusters.csv, report.json, model.json (as Splink loads it), model.karat.json, match.toml (match_write).

use std::time::Instant;

use serde_json::json;

use super::match_against;
use super::match_input::{Input, read, truth_of};
use super::match_learn::learn;
use super::match_notes;
use super::match_write::{Written, report, write_all};
use super::run::match_under;
use crate::base::{RunCtx, Stage, free_aside};
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::engine::ops::{match_export, match_splink};
use crate::engine::pages;
use crate::matching::auto::{self, ColumnChoice};
use crate::matching::{Constraints, LinkType, MatchConfig, Model, Records};

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
    if link_type == LinkType::LinkOnly && spec.files.len() < 2 {
        return Err(EngineError::Refused(
            "--link-type link compares records of different files; give two files, or say --link-type dedupe.".to_owned(),
        ));
    }
    let given = given_config(spec)?;
    let header = spec.header.or_else(|| given.as_ref().and_then(|config| config.karat.header));
    let input = read(spec, header, ctx)?;
    let outcome = match_input(spec, link_type, &input, given, started, ctx);
    free_aside(input);
    outcome
}

fn match_input(
    spec: &MatchSpec,
    link_type: LinkType,
    input: &Input,
    given: Option<MatchConfig>,
    started: Instant,
    ctx: &RunCtx,
) -> Result<pages::MatchOutcome, EngineError> {
    let read_secs = started.elapsed().as_secs_f64();
    let pinned = pinned_model(spec)?;
    let (config, columns) = config(spec, link_type, input, pinned.as_ref(), given, ctx)?;
    let settings = &config.settings;
    if let Some(model) = &pinned {
        model.check_fits(settings)?;
    }
    let found = match_under(&input.records, &config, pinned.as_ref(), &Constraints::default(), ctx)?.0.outcome;
    let (found, learnt) = learn(spec, &input.records, settings, found, ctx)?;
    if spec.splink_compatible {
        return match_export::score_as_splink(spec, input, &found, settings, started, read_secs, ctx);
    }
    ctx.progress.enter(Stage::Finishing, 0);
    let truth = truth_of(spec, input)?;
    let index = match &spec.save_index {
        Some(path) => Some(match_against::save_index(path, &input.records, settings, &found, ctx)?),
        None => None,
    };
    let mut report = report(input, &found, link_type, truth.as_deref(), read_secs, started.elapsed().as_secs_f64());
    if let Some(index) = index {
        report["index"] = index;
    }
    let notes = match_notes::notes(input, &columns, &found);
    (report["columns"], report["notes"]) = (json!(columns), json!(notes));
    let learnt = learnt.report(spec, &input.records, &found, truth.as_deref(), &mut report, ctx)?;
    let result = Written { records: &input.records, found: &found, config: &config, columns: &columns, notes: &notes, learnt: &learnt };
    write_all(spec, &result, &report, ctx)?;
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

fn given_config(spec: &MatchSpec) -> Result<Option<MatchConfig>, EngineError> {
    let Some(path) = &spec.config else { return Ok(None) };
    let text = std::fs::read_to_string(path).map_err(|error| EngineError::Refused(format!("{}: {error}", path.display())))?;
    MatchConfig::from_toml(&text).map(Some).map_err(|error| EngineError::Refused(format!("{}, {error}.", path.display())))
}

/// The configuration, and where it was chosen here what was made of each column.
fn config(
    spec: &MatchSpec,
    link_type: LinkType,
    input: &Input,
    pinned: Option<&Model>,
    given: Option<MatchConfig>,
    ctx: &RunCtx,
) -> Result<(MatchConfig, Vec<ColumnChoice>), EngineError> {
    let records = &input.records;
    let mut columns = Vec::new();
    let mut config = match (given, pinned) {
        (Some(given), _) => given,
        (None, Some(model)) => MatchConfig::new(model.settings.clone()),
        (None, None) => {
            let choice = auto::choose(records, link_type, ctx)?;
            columns = choice.columns;
            let mut config = MatchConfig::new(choice.settings);
            config.karat.header = spec.header.or(input.headerless.then_some(false));
            config
        }
    };
    refuse_other_columns(spec, records, &config)?;
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
    Ok((config, columns))
}

/// A model or a configuration of other files: all columns that are missing are named at once.
fn refuse_other_columns(spec: &MatchSpec, records: &Records, config: &MatchConfig) -> Result<(), EngineError> {
    let inputs = config.settings.fields.iter().flat_map(|field| &field.inputs);
    let mut missing: Vec<&str> = inputs.map(|input| input.column.as_str()).filter(|name| records.column(name).is_none()).collect();
    missing.sort_unstable();
    missing.dedup();
    let Some(path) = spec.config.as_ref().or(spec.model.as_ref()).filter(|_| !missing.is_empty()) else { return Ok(()) };
    let names: Vec<&str> = records.columns.iter().map(|column| column.name.as_str()).collect();
    Err(EngineError::Refused(format!(
        "{} was made for other columns: it reads {}, which the files do not have; they have {}. Name the columns as they were then, or leave the file out.",
        path.display(),
        missing.join(", "),
        names.join(", ")
    )))
}
