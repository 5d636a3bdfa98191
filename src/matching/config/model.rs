//! A trained model as a configuration wants it: its settings, its threshold, its fixed levels.

use crate::matching::model::{LevelModel, MODEL_VERSION, Model};
use crate::matching::score::weight_of;

use super::{FixedLevel, MatchConfig};

impl MatchConfig {
    /// Whether a trained model knows every comparison that is on. One that is off is left out of it; its others keep their meaning.
    pub fn fits(&self, trained: &Model) -> bool {
        trained.version == MODEL_VERSION
            && self.settings.link_type == trained.settings.link_type
            && self.settings.fields == trained.settings.fields
            && self.settings.comparisons.iter().all(|wanted| trained.settings.comparisons.contains(wanted))
    }

    /// match_probability from which pairs merge: what a person has set, else what training found.
    pub fn threshold(&self, trained: &Model) -> f64 {
        let by_hand = (self.settings.auto_threshold != trained.settings.auto_threshold).then_some(self.settings.auto_threshold);
        self.karat.fixed_threshold.or(by_hand).unwrap_or(trained.threshold)
    }

    /// The model that scores under this configuration. `trained` must fit.
    pub fn model(&self, trained: &Model) -> Model {
        let mut model = trained.clone();
        model.comparisons = self
            .settings
            .comparisons
            .iter()
            .filter_map(|wanted| {
                let at = trained.settings.comparisons.iter().position(|known| known == wanted)?;
                trained.comparisons.get(at).cloned()
            })
            .collect();
        model.threshold = self.threshold(trained);
        if model.threshold != trained.threshold {
            model.threshold_reason = format!(
                "Pairs merge from a match probability of {:.3}, which a person has set; training found {:.3}.",
                model.threshold, trained.threshold
            );
        }
        model.settings = self.settings.clone();
        for fixed in &self.karat.fixed_levels {
            let comparison = model.comparisons.iter_mut().find(|c| c.output_column_name == fixed.comparison);
            if let Some(level) = comparison.and_then(|c| c.comparison_levels.get_mut(usize::from(fixed.gamma))) {
                set(level, fixed);
            }
        }
        model
    }
}

/// Households and places that behaved as matches, or as strangers, at this level go on doing so.
fn set(level: &mut LevelModel, fixed: &FixedLevel) {
    let moved = |share: f64, level: &LevelModel| {
        if share == level.m_probability {
            fixed.m_probability
        } else if share == level.u_probability {
            fixed.u_probability
        } else {
            share
        }
    };
    let (h, n) = (moved(level.h_probability, level), moved(level.n_probability, level));
    (level.m_probability, level.u_probability, level.h_probability, level.n_probability) = (fixed.m_probability, fixed.u_probability, h, n);
}

/// m and u of a wanted weight (bits): u stays as it was where m can reach, else u gives way.
pub(super) fn shares_for(weight: f64, u: f64) -> (f64, f64) {
    const MOST: f64 = 0.999;
    let u = u.clamp(1e-9, MOST);
    let m = u * weight.exp2();
    if m <= MOST { (m.max(1e-9), u) } else { (MOST, (MOST / weight.exp2()).max(1e-9)) }
}

/// The weight that a level has.
pub(super) fn weight(level: &LevelModel) -> f64 {
    weight_of(level.m_probability, level.u_probability)
}
