//! `karat match --model` with settings of Splink. Flow: JSON -> model; files -> records -> Splink's pairs and weights -> clusters
//!     -> pairs.csv, clusters.csv, report.json, model.json.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value as Json, json};

use crate::base::{RunCtx, Stage};
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::engine::ops::match_export;
use crate::engine::ops::match_input::{Input, read, truth_of};
use crate::engine::ops::match_write::peak_memory_bytes;
use crate::engine::pages;
use crate::matching::evaluate::{b_cubed, pairwise};
use crate::matching::splink::{SplinkModel, SplinkOptions, SplinkOutcome, export, is_splink, match_splink, read_model};
use crate::matching::{Column, Constraints, LinkType, Records};
use crate::store::export::{OutFolder, write_csv};

/// match_probability from which records join where no threshold is given.
const THRESHOLD: f64 = 0.95;
/// match_probability from which pairs are written, unless all are asked for.
const WRITTEN_FROM: f64 = 0.05;

/// The model, where `--model` names settings of Splink; `None` for a model of our own or none.
pub(super) fn splink_model(spec: &MatchSpec) -> Result<Option<SplinkModel>, EngineError> {
    let Some(path) = &spec.model else { return Ok(None) };
    let place = |error: &dyn std::fmt::Display| EngineError::Refused(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| place(&error))?;
    let json: Json = serde_json::from_str(&text)
        .map_err(|error| place(&format!("it is no JSON ({error}); a model that Karat or Splink saved is expected.")))?;
    if is_splink(&json) {
        if match_export::native_beside(path, &json).is_some() && !match_export::holds_exported_columns(&spec.files) {
            return Ok(None);
        }
        return read_model(&text).map(Some).map_err(|error| place(&error));
    }
    if json.get("settings").is_none() {
        return Err(place(
            &"it is neither a model of Karat's (\"settings\" is missing) nor settings of Splink (\"link_type\" and \"comparisons\" are missing).",
        ));
    }
    Ok(None)
}

/// Matches files with a model of Splink's.
pub(super) fn match_files(spec: &MatchSpec, model: &SplinkModel, ctx: &RunCtx) -> Result<pages::MatchOutcome, EngineError> {
    let started = Instant::now();
    if spec.config.is_some() {
        return Err(EngineError::Refused(
            "--config steers Karat's own matching; settings of Splink take none. Leave one of the two out.".to_owned(),
        ));
    }
    if spec.ask.is_some() || spec.labels.is_some() || spec.learn.is_some() {
        let reason =
            "--ask, --labels and --learn refine a model of Karat's; settings of Splink stay as they are. Leave one of the two out.";
        return Err(EngineError::Refused(reason.to_owned()));
    }
    ctx.progress.enter(Stage::Reading, spec.files.len() as u64);
    let input = read_for(spec, model, ctx)?;
    let read_secs = started.elapsed().as_secs_f64();
    scored(spec, model, &input, Vec::new(), started, vec![("read".to_owned(), read_secs)], ctx)
}

/// Scores records and writes the folder. `beside` are further files of it, by name.
pub(super) fn scored(
    spec: &MatchSpec,
    model: &SplinkModel,
    input: &Input,
    beside: Vec<(&str, String)>,
    started: Instant,
    mut seconds: Vec<(String, f64)>,
    ctx: &RunCtx,
) -> Result<pages::MatchOutcome, EngineError> {
    for source in &spec.unique_within {
        if !input.records.sources.contains(source) {
            return Err(EngineError::Refused(format!("--unique-within {source}: the sources are {}.", input.records.sources.join(", "))));
        }
    }
    let threshold = spec.threshold.unwrap_or(THRESHOLD);
    let options = SplinkOptions {
        link_type: spec.link_type,
        threshold,
        keep_from: if spec.all_pairs { 0.0 } else { WRITTEN_FROM.min(threshold) },
        sources_unique: spec.unique_within.clone(),
    };
    let found = match_splink(&input.records, model, &options, &Constraints::default(), ctx)?;
    seconds.extend(found.seconds_per_stage.iter().cloned());
    ctx.progress.enter(Stage::Finishing, 0);
    let truth = truth_of(spec, input)?;
    let total = started.elapsed().as_secs_f64();
    let report = report(spec, model, input, &found, threshold, truth.as_deref(), &seconds, total);
    let files = write_all(spec, model, &input.records, &found, &report, beside)?;
    Ok(pages::MatchOutcome {
        out: spec.out.display().to_string(),
        files,
        records: input.records.len() as u64,
        clusters: found.clusters,
        pairs: found.pairs.len() as u64,
        threshold,
        seconds: started.elapsed().as_secs_f64(),
        report,
    })
}

/// Reads the files with the id that the model names, and its source column where one file holds all sources.
fn read_for(spec: &MatchSpec, model: &SplinkModel, ctx: &RunCtx) -> Result<Input, EngineError> {
    let mut named = spec.clone();
    let id = spec.id.clone().unwrap_or_else(|| model.unique_id_column_name.clone());
    named.id = Some(id.clone());
    let mut input = read(&named, named.header, ctx).map_err(|error| match error {
        EngineError::Refused(reason) if spec.id.is_none() => {
            EngineError::Refused(format!("{reason} The model names \"{id}\" as the records' id; name another column with --id."))
        }
        other => other,
    })?;
    let link_type = spec.link_type.unwrap_or(model.link_type);
    if link_type != LinkType::DedupeOnly && spec.files.len() == 1 {
        split_sources(&mut input.records, &model.source_dataset_column_name)?;
    }
    // The conditions may read the id, which our own matching never sees.
    if model.columns.iter().any(|used| used.name == id) {
        let values = input.records.ids.iter().map(|id| Some(id.as_str().into())).collect();
        input.records.columns.push(Column { name: id, values });
    }
    Ok(input)
}

/// One file with a column that names each record's source.
fn split_sources(records: &mut Records, column: &str) -> Result<(), EngineError> {
    let Some(at) = records.columns.iter().position(|held| held.name == column) else { return Ok(()) };
    let mut names: Vec<&str> = records.columns[at].values.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > usize::from(u16::MAX) {
        return Err(EngineError::Refused(format!("column \"{column}\" has {} different sources; too many.", names.len())));
    }
    let sources: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let number: BTreeMap<&str, u16> = names.iter().copied().zip(0_u16..).collect();
    records.source = records.columns[at].values.iter().map(|value| number[value.as_deref().unwrap_or_default()]).collect();
    records.sources = sources;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "each is one part of the report")]
fn report(
    spec: &MatchSpec,
    model: &SplinkModel,
    input: &Input,
    found: &SplinkOutcome,
    threshold: f64,
    truth: Option<&[String]>,
    seconds: &[(String, f64)],
    total: f64,
) -> Json {
    let rules: Vec<Json> = found
        .rules
        .iter()
        .map(|rule| {
            json!({ "blocking_rule": rule.blocking_rule, "blocks": rule.blocks, "pairs": rule.pairs, "new_pairs": rule.new_pairs, "largest_block": rule.largest_block })
        })
        .collect();
    let seconds: Vec<Json> = seconds.iter().map(|(stage, secs)| json!({ "stage": stage, "seconds": secs })).collect();
    let reason = if spec.threshold.is_some() { "given by --threshold" } else { "the default for settings of Splink" };
    let mut report = json!({
        "records": input.records.len(),
        "sources": input.records.sources,
        "link_type": found.link_type,
        "model": "splink",
        "notes": model.notes,
        "candidate_pairs_per_rule": rules,
        "scored_pairs": found.scored_pairs,
        "kept_pairs": found.pairs.len(),
        "clusters": found.clusters,
        "threshold": threshold,
        "threshold_reason": reason,
        "seconds_per_stage": seconds,
        "seconds": total,
        "peak_memory_bytes": peak_memory_bytes(),
    });
    if let Some(truth) = truth {
        let source = (found.link_type == LinkType::LinkOnly).then_some(input.records.source.as_slice());
        report["pairwise"] = json!(pairwise(&found.cluster, truth, source));
        report["b_cubed"] = json!(b_cubed(&found.cluster, truth));
    }
    report
}

/// All files of one result, put in place together. Gives their names.
fn write_all(
    spec: &MatchSpec,
    model: &SplinkModel,
    records: &Records,
    found: &SplinkOutcome,
    report: &Json,
    beside: Vec<(&str, String)>,
) -> Result<Vec<String>, EngineError> {
    let out = OutFolder::create(&spec.out)?;
    let source = |record: u32| records.sources[usize::from(records.source[record as usize])].clone();
    let id = |record: u32| records.ids[record as usize].clone();
    let gammas: Vec<String> =
        found.comparisons.iter().map(|name| format!("{}{name}", model.comparison_vector_value_column_prefix)).collect();
    let mut header = vec!["source_l", "id_l", "source_r", "id_r", "match_weight", "match_probability", "match_key"];
    header.extend(gammas.iter().map(String::as_str));
    let width = gammas.len();
    let pairs = found.pairs.iter().enumerate().map(|(at, pair)| {
        let mut row = vec![source(pair.l), id(pair.l), source(pair.r), id(pair.r)];
        row.extend([pair.match_weight.to_string(), pair.match_probability.to_string(), pair.match_key.to_string()]);
        row.extend(found.gammas[at * width..(at + 1) * width].iter().map(i8::to_string));
        row
    });
    write_csv(&out.path("pairs.csv"), &header, pairs)?;
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    for cluster in &found.cluster {
        *sizes.entry(*cluster).or_default() += 1;
    }
    let rows = (0_u32..).zip(&found.cluster).map(|(record, cluster)| {
        let size = sizes.get(cluster).copied().unwrap_or(1);
        [source(record), id(record), cluster.to_string(), size.to_string()]
    });
    write_csv(&out.path("clusters.csv"), &["source", "id", "cluster_id", "cluster_size"], rows)?;
    let text = serde_json::to_string_pretty(&export::to_json(model)).unwrap_or_default();
    out.write("model.json", text.as_bytes())?;
    out.write("report.json", serde_json::to_string_pretty(report).unwrap_or_default().as_bytes())?;
    let mut files = ["pairs.csv", "clusters.csv", "report.json", "model.json"].map(str::to_owned).to_vec();
    for (name, text) in beside {
        out.write(name, text.as_bytes())?;
        files.push(name.to_owned());
    }
    out.put_in_place()?;
    if let Some(path) = &spec.save_model {
        crate::store::workspace::replace_file(path, text.as_bytes())?;
    }
    Ok(files)
}
