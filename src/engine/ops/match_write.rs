//! What `karat match` writes. Flow: outcome -> report.json; outcome -> pairs.csv, clusters.csv, models and match.toml, put in place together.

use std::collections::BTreeMap;

use serde_json::json;

use super::match_export;
use super::match_input::Input;
use super::match_learn::Learnt;
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::matching::evaluate::{b_cubed, pairwise};
use crate::matching::{LinkType, MatchConfig, MatchOutcome, Records};
use crate::store::export::{OutFolder, write_csv};

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
