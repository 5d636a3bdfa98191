//! A preview in words and values.

use std::sync::Arc;

use crate::engine::ops::match_desk::{Preview, PreviewPair};
use crate::engine::pages::{MatchPair, MatchPreview, MatchRecord};
use crate::matching::diagnostics::comparisons;
use crate::matching::{MatchConfig, Model};
use crate::stewardship::{CustomerRecord, Field};

use super::rules::field_title;

pub fn preview_of(held: &Preview, shown: &MatchConfig, trained: Option<&Model>) -> MatchPreview {
    let found = &held.comparison;
    MatchPreview {
        retrained: held.retrained,
        is_old: !held.retrained && held.config != *shown,
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
    let text = |record: &CustomerRecord, field: Field| record.get(field).unwrap_or_default().to_owned();
    let values = Field::ALL
        .iter()
        .map(|field| (field.label().to_owned(), text(&pair.left, *field), text(&pair.right, *field)))
        .filter(|(_, left, right)| !left.is_empty() || !right.is_empty())
        .collect();
    MatchPair {
        joined: pair.joined,
        left: record(&pair.left, &pair.customers.0),
        right: record(&pair.right, &pair.customers.1),
        before: pair.before,
        after: pair.after,
        values,
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
