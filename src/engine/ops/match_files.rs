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
use crate::matching::{self, Column, Constraints, LinkType, MatchConfig, MatchOutcome, Model, Records};
use crate::store::export::{OutFolder, write_csv};

use super::match_learn::{Learnt, learn};
use super::run::match_under;
/// What a run writes.
const FILES: [&str; 6] = ["pairs.csv", "clusters.csv", "report.json", "model.json", "model.karat.json", "match.toml"];

/// Records and what was set apart before matching.
pub(super) struct Input {
    pub records: Records,
    /// Entity per record where a truth column was named.
    pub truth: Option<Vec<String>>,
}

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
    if let Some(model) = &pinned {
        model.check_fits(settings)?;
    }
    let (found, _) = match_under(&input.records, &config, pinned.as_ref(), &Constraints::default(), ctx)?;
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

pub(super) fn read(spec: &MatchSpec, ctx: &RunCtx) -> Result<Input, EngineError> {
    let mut records = Records::default();
    let mut truth: Option<Vec<String>> = spec.truth.as_ref().map(|_| Vec::new());
    let mut columns: BTreeMap<String, Column> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for (at, path) in spec.files.iter().enumerate() {
        ctx.check()?;
        ctx.progress.say(&path.display().to_string());
        let mut table = read_table(path, ctx)?;
        let before = records.len();
        let ids = take_ids(&mut table, spec, path)?;
        if let (Some(column), Some(held)) = (&spec.truth, &mut truth) {
            let entities = take(&mut table, column).ok_or_else(|| no_column(path, column, &table))?;
            held.extend(entities.into_iter().enumerate().map(|(row, entity)| entity.map_or_else(|| format!("{at}:{row}"), String::from)));
        }
        for (name, values) in table.columns {
            if !columns.contains_key(&name) {
                order.push(name.clone());
            }
            let column = columns.entry(name.clone()).or_insert_with(|| Column { name, values: Vec::new() });
            column.values.resize(before, None);
            column.values.extend(values);
        }
        records.source.extend(std::iter::repeat_n(u16::try_from(at).unwrap_or(u16::MAX), table.rows));
        records.ids.extend(ids);
        records.sources.push(source_name(path));
        ctx.progress.advance(1);
    }
    let total = records.len();
    records.columns = order.into_iter().filter_map(|name| columns.remove(&name)).collect();
    for column in &mut records.columns {
        column.values.resize(total, None);
    }
    if total == 0 {
        return Err(EngineError::Refused("the files hold no rows; there is nothing to match.".to_owned()));
    }
    Ok(Input { records, truth })
}

/// The file's name without its ending.
fn source_name(path: &Path) -> String {
    path.file_stem().map_or_else(|| "records".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn take(table: &mut TextTable, column: &str) -> Option<Vec<Option<Box<str>>>> {
    let at = table.columns.iter().position(|(name, _)| name == column)?;
    Some(table.columns.remove(at).1)
}

fn no_column(path: &Path, column: &str, table: &TextTable) -> EngineError {
    let names = table.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    EngineError::Refused(format!("{} has no column \"{column}\"; it has {names}.", path.display()))
}

/// Ids take no part in matching; they must tell the records of one file apart.
fn take_ids(table: &mut TextTable, spec: &MatchSpec, path: &Path) -> Result<Vec<String>, EngineError> {
    let Some(column) = &spec.id else { return Ok((1..=table.rows).map(|row| row.to_string()).collect()) };
    let values = take(table, column).ok_or_else(|| no_column(path, column, table))?;
    let mut seen = rustc_hash::FxHashSet::default();
    let mut ids = Vec::with_capacity(values.len());
    for (row, value) in values.into_iter().enumerate() {
        let id = value.map_or_else(|| format!("row {}", row + 1), String::from);
        if !seen.insert(id.clone()) {
            return Err(EngineError::Refused(format!(
                "{} row {}: its id stands in column \"{column}\" twice. Name a column whose values are unique.",
                path.display(),
                row + 1
            )));
        }
        ids.push(id);
    }
    Ok(ids)
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

/// The entity of every record, from the truth column or from pairs that are said to match.
pub(super) fn truth_of(spec: &MatchSpec, input: &Input) -> Result<Option<Vec<String>>, EngineError> {
    if input.truth.is_some() {
        return Ok(input.truth.clone());
    }
    let Some(path) = &spec.truth_pairs else { return Ok(None) };
    let mut table = read_table(path, &RunCtx::default())?;
    let mut need = |name: &str| take(&mut table, name);
    let (Some(l), Some(r)) = (need("id_l"), need("id_r")) else {
        return Err(EngineError::Refused(format!("{}: it needs the columns id_l and id_r (and source_l, source_r).", path.display())));
    };
    let (source_l, source_r) = (need("source_l"), need("source_r"));
    let records = &input.records;
    let mut place: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    for at in 0..records.len() {
        place.insert((Some(records.sources[usize::from(records.source[at])].as_str()), records.ids[at].as_str()), at);
        place.insert((None, records.ids[at].as_str()), at);
    }
    let mut parent: Vec<usize> = (0..records.len()).collect();
    for row in 0..l.len() {
        let at = |source: &Option<Vec<Option<Box<str>>>>, id: &[Option<Box<str>>]| {
            let source = source.as_ref().and_then(|held| held[row].as_deref());
            id[row].as_deref().and_then(|id| place.get(&(source, id)).copied())
        };
        if let (Some(a), Some(b)) = (at(&source_l, &l), at(&source_r, &r)) {
            let (a, b) = (root(&parent, a), root(&parent, b));
            parent[a.max(b)] = a.min(b);
        }
    }
    Ok(Some((0..records.len()).map(|at| root(&parent, at).to_string()).collect()))
}

fn root(parent: &[usize], mut at: usize) -> usize {
    while parent[at] != at {
        at = parent[at];
    }
    at
}

fn report(
    input: &Input,
    found: &MatchOutcome,
    link_type: LinkType,
    truth: Option<&[String]>,
    read_secs: f64,
    total_secs: f64,
) -> serde_json::Value {
    let rules: Vec<serde_json::Value> = found
        .rules
        .iter()
        .map(|rule| {
            json!({ "blocking_rule": rule.blocking_rule, "blocks": rule.blocks, "pairs": rule.pairs, "new_pairs": rule.new_pairs, "largest_block": rule.largest_block,
                "skipped_blocks": rule.skipped_blocks, "skipped_records": rule.skipped_records, "skipped_pairs": rule.skipped_pairs })
        })
        .collect();
    let mut seconds: Vec<serde_json::Value> = vec![json!({ "stage": "read", "seconds": read_secs })];
    seconds.extend(found.seconds_per_stage.iter().map(|(stage, secs)| json!({ "stage": stage, "seconds": secs })));
    let mut report = json!({
        "records": input.records.len(),
        "sources": input.records.sources,
        "link_type": link_type,
        "candidate_pairs_per_rule": rules,
        "scored_pairs": found.scored_pairs,
        "kept_pairs": found.pairs.len(),
        "clusters": found.clusters,
        "review_items": found.review.len(),
        "threshold": found.threshold,
        "threshold_reason": found.threshold_reason,
        "seconds_per_stage": seconds,
        "seconds": total_secs,
        "peak_memory_bytes": peak_memory_bytes(),
        "diagnostics": found.diagnostics,
    });
    if let Some(truth) = truth {
        let source = (link_type == LinkType::LinkOnly).then_some(input.records.source.as_slice());
        report["pairwise"] = json!(pairwise(&found.cluster, truth, source));
        report["b_cubed"] = json!(b_cubed(&found.cluster, truth));
    }
    report
}

/// The most memory this process ever held; None where the system does not tell.
pub(super) fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// All files of one result, put in place together: a run that is cut short leaves none of them half-written.
fn write_all(
    spec: &MatchSpec,
    records: &Records,
    found: &MatchOutcome,
    config: &MatchConfig,
    report: &serde_json::Value,
    learnt: &Learnt,
) -> Result<(), EngineError> {
    let out = OutFolder::create(&spec.out)?;
    let source = |record: u32| records.sources[usize::from(records.source[record as usize])].as_str();
    let id = |record: u32| records.ids[record as usize].as_str();
    let floor = if spec.all_pairs { 0.0 } else { config.settings.review_floor };
    let pairs = found.pairs.iter().filter(|pair| pair.match_probability >= floor).map(|pair| {
        [
            source(pair.l).to_owned(),
            id(pair.l).to_owned(),
            source(pair.r).to_owned(),
            id(pair.r).to_owned(),
            pair.match_weight.to_string(),
            pair.match_probability.to_string(),
            pair.match_key.to_string(),
        ]
    });
    write_csv(&out.path("pairs.csv"), &["source_l", "id_l", "source_r", "id_r", "match_weight", "match_probability", "match_key"], pairs)?;
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    for cluster in &found.cluster {
        *sizes.entry(*cluster).or_default() += 1;
    }
    let rows = (0_u32..).zip(&found.cluster).map(|(record, cluster)| {
        let size = sizes.get(cluster).copied().unwrap_or(1);
        [source(record).to_owned(), id(record).to_owned(), cluster.to_string(), size.to_string()]
    });
    write_csv(&out.path("clusters.csv"), &["source", "id", "cluster_id", "cluster_size"], rows)?;
    let forms = match_export::Forms::of(&found.model)?;
    out.write("model.json", forms.splink.as_bytes())?;
    out.write("model.karat.json", forms.native.as_bytes())?;
    let toml = config.to_toml().map_err(|error| EngineError::Refused(error.to_string()))?;
    out.write("match.toml", toml.as_bytes())?;
    out.write("report.json", serde_json::to_string_pretty(report).unwrap_or_default().as_bytes())?;
    learnt.write(&out, records)?;
    out.put_in_place()?;
    if let Some(path) = &spec.save_model {
        forms.save(path)?;
    }
    Ok(())
}
