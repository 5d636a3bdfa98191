//! The labelled public sets, where they are present: zero-config scores.

use super::*;
use crate::base::RunCtx;
use std::path::{Path, PathBuf};

fn table(path: &Path, source: u16, records: &mut Records, truth: &mut Vec<String>, truth_column: &str, id_column: &str) {
    let Ok(mut reader) = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_path(path) else { return };
    let headers = reader.headers().unwrap().clone();
    let before = records.source.len();
    for row in reader.records() {
        let row = row.unwrap();
        for (name, value) in headers.iter().zip(row.iter()) {
            if name == truth_column {
                truth.push(value.to_owned());
            } else if name == id_column {
                records.ids.push(value.to_owned());
            } else {
                let at = records.columns.iter().position(|c| c.name == name).unwrap_or_else(|| {
                    records.columns.push(Column { name: name.to_owned(), values: vec![None; records.source.len()] });
                    records.columns.len() - 1
                });
                records.columns[at].values.push((!value.is_empty()).then(|| value.into()));
            }
        }
        records.source.push(source);
        for column in &mut records.columns {
            column.values.resize(records.source.len(), None);
        }
    }
    assert!(records.source.len() > before);
}

#[test]
fn lab() {
    let Ok(root) = std::env::var("KARAT_LAB") else {
        println!("skipped: KARAT_LAB is not set");
        return;
    };
    let wanted = std::env::var("KARAT_SETS").unwrap_or_default();
    let mut sets: Vec<PathBuf> = std::fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).collect();
    sets.sort();
    for set in sets {
        let name = set.file_name().unwrap().to_str().unwrap().to_owned();
        if !wanted.is_empty() && !wanted.split(',').any(|w| w == name) {
            continue;
        }
        let link = std::fs::read_to_string(set.join("link_type")).unwrap();
        let link_type = match link.trim() {
            "link" => LinkType::LinkOnly,
            "dedupe" => LinkType::DedupeOnly,
            _ => LinkType::LinkAndDedupe,
        };
        let (mut records, mut truth) = (Records::default(), Vec::new());
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(&set).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "csv")).collect();
        files.sort();
        for (at, file) in files.iter().enumerate() {
            records.sources.push(file.file_stem().unwrap().to_str().unwrap().to_owned());
            table(file, u16::try_from(at).unwrap(), &mut records, &mut truth, "__truth", "__id");
        }
        let settings = auto::settings_for(&records, link_type);
        let outcome = match_records(&records, &settings, None, &Constraints::default(), &RunCtx::default()).unwrap();
        report(&name, &records, &truth, &outcome, link_type);
    }
}

fn report(name: &str, records: &Records, truth: &[String], outcome: &MatchOutcome, link_type: LinkType) {
    let source = (link_type == LinkType::LinkOnly).then_some(records.source.as_slice());
    let score = evaluate::pairwise(&outcome.cluster, truth, source);
    let seconds: f64 = outcome.seconds_per_stage.iter().map(|s| s.1).sum();
    println!(
        "{name:15} F1 {:.4} P {:.4} R {:.4} tp {} pred {} true {} | scored {} in {seconds:.1}s review {}",
        score.f1,
        score.precision,
        score.recall,
        score.true_positives,
        score.predicted,
        score.actual,
        outcome.scored_pairs,
        outcome.review.len()
    );
    // Best threshold over pairs, and what blocking reaches.
    let (mut tp, mut best, mut at) = (0_u64, 0.0, 0.0);
    for (count, pair) in (1_u64..).zip(&outcome.pairs) {
        tp += u64::from(truth[pair.l as usize] == truth[pair.r as usize]);
        let f1 = 2.0 * tp as f64 / (count + score.actual) as f64;
        if f1 > best {
            (best, at) = (f1, pair.match_weight);
        }
    }
    println!("                pairs: best F1 {best:.4} at W {at:.1}; recall of kept pairs {:.4}", tp as f64 / score.actual as f64);
    if std::env::var("KARAT_V").is_ok() {
        println!(
            "lambda {:.3e} household {:.3e} place {:.3e} iterations {}",
            outcome.model.probability_two_random_records_match,
            outcome.model.probability_same_household,
            outcome.model.probability_same_place,
            outcome.model.em_iterations
        );
        for c in &outcome.model.comparisons {
            println!("  {}", c.output_column_name);
            for l in &c.comparison_levels {
                println!(
                    "    {:40} m {:.5} u {:.3e} h {:.5} n {:.5} w {:.2}",
                    l.label_for_charts,
                    l.m_probability,
                    l.u_probability,
                    l.h_probability,
                    l.n_probability,
                    (l.m_probability / l.u_probability).log2()
                );
            }
        }
        for r in &outcome.rules {
            println!("  {:?}", r);
        }
        println!("{:?}", outcome.seconds_per_stage);
    }
    if let Ok(show) = std::env::var("KARAT_ERRORS") {
        let show: usize = show.parse().unwrap();
        let explainer = Explainer::new(&outcome.model, records).unwrap();
        let row = |r: u32| records.columns.iter().map(|c| c.values[r as usize].as_deref().unwrap_or("")).collect::<Vec<_>>().join("|");
        let mut false_pairs = 0;
        let mut missed = 0;
        for pair in &outcome.pairs {
            let same = truth[pair.l as usize] == truth[pair.r as usize];
            let joined = outcome.cluster[pair.l as usize] == outcome.cluster[pair.r as usize];
            if source.is_some_and(|s| s[pair.l as usize] == s[pair.r as usize]) {
                continue;
            }
            let kind = match (same, joined) {
                (false, true) => {
                    false_pairs += 1;
                    if false_pairs > show {
                        continue;
                    }
                    "FALSE"
                }
                (true, false) => {
                    missed += 1;
                    if missed > show {
                        continue;
                    }
                    "MISSED"
                }
                _ => continue,
            };
            let e = explainer.explain(pair.l, pair.r).unwrap();
            println!(
                "{kind} W {:.2} hh {:.2}\n   {}\n   {}\n   {}",
                pair.match_weight,
                e.household,
                row(pair.l),
                row(pair.r),
                e.steps
                    .iter()
                    .filter(|s| s.gamma >= 0)
                    .map(|s| format!("{}:{} {:.1}{:+.1}", s.comparison, s.gamma, s.match_weight, s.tf_adjustment))
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
    }
}
