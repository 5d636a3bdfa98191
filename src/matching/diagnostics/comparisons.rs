//! Comparisons with their levels: m, u, h, n and the weight of each.

use serde::{Deserialize, Serialize};

use crate::matching::levels::levels_of;
use crate::matching::model::Model;
use crate::matching::score::weight_of;
use crate::matching::settings::{ComparisonKind, Evidence};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonReport {
    pub comparison: String,
    pub kind: ComparisonKind,
    pub evidence: Evidence,
    /// The most that it can take and give, bits.
    pub least_weight: f64,
    pub most_weight: f64,
    /// The level that agrees most comes first; null has no level, it weighs 0.
    pub levels: Vec<LevelReport>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelReport {
    pub gamma: u8,
    pub label: String,
    /// In words: "surname 1 letter off".
    pub phrase: String,
    /// Share of matching pairs at this level, of unrelated ones, of members of one household, of neighbours.
    pub m_probability: f64,
    pub u_probability: f64,
    pub h_probability: f64,
    pub n_probability: f64,
    /// log2(m/u).
    pub match_weight: f64,
    pub term_frequency: bool,
}

pub fn report(model: &Model) -> Vec<ComparisonReport> {
    model
        .settings
        .comparisons
        .iter()
        .zip(&model.comparisons)
        .map(|(settings, trained)| {
            let words = levels_of(settings.kind);
            let mut levels: Vec<LevelReport> = (0_u8..)
                .zip(&trained.comparison_levels)
                .map(|(gamma, level)| LevelReport {
                    gamma,
                    label: level.label_for_charts.clone(),
                    phrase: words.get(usize::from(gamma)).map_or(level.label_for_charts.as_str(), |level| level.phrase).to_owned(),
                    m_probability: level.m_probability,
                    u_probability: level.u_probability,
                    h_probability: level.h_probability,
                    n_probability: level.n_probability,
                    match_weight: weight_of(level.m_probability, level.u_probability),
                    term_frequency: level.term_frequency,
                })
                .collect();
            levels.reverse();
            let weights = || levels.iter().map(|level| level.match_weight);
            ComparisonReport {
                comparison: settings.output_column_name.clone(),
                kind: settings.kind,
                evidence: settings.evidence,
                least_weight: weights().fold(0.0, f64::min),
                most_weight: weights().fold(0.0, f64::max),
                levels,
            }
        })
        .collect()
}
