//! What a person changes, and a list of it in words.

use crate::matching::auto::describe;
use crate::matching::error::MatchError;
use crate::matching::levels::levels_of;
use crate::matching::model::Model;
use crate::matching::settings::{BlockingRule, Key};

use super::model::{shares_for, weight};
use super::{ComparisonOff, FixedLevel, MatchConfig, RuleOff};

/// One change of a configuration.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Turns a blocking rule on or off.
    Rule { rule: String, on: bool },
    /// A new rule at the end.
    AddRule { keys: Vec<Key> },
    /// Turns a comparison on or off.
    Comparison { comparison: String, on: bool },
    /// Fixes a level's match weight (bits); `None` lets training have it again.
    Weight { comparison: String, gamma: u8, weight: Option<f64> },
    /// match_probability from which pairs merge, and from which the others are asked about.
    Thresholds { auto: f64, review: f64 },
}

impl MatchConfig {
    /// Carries out one change. `trained` is the model whose levels are changed; without one no weight can be set.
    /// What is left may be refused: then nothing was changed.
    pub fn edit(&mut self, edit: &Edit, trained: Option<&Model>) -> Result<(), MatchError> {
        let mut changed = self.clone();
        match edit {
            Edit::Rule { rule, on } => changed.turn_rule(rule, *on, trained)?,
            Edit::AddRule { keys } => changed.add_rule(keys)?,
            Edit::Comparison { comparison, on } => changed.turn_comparison(comparison, *on)?,
            Edit::Weight { comparison, gamma, weight } => changed.fix_weight(comparison, *gamma, *weight, trained)?,
            Edit::Thresholds { auto, review } => {
                changed.karat.fixed_threshold = Some(*auto);
                changed.settings.auto_threshold = *auto;
                changed.settings.review_floor = *review;
            }
        }
        changed.check().map_err(|error| MatchError::Refused { reason: error.reason })?;
        *self = changed;
        Ok(())
    }

    fn turn_rule(&mut self, name: &str, on: bool, trained: Option<&Model>) -> Result<(), MatchError> {
        self.karat.rules_kept.retain(|kept| kept != name);
        if on && trained.is_some_and(|model| self.is_left_out(name, model)) {
            self.karat.rules_kept.push(name.to_owned());
        }
        let rules = self.rules();
        let Some(at) = rules.iter().position(|(rule, _)| rule.blocking_rule == name) else {
            return Err(MatchError::Refused { reason: format!("there is no blocking rule \"{name}\"") });
        };
        let mut all: Vec<(BlockingRule, bool)> = rules.into_iter().map(|(rule, is_on)| (rule.clone(), is_on)).collect();
        if let Some(entry) = all.get_mut(at) {
            entry.1 = on;
        }
        self.settings.blocking_rules_to_generate_predictions = all.iter().filter(|(_, on)| *on).map(|(rule, _)| rule.clone()).collect();
        self.karat.rules_off = all.into_iter().enumerate().filter(|(_, (_, on))| !on).map(|(at, (rule, _))| RuleOff { at, rule }).collect();
        Ok(())
    }

    fn add_rule(&mut self, keys: &[Key]) -> Result<(), MatchError> {
        if keys.is_empty() {
            return Err(MatchError::Refused { reason: "a blocking rule needs at least one field".to_owned() });
        }
        let blocking_rule = keys.iter().map(describe).collect::<Vec<_>>().join(" and ");
        if self.rules().iter().any(|(rule, _)| rule.keys == keys || rule.blocking_rule == blocking_rule) {
            return Err(MatchError::Refused { reason: format!("the blocking rule \"{blocking_rule}\" is there already") });
        }
        self.settings.blocking_rules_to_generate_predictions.push(BlockingRule { blocking_rule, keys: keys.to_vec() });
        Ok(())
    }

    fn turn_comparison(&mut self, name: &str, on: bool) -> Result<(), MatchError> {
        let comparisons = self.comparisons();
        let Some(at) = comparisons.iter().position(|(comparison, _)| comparison.output_column_name == name) else {
            return Err(MatchError::Refused { reason: format!("there is no comparison \"{name}\"") });
        };
        let mut all: Vec<_> = comparisons.into_iter().map(|(comparison, is_on)| (comparison.clone(), is_on)).collect();
        if let Some(entry) = all.get_mut(at) {
            entry.1 = on;
        }
        self.settings.comparisons = all.iter().filter(|(_, on)| *on).map(|(comparison, _)| comparison.clone()).collect();
        self.karat.comparisons_off =
            all.into_iter().enumerate().filter(|(_, (_, on))| !on).map(|(at, (comparison, _))| ComparisonOff { at, comparison }).collect();
        let conflicts = std::mem::take(&mut self.settings.conflicts).into_iter().chain(std::mem::take(&mut self.karat.conflicts_off));
        let (on, off) =
            conflicts.partition(|conflict| conflict.all.iter().all(|a| self.settings.comparison_index(&a.comparison).is_some()));
        (self.settings.conflicts, self.karat.conflicts_off) = (on, off);
        Ok(())
    }

    fn fix_weight(&mut self, name: &str, gamma: u8, wanted: Option<f64>, trained: Option<&Model>) -> Result<(), MatchError> {
        self.karat.fixed_levels.retain(|fixed| fixed.comparison != name || fixed.gamma != gamma);
        let Some(wanted) = wanted else { return Ok(()) };
        let level = trained
            .and_then(|model| model.comparisons.iter().find(|c| c.output_column_name == name))
            .and_then(|comparison| comparison.comparison_levels.get(usize::from(gamma)))
            .ok_or_else(|| MatchError::Refused { reason: format!("comparison \"{name}\" has no trained level {gamma}; run first") })?;
        if !wanted.is_finite() || wanted.abs() > 40.0 {
            return Err(MatchError::Refused { reason: format!("a match weight lies between -40 and 40, not at {wanted}") });
        }
        if (wanted - weight(level)).abs() < 0.005 {
            // What training found needs no fixing.
            return Ok(());
        }
        let (m_probability, u_probability) = shares_for(wanted, level.u_probability);
        self.karat.fixed_levels.push(FixedLevel { comparison: name.to_owned(), gamma, m_probability, u_probability });
        self.karat.fixed_levels.sort_by(|a, b| (&a.comparison, a.gamma).cmp(&(&b.comparison, b.gamma)));
        Ok(())
    }

    /// The same with these levels fixed, and pairs that join from this match_probability where one is given.
    pub fn learnt(&self, levels: &[FixedLevel], auto: Option<f64>) -> Result<Self, MatchError> {
        let mut learnt = self.clone();
        let held = &mut learnt.karat.fixed_levels;
        held.retain(|known| !levels.iter().any(|level| level.comparison == known.comparison && level.gamma == known.gamma));
        held.extend_from_slice(levels);
        held.sort_by(|a, b| (&a.comparison, a.gamma).cmp(&(&b.comparison, b.gamma)));
        if let Some(auto) = auto {
            // Nothing is asked about that joins.
            let review = learnt.settings.review_floor.min(auto);
            learnt.edit(&Edit::Thresholds { auto, review }, None)?;
        }
        learnt.check().map_err(|error| MatchError::Refused { reason: error.reason })?;
        Ok(learnt)
    }

    /// What differs from `before`, a sentence each. `trained` gives the thresholds that nobody has set.
    pub fn changes(&self, before: &Self, trained: Option<&Model>) -> Vec<String> {
        let mut out = Vec::new();
        let threshold = |config: &Self| {
            trained.map_or(config.karat.fixed_threshold.unwrap_or(config.settings.auto_threshold), |model| config.threshold(model))
        };
        let (old, new) = (threshold(before), threshold(self));
        if old != new {
            out.push(format!("Pairs join from {new:.4} instead of {old:.4}"));
        }
        let (old, new) = (before.settings.review_floor, self.settings.review_floor);
        if old != new {
            out.push(format!("Review begins at {new:.3} instead of {old:.3}"));
        }
        let was = before.rules();
        for (rule, on) in self.rules() {
            match was.iter().find(|(known, _)| *known == rule) {
                None => out.push(format!("New blocking rule: {}", rule.blocking_rule)),
                Some((_, before)) if *before != on => {
                    out.push(format!("Blocking rule {}: {}", if on { "on" } else { "off" }, rule.blocking_rule));
                }
                Some(_) => {}
            }
        }
        let kept = |config: &Self, rule: &String| config.karat.rules_kept.contains(rule);
        out.extend(self.karat.rules_kept.iter().filter(|rule| !kept(before, rule)).map(|rule| format!("Blocking rule on: {rule}")));
        out.extend(before.karat.rules_kept.iter().filter(|rule| !kept(self, rule)).map(|rule| format!("Left to training: {rule}")));
        let is = self.rules();
        out.extend(
            was.iter()
                .filter(|(rule, _)| !is.iter().any(|(known, _)| known == rule))
                .map(|(rule, _)| format!("Blocking rule removed: {}", rule.blocking_rule)),
        );
        let was = before.comparisons();
        for (comparison, on) in self.comparisons() {
            let name = comparison.output_column_name.replace('_', " ");
            match was.iter().find(|(known, _)| known.output_column_name == comparison.output_column_name) {
                None => out.push(format!("New comparison: {name}")),
                Some((_, before)) if *before != on => out.push(format!("Comparison {}: {name}", if on { "on" } else { "off" })),
                Some((known, _)) if *known != comparison => out.push(format!("Comparison changed: {name}")),
                Some(_) => {}
            }
        }
        out.extend(self.changed_weights(before));
        let plain = |config: &Self| {
            let mut settings = config.settings.clone();
            settings.blocking_rules_to_generate_predictions.clear();
            settings.comparisons.clear();
            settings.conflicts.clear();
            (settings.auto_threshold, settings.review_floor) = (0.0, 0.0);
            settings
        };
        if plain(self) != plain(before) {
            out.push("Other settings of match.toml".to_owned());
        }
        out
    }

    fn changed_weights(&self, before: &Self) -> Vec<String> {
        let find = |config: &Self, level: &FixedLevel| {
            config.karat.fixed_levels.iter().find(|known| known.comparison == level.comparison && known.gamma == level.gamma).cloned()
        };
        let label = |level: &FixedLevel| {
            let all = self.comparisons();
            let kind = all.iter().find(|(c, _)| c.output_column_name == level.comparison).map(|(c, _)| c.kind);
            let phrase = kind.and_then(|kind| levels_of(kind).get(usize::from(level.gamma))).map_or("", |level| level.phrase);
            format!("{}: {phrase}", level.comparison.replace('_', " "))
        };
        let mut out: Vec<String> = self
            .karat
            .fixed_levels
            .iter()
            .filter(|level| find(before, level).as_ref() != Some(*level))
            .map(|level| format!("Weight {:+.1} for {}", (level.m_probability / level.u_probability).log2(), label(level)))
            .collect();
        out.extend(
            before
                .karat
                .fixed_levels
                .iter()
                .filter(|level| find(self, level).is_none())
                .map(|level| format!("Trained weight again for {}", label(level))),
        );
        out
    }
}
