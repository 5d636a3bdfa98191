//! Settings + trained m, u, h and lambda + term frequencies: all that is needed to score without training.

use serde::{Deserialize, Serialize};

use super::error::MatchError;
use super::levels::{bounds, levels_of};
use super::settings::{ComparisonKind, Evidence, Settings};
use super::term_frequency::TermFrequencies;

/// Changes when a model of an older program can no longer be read.
pub const MODEL_VERSION: u32 = 1;

/// A comparison level after training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelModel {
    pub label_for_charts: String,
    pub m_probability: f64,
    pub u_probability: f64,
    /// Share of pairs of two members of one household at this level.
    pub h_probability: f64,
    /// Share of pairs of two unrelated people of one place (neighbours) at this level.
    pub n_probability: f64,
    pub term_frequency: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonModel {
    pub output_column_name: String,
    /// Index = gamma.
    pub comparison_levels: Vec<LevelModel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_frequencies: Option<TermFrequencies>,
}

/// A trained model. As JSON it can be kept, pinned and used again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub version: u32,
    pub settings: Settings,
    /// lambda: the share of all pairs that match.
    pub probability_two_random_records_match: f64,
    /// The share of all pairs that are two members of one household.
    pub probability_same_household: f64,
    /// The share of all pairs that live in one place and are otherwise unrelated.
    pub probability_same_place: f64,
    pub comparisons: Vec<ComparisonModel>,
    /// log2 of how much more often two unrelated people share given name and surname than they would if the two were independent:
    /// names go together by language and family.
    #[serde(default)]
    pub name_dependence_bits: f64,
    /// match_probability from which pairs merge.
    pub threshold: f64,
    /// Why that threshold, in one sentence.
    pub threshold_reason: String,
    pub trained_on_records: u64,
    pub em_iterations: u32,
    /// Names of blocking rules that training found not worth their pairs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules_left_out: Vec<String>,
}

impl Model {
    /// A model as it is before training.
    pub fn untrained(settings: &Settings) -> Self {
        let comparisons = settings
            .comparisons
            .iter()
            .map(|comparison| {
                let levels = levels_of(comparison.kind);
                let total_m: f64 = levels.iter().map(|level| level.m).sum();
                let total_u: f64 = levels.iter().map(|level| level.u).sum();
                let comparison_levels = levels
                    .iter()
                    .enumerate()
                    .map(|(gamma, level)| {
                        let (m, u) = (level.m / total_m, level.u / total_u);
                        let h = if comparison.evidence == Evidence::Household { m } else { u };
                        let n = if comparison.kind.is_place() { m } else { u };
                        LevelModel {
                            label_for_charts: bounds::label(comparison.kind, &comparison.bounds, gamma)
                                .unwrap_or_else(|| level.label.to_owned()),
                            m_probability: m,
                            u_probability: u,
                            h_probability: h,
                            n_probability: n,
                            term_frequency: level.tf && comparison.term_frequency,
                        }
                    })
                    .collect();
                ComparisonModel { output_column_name: comparison.output_column_name.clone(), comparison_levels, term_frequencies: None }
            })
            .collect();
        Self {
            version: MODEL_VERSION,
            settings: settings.clone(),
            probability_two_random_records_match: settings.probability_two_random_records_match.unwrap_or(1e-4),
            probability_same_household: 0.0,
            probability_same_place: 0.0,
            comparisons,
            name_dependence_bits: 0.0,
            threshold: settings.auto_threshold,
            threshold_reason: String::new(),
            trained_on_records: 0,
            em_iterations: 0,
            rules_left_out: Vec::new(),
        }
    }

    /// Households can be told from persons only where given names or birth dates, and addresses, are compared.
    pub fn knows_households(settings: &Settings) -> bool {
        settings.comparisons.iter().any(|c| matches!(c.kind, ComparisonKind::GivenName | ComparisonKind::Date))
            && settings.comparisons.iter().any(|c| matches!(c.kind, ComparisonKind::Street | ComparisonKind::Postcode))
    }

    /// Neighbours can be told from persons only where a place is compared in more than one way.
    pub fn knows_places(settings: &Settings) -> bool {
        settings.comparisons.iter().filter(|c| c.kind.is_place()).count() >= 2
            && settings.comparisons.iter().any(|c| !c.kind.is_place() && c.kind != ComparisonKind::Gender)
    }

    /// Takes the left-out rules from the settings: what stays is what a later run with this model uses.
    pub fn keep_rules(&mut self, left_out: &[bool]) {
        let rules = &self.settings.blocking_rules_to_generate_predictions;
        self.rules_left_out = rules.iter().zip(left_out).filter(|(_, out)| **out).map(|(rule, _)| rule.blocking_rule.clone()).collect();
        let mut left_out = left_out.iter();
        self.settings.blocking_rules_to_generate_predictions.retain(|_| !left_out.next().copied().unwrap_or(false));
        self.settings.leave_out_poor_rules = false;
    }

    /// The comparisons of given name and surname and their exact levels, where both are compared.
    pub fn names(settings: &Settings) -> Option<[(usize, u8); 2]> {
        let of = |kind: ComparisonKind| {
            let at = settings.comparisons.iter().position(|comparison| comparison.kind == kind)?;
            Some((at, u8::try_from(levels_of(kind).len() - 1).ok()?))
        };
        Some([of(ComparisonKind::GivenName)?, of(ComparisonKind::FamilyName)?])
    }

    /// Whether this model can score what these settings compare.
    pub fn check_fits(&self, settings: &Settings) -> Result<(), MatchError> {
        let mismatch = |reason: String| MatchError::ModelMismatch { reason };
        if self.version != MODEL_VERSION {
            return Err(mismatch(format!("it has version {}, this program reads {MODEL_VERSION}", self.version)));
        }
        if self.settings.comparisons != settings.comparisons {
            return Err(mismatch("its comparisons are not those of the settings".to_owned()));
        }
        if self.comparisons.len() != settings.comparisons.len() {
            return Err(mismatch(format!(
                "it has {} comparisons where its settings have {}",
                self.comparisons.len(),
                settings.comparisons.len()
            )));
        }
        let is_share = |share: f64| (0.0..=1.0).contains(&share);
        if !is_share(self.probability_two_random_records_match) || !is_share(self.threshold) {
            return Err(mismatch("its threshold and probability_two_random_records_match must lie between 0 and 1".to_owned()));
        }
        for (comparison, trained) in settings.comparisons.iter().zip(&self.comparisons) {
            let wrong = trained.comparison_levels.iter().find(|level| {
                ![level.m_probability, level.u_probability, level.h_probability, level.n_probability].into_iter().all(is_share)
            });
            if let Some(level) = wrong {
                let (name, label) = (&comparison.output_column_name, &level.label_for_charts);
                return Err(mismatch(format!("comparison \"{name}\", level \"{label}\": m, u, h and n must lie between 0 and 1")));
            }
            if trained.comparison_levels.len() != levels_of(comparison.kind).len() {
                return Err(mismatch(format!("comparison \"{}\" has another number of levels", comparison.output_column_name)));
            }
        }
        Ok(())
    }

    /// Rounds every number to ten digits: they survive the way through text bit by bit, so that a pinned model scores exactly as it did when it was trained.
    pub fn round(&mut self) {
        let round = |number: &mut f64| *number = format!("{number:.9e}").parse().unwrap_or(*number);
        round(&mut self.probability_two_random_records_match);
        round(&mut self.probability_same_household);
        round(&mut self.probability_same_place);
        round(&mut self.name_dependence_bits);
        for comparison in &mut self.comparisons {
            for level in &mut comparison.comparison_levels {
                round(&mut level.m_probability);
                round(&mut level.u_probability);
                round(&mut level.h_probability);
                round(&mut level.n_probability);
            }
            if let Some(frequencies) = &mut comparison.term_frequencies {
                round(&mut frequencies.chance_equal);
            }
        }
    }

    /// Errors only where a number of the model is not finite.
    pub fn to_json(&self) -> Result<String, MatchError> {
        serde_json::to_string_pretty(self).map_err(|e| MatchError::ModelText { line: 0, column: 0, reason: e.to_string() })
    }

    /// Errors name the line and column of the text.
    pub fn from_json(text: &str) -> Result<Self, MatchError> {
        let model: Self =
            serde_json::from_str(text).map_err(|e| MatchError::ModelText { line: e.line(), column: e.column(), reason: e.to_string() })?;
        model.check_fits(&model.settings)?;
        Ok(model)
    }
}
