//! A preview, what suggested it, and what was measured, in words and values.

use std::sync::Arc;

use crate::engine::answer::words::counted;
use crate::engine::ops::match_desk::{Lesson, Measured, MeasuredBy, Preview, PreviewPair, TwoRecords};
use crate::engine::pages::{
    AuditedPair, MatchMeasured, MatchPair, MatchPreview, MatchRecord, MatchTwo, MeasuredRow, MeasuredShare, WeightSuggestion,
};
use crate::matching::diagnostics::comparisons;
use crate::matching::evaluation::Interval;
use crate::matching::score::{probability_of, weight_at};
use crate::matching::{MatchConfig, Model};
use crate::stewardship::{CustomerRecord, Field};

use super::rules::field_title;

/// `answers`: how many there are now.
pub fn preview_of(held: &Preview, shown: &MatchConfig, trained: Option<&Model>, answers: u64) -> MatchPreview {
    let found = &held.comparison;
    MatchPreview {
        retrained: held.retrained,
        is_old: match &held.lesson {
            Some(lesson) => lesson.answers != answers || (lesson.base != *shown && held.config != *shown),
            None => !held.retrained && held.config != *shown,
        },
        suggestion: held.lesson.as_ref().map(|lesson| suggestion_of(lesson, held.config == *shown)),
        customers_before: found.clusters_before,
        customers_after: found.clusters_after,
        joined: found.joined_groups,
        parted: found.parted_groups,
        new_questions: held.new_questions,
        gone_questions: held.gone_questions,
        pairs: Arc::new(held.pairs.iter().map(pair).collect()),
        weights: trained.map(|model| moved_weights(held, model)).unwrap_or_default(),
    }
}

/// Levels whose weight a model trained anew moves, the furthest first.
fn moved_weights(held: &Preview, trained: &Model) -> Vec<String> {
    const TELLING_BITS: f64 = 0.1;
    if !held.retrained {
        return Vec::new();
    }
    let before = comparisons::report(trained);
    let mut moved: Vec<(f64, String)> = Vec::new();
    for report in &held.diagnostics.comparisons {
        let Some(known) = before.iter().find(|known| known.comparison == report.comparison) else { continue };
        for level in &report.levels {
            let Some(was) = known.levels.iter().find(|was| was.gamma == level.gamma) else { continue };
            let by = level.match_weight - was.match_weight;
            if by.abs() >= TELLING_BITS {
                let text = format!(
                    "{}, {}: {:+.1} instead of {:+.1}",
                    field_title(&report.comparison),
                    level.phrase,
                    level.match_weight,
                    was.match_weight
                );
                moved.push((by.abs(), text.replace('-', "\u{2212}")));
            }
        }
    }
    moved.sort_by(|a, b| b.0.total_cmp(&a.0));
    moved.into_iter().take(6).map(|(_, text)| text).collect()
}

fn pair(pair: &PreviewPair) -> MatchPair {
    MatchPair { joined: pair.joined, before: pair.before, after: pair.after, two: two(&pair.records) }
}

fn two(records: &TwoRecords) -> MatchTwo {
    let text = |record: &CustomerRecord, field: Field| record.get(field).unwrap_or_default().to_owned();
    let values = Field::ALL
        .iter()
        .map(|field| (field.label().to_owned(), text(&records.left, *field), text(&records.right, *field)))
        .filter(|(_, left, right)| !left.is_empty() || !right.is_empty())
        .collect();
    MatchTwo { left: record(&records.left, &records.customers.0), right: record(&records.right, &records.customers.1), values }
}

pub fn measured_of(held: &Measured, answers: u64) -> MatchMeasured {
    let share = |value: f64, range: Interval| MeasuredShare { share: value, low: range.low.min(value), high: range.high.max(value) };
    let from = weight_at(held.threshold);
    let (by, is_old) = match &held.by {
        MeasuredBy::Answers(count) => (counted(*count, "answer"), *count != answers),
        MeasuredBy::Truth(name, records) => (format!("{name}, {}", counted(*records, "record")), false),
    };
    MatchMeasured {
        by,
        by_truth: matches!(held.by, MeasuredBy::Truth(..)),
        is_old,
        threshold: held.threshold,
        rows: held
            .rows
            .iter()
            .map(|row| MeasuredRow {
                match_weight: row.match_weight,
                match_probability: probability_of(row.match_weight),
                precision: share(row.precision, row.precision_range),
                recall: share(row.recall, row.recall_range),
            })
            .collect(),
        wrong: held.wrong,
        audited: Arc::new(
            held.audited
                .iter()
                .map(|pair| AuditedPair {
                    same: pair.same,
                    joined: pair.match_weight >= from,
                    match_weight: pair.match_weight,
                    match_probability: probability_of(pair.match_weight),
                    two: two(&pair.records),
                })
                .collect(),
        ),
    }
}

/// Weights that are told in words.
const TOLD: usize = 12;

fn suggestion_of(lesson: &Lesson, taken: bool) -> WeightSuggestion {
    let told = lesson.weights.iter().take(TOLD).map(|change| {
        let bits = |bits: f64| format!("{bits:+.1}").replace('-', "\u{2212}");
        format!(
            "{}, {}: {} instead of {}",
            field_title(&change.comparison),
            change.level,
            bits(change.bits_after),
            bits(change.bits_before)
        )
    });
    WeightSuggestion {
        answers: lesson.answers,
        labels: lesson.labels,
        same: lesson.same,
        threshold: lesson.threshold,
        threshold_reason: lesson.threshold_reason.clone(),
        precision: (lesson.before.precision, lesson.after.precision),
        recall: (lesson.before.recall, lesson.after.recall),
        weights: lesson.weights.len() as u64,
        sentences: told.collect(),
        taken,
        changes_nothing: lesson.config == lesson.base,
    }
}

fn record(record: &CustomerRecord, customer: &str) -> MatchRecord {
    let known_by = [Field::FullName, Field::Email, Field::Phone, Field::DeviceId].into_iter().find_map(|field| record.get(field));
    MatchRecord {
        source_system: record.key.source_system.clone(),
        id: record.key.source_customer_id.clone(),
        name: known_by.unwrap_or(&record.key.source_customer_id).to_owned(),
        customer: customer.to_owned(),
    }
}
