//! `karat match --against INDEX`. Flow: index file + files -> batch -> placed beside what was matched before -> clusters.csv, pairs.csv,
//! aliases.csv, moved.csv, report.json; with --update-index the grown index. And `--save-index`: a finished match -> index file.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::match_input::read;
use super::match_write::peak_memory_bytes;
use crate::base::{RunCtx, Stage};
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::engine::pages;
use crate::matching::index::{Added, Index, State};
use crate::matching::{Column, Constraints, MatchOutcome, Records, Settings};
use crate::store::export::{OutFolder, write_csv};
use crate::store::workspace::replace_file;

/// Builds the index of a finished match and writes it. Returns the seconds for both and the bytes of the file.
pub fn save_index(
    path: &Path,
    records: &Records,
    settings: &Settings,
    found: &MatchOutcome,
    ctx: &RunCtx,
) -> Result<serde_json::Value, EngineError> {
    let clock = Instant::now();
    let mut index = Index::build(records, settings, found, &Constraints::default(), ctx)?;
    let build = clock.elapsed().as_secs_f64();
    let (bytes, save) = write_index(&mut index, path)?;
    Ok(json!({ "build_seconds": build, "save_seconds": save, "file_bytes": bytes, "memory_bytes": index.bytes() }))
}

fn write_index(index: &mut Index, path: &Path) -> Result<(usize, f64), EngineError> {
    let clock = Instant::now();
    let bytes = index.encode()?;
    replace_file(path, &bytes)?;
    Ok((bytes.len(), clock.elapsed().as_secs_f64()))
}

/// Places the records of files beside those of an index.
pub fn match_against(spec: &MatchSpec, path: &Path, ctx: &RunCtx) -> Result<pages::MatchOutcome, EngineError> {
    let started = Instant::now();
    ctx.progress.enter(Stage::Reading, spec.files.len() as u64 + 1);
    ctx.progress.say(&path.display().to_string());
    let mut index = load(path)?;
    let load_secs = started.elapsed().as_secs_f64();
    ctx.check()?;
    let clock = Instant::now();
    let mut records = read(spec, spec.header, ctx)?.records;
    let missing = fill_columns(&mut records, index.settings())?;
    if spec.id.is_none() {
        refuse_row_numbers(&index, &records)?;
    }
    let read_secs = clock.elapsed().as_secs_f64();
    let clock = Instant::now();
    let held = index.len();
    let added = index.add(&records, ctx)?;
    let add_secs = clock.elapsed().as_secs_f64();
    ctx.progress.enter(Stage::Finishing, 0);
    let saved = if spec.update_index { Some(write_index(&mut index, path)?) } else { None };
    let count = |state: State| added.placements.iter().filter(|placement| placement.state == state).count();
    let stages: Vec<serde_json::Value> =
        added.seconds_per_stage.iter().map(|(stage, seconds)| json!({ "stage": stage, "seconds": seconds })).collect();
    let report = json!({
        "against": path.display().to_string(),
        "records": records.len(),
        "records_before": held,
        "new": count(State::New),
        "changed": count(State::Changed),
        "unchanged": count(State::Unchanged),
        "columns_not_given": missing,
        "scored_pairs": added.scored_pairs,
        "scored_again_records": added.scored_again,
        "skipped_blocks": added.skipped_blocks,
        "settled_records": added.settled,
        "clusters_born": added.born.len(),
        "clusters_merged": added.merged.len(),
        "records_moved": added.moved.len(),
        "review_items": added.review.len(),
        "threshold": index.model().threshold,
        "seconds_to_load": load_secs,
        "seconds_to_read": read_secs,
        "seconds_to_add": add_secs,
        "seconds_to_save": saved.map(|(_, seconds)| seconds),
        "seconds_per_stage": stages,
        "index_bytes": index.bytes(),
        "peak_memory_bytes": peak_memory_bytes(),
    });
    write_all(spec, &index, &records, &added, &report)?;
    let mut clusters: Vec<u32> = added.placements.iter().map(|placement| placement.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    Ok(pages::MatchOutcome {
        out: spec.out.display().to_string(),
        files: ["pairs.csv", "clusters.csv", "report.json", "aliases.csv", "moved.csv"].map(str::to_owned).to_vec(),
        records: records.len() as u64,
        clusters: clusters.len() as u64,
        pairs: added.pairs.len() as u64,
        threshold: index.model().threshold,
        seconds: started.elapsed().as_secs_f64(),
        report,
    })
}

fn load(path: &Path) -> Result<Index, EngineError> {
    let refused = |why: String| EngineError::Refused(format!("{}: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    Index::decode(&bytes).map_err(|error| refused(error.to_string()))
}

/// Columns that the settings read and the files do not have are empty; their names are returned. A batch without any of them is refused.
fn fill_columns(records: &mut Records, settings: &Settings) -> Result<Vec<String>, EngineError> {
    let mut wanted: Vec<&str> = settings.fields.iter().flat_map(|field| field.inputs.iter().map(|input| input.column.as_str())).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let missing: Vec<String> = wanted.iter().filter(|name| records.column(name).is_none()).map(|name| (*name).to_owned()).collect();
    if missing.len() == wanted.len() {
        return Err(EngineError::Refused(format!(
            "the files have none of the columns that the index compares ({}); give the columns the names they had when the index was made.",
            wanted.join(", ")
        )));
    }
    let rows = records.len();
    records.columns.extend(missing.iter().map(|name| Column { name: name.clone(), values: vec![None; rows] }));
    Ok(missing)
}

/// Without --id rows are numbered, and numbers that the index knows from another file would replace its records.
fn refuse_row_numbers(index: &Index, records: &Records) -> Result<(), EngineError> {
    match records.sources.iter().find(|source| index.sources().contains(source)) {
        Some(source) => Err(EngineError::Refused(format!(
            "the index holds records of \"{source}\" already; name the column that tells them apart with --id, or give the file another name."
        ))),
        None => Ok(()),
    }
}

fn write_all(spec: &MatchSpec, index: &Index, records: &Records, added: &Added, report: &serde_json::Value) -> Result<(), EngineError> {
    let out = OutFolder::create(&spec.out)?;
    let named = |record: u32| {
        let (source, id) = index.name(record);
        (source.to_owned(), id.to_owned())
    };
    let rows = (0..records.len()).zip(&added.placements).map(|(row, placement)| {
        let state = match placement.state {
            State::New => "new",
            State::Changed => "changed",
            State::Unchanged => "unchanged",
        };
        let size = index.cluster_of(placement.record).len();
        let source = records.sources[usize::from(records.source[row])].clone();
        [source, records.ids[row].clone(), placement.cluster.to_string(), size.to_string(), state.to_owned()]
    });
    write_csv(&out.path("clusters.csv"), &["source", "id", "cluster_id", "cluster_size", "state"], rows)?;
    let floor = index.settings().review_floor;
    let pairs = added.pairs.iter().filter(|pair| pair.match_probability >= floor).map(|pair| {
        let ((source_l, id_l), (source_r, id_r)) = (named(pair.l), named(pair.r));
        let key = pair.match_key.to_string();
        [source_l, id_l, source_r, id_r, pair.match_weight.to_string(), pair.match_probability.to_string(), key]
    });
    write_csv(&out.path("pairs.csv"), &["source_l", "id_l", "source_r", "id_r", "match_weight", "match_probability", "match_key"], pairs)?;
    let aliases = added.merged.iter().map(|(old, kept)| [old.to_string(), kept.to_string()]);
    write_csv(&out.path("aliases.csv"), &["cluster_id", "now_cluster_id"], aliases)?;
    let moved = added.moved.iter().map(|moved| {
        let (source, id) = named(moved.record);
        [source, id, moved.from.to_string(), moved.to.to_string()]
    });
    write_csv(&out.path("moved.csv"), &["source", "id", "cluster_id_before", "cluster_id"], moved)?;
    out.write("report.json", serde_json::to_string_pretty(report).unwrap_or_default().as_bytes())?;
    Ok(out.put_in_place()?)
}
