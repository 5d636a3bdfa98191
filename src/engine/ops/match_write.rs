//! What `karat match` writes. Flow: outcome -> report.json; outcome -> pairs.csv, clusters.csv, models and match.toml, put in place together.

use std::collections::BTreeMap;

use serde_json::json;

use super::match_export;
use super::match_input::Input;
use super::match_learn::Learnt;
use crate::base::RunCtx;
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::matching::auto::ColumnChoice;
use crate::matching::config::Reasons;
use crate::matching::evaluate::{b_cubed, pairwise};
use crate::matching::every_pair::EveryPair;
use crate::matching::{LinkType, MatchConfig, MatchOutcome, Records, ScoredPair};
use crate::store::export::{OutFolder, write_csv};

pub(super) fn report(
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

/// What is written.
pub(super) struct Written<'a> {
    pub records: &'a Records,
    pub found: &'a MatchOutcome,
    pub config: &'a MatchConfig,
    pub columns: &'a [ColumnChoice],
    pub notes: &'a [String],
    pub learnt: &'a Learnt,
}

/// All files of one result, put in place together: a run that is cut short leaves none of them half-written.
pub(super) fn write_all(spec: &MatchSpec, result: &Written<'_>, report: &serde_json::Value, ctx: &RunCtx) -> Result<(), EngineError> {
    let Written { records, found, config, .. } = *result;
    let out = OutFolder::create(&spec.out)?;
    write_pairs(spec, result, &out, ctx)?;
    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    for cluster in &found.cluster {
        *sizes.entry(*cluster).or_default() += 1;
    }
    let rows = (0_u32..).zip(&found.cluster).map(|(record, cluster)| {
        let size = sizes.get(cluster).copied().unwrap_or(1);
        let [source, id] = name_of(records, record);
        [source, id, cluster.to_string(), size.to_string()]
    });
    write_csv(&out.path("clusters.csv"), &["source", "id", "cluster_id", "cluster_size"], rows)?;
    let forms = match_export::Forms::of(&found.model)?;
    out.write("model.json", forms.splink.as_bytes())?;
    out.write("model.karat.json", forms.native.as_bytes())?;
    let reasons = Reasons { columns: result.columns, rules: &found.rules, threshold_reason: &found.threshold_reason, notes: result.notes };
    let toml = config.to_commented_toml(&reasons).map_err(|error| EngineError::Refused(error.to_string()))?;
    out.write("match.toml", toml.as_bytes())?;
    out.write("report.json", serde_json::to_string_pretty(report).unwrap_or_default().as_bytes())?;
    result.learnt.write(&out, records)?;
    out.put_in_place()?;
    if let Some(path) = &spec.save_model {
        forms.save(path)?;
    }
    Ok(())
}

/// Source and id.
fn name_of(records: &Records, record: u32) -> [String; 2] {
    [records.sources[usize::from(records.source[record as usize])].clone(), records.ids[record as usize].clone()]
}

/// The kept pairs, strongest first; with --all-pairs then the others as they are made.
fn write_pairs(spec: &MatchSpec, result: &Written<'_>, out: &OutFolder, ctx: &RunCtx) -> Result<(), EngineError> {
    let Written { records, found, config, .. } = *result;
    let header = ["source_l", "id_l", "source_r", "id_r", "match_weight", "match_probability", "match_key"];
    let row = |pair: ScoredPair| {
        let ([source_l, id_l], [source_r, id_r]) = (name_of(records, pair.l), name_of(records, pair.r));
        let numbers = [pair.match_weight.to_string(), pair.match_probability.to_string(), pair.match_key.to_string()];
        let [weight, probability, key] = numbers;
        [source_l, id_l, source_r, id_r, weight, probability, key]
    };
    let floor = if spec.all_pairs { 0.0 } else { config.settings.review_floor };
    let kept = found.pairs.iter().filter(|pair| pair.match_probability >= floor).copied();
    if spec.all_pairs {
        let every = EveryPair::new(records, &config.settings, found)?;
        write_csv(&out.path("pairs.csv"), &header, kept.chain(every.not_kept(ctx)).map(row))?;
        ctx.check()?;
    } else {
        write_csv(&out.path("pairs.csv"), &header, kept.map(row))?;
    }
    Ok(())
}
