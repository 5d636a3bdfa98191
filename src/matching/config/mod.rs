//! Flow: text of `match.toml` (text; comments say why) -> MatchConfig -> edits of a person (edit) -> the trained model as those want it (model).
//!
//! Settings, and what a person has set beside them: rules and comparisons that are off, levels with a fixed weight, a threshold.

mod comments;
mod edit;
mod model;
mod text;

use serde::{Deserialize, Serialize};

use super::settings::{BlockingRule, Comparison, Conflict, Settings};

pub use comments::Reasons;
pub use edit::Edit;
pub use text::ConfigError;

/// `match.toml`. The part outside `[karat]` is plain settings and can be used as such.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchConfig {
    pub settings: Settings,
    pub karat: Karat,
}

/// What a person has set beside the settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Karat {
    /// Whether the first rows of the files hold the names of the columns; nothing: told by each file's content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// match_probability from which pairs merge, whatever training finds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_threshold: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed_levels: Vec<FixedLevel>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules_off: Vec<RuleOff>,
    /// Rules that are used though training found them not worth their pairs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules_kept: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comparisons_off: Vec<ComparisonOff>,
    /// Conflicts that name a comparison which is off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts_off: Vec<Conflict>,
}

/// A level whose m and u a person has set (Splink: `fix_m_probability`, `fix_u_probability`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedLevel {
    pub comparison: String,
    pub gamma: u8,
    pub m_probability: f64,
    pub u_probability: f64,
}

/// A blocking rule that is off, and its place among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOff {
    pub at: usize,
    #[serde(flatten)]
    pub rule: BlockingRule,
}

/// A comparison that is off, and its place among the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonOff {
    pub at: usize,
    #[serde(flatten)]
    pub comparison: Comparison,
}

impl MatchConfig {
    pub fn new(settings: Settings) -> Self {
        Self { settings, karat: Karat::default() }
    }

    /// Every blocking rule in its place, with whether it is on.
    pub fn rules(&self) -> Vec<(&BlockingRule, bool)> {
        let mut all: Vec<(&BlockingRule, bool)> =
            self.settings.blocking_rules_to_generate_predictions.iter().map(|rule| (rule, true)).collect();
        for off in &self.karat.rules_off {
            all.insert(off.at.min(all.len()), (&off.rule, false));
        }
        all
    }

    /// Every comparison in its place, with whether it is on.
    pub fn comparisons(&self) -> Vec<(&Comparison, bool)> {
        let mut all: Vec<(&Comparison, bool)> = self.settings.comparisons.iter().map(|comparison| (comparison, true)).collect();
        for off in &self.karat.comparisons_off {
            all.insert(off.at.min(all.len()), (&off.comparison, false));
        }
        all
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
