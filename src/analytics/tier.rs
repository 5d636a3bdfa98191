//! What a probability means for people: a tier and what to do. All of it is a bank's to change.

use serde::{Deserialize, Serialize};

use super::saving::Assumptions;

/// How urgent a customer is, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    Critical,
    High,
    Medium,
    Low,
}

impl Tier {
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

/// `[churn]` of workspace.toml.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Probability from which a customer is Critical.
    pub critical: f64,
    pub high: f64,
    pub medium: f64,
    /// Read from the top: the first that fits says what to do.
    #[serde(rename = "action")]
    pub actions: Vec<ActionRule>,
    /// What a contact costs and brings, for the page's "what if".
    #[serde(skip_serializing_if = "Assumptions::is_built_in")]
    pub costs: Assumptions,
}

/// `[[churn.action]]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionRule {
    pub tier: Tier,
    /// A feature that must be among the three strongest reasons; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    pub action: String,
}

impl Default for Policy {
    fn default() -> Self {
        let rule = |tier, action: &str| ActionRule { tier, because: None, action: action.to_owned() };
        Self {
            critical: 0.7,
            high: 0.5,
            medium: 0.3,
            actions: vec![
                rule(Tier::Critical, "Call within 48 hours"),
                rule(Tier::High, "Offer fee waiver"),
                rule(Tier::Medium, "Send engagement email"),
                rule(Tier::Low, "No action needed"),
            ],
            costs: Assumptions::default(),
        }
    }
}

impl Policy {
    pub fn is_built_in(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with it, in words.
    pub fn fault(&self) -> Option<String> {
        let is_share = |value: f64| value > 0.0 && value < 1.0;
        if !(is_share(self.critical) && is_share(self.high) && is_share(self.medium)) {
            return Some("the thresholds of [churn] lie between 0 and 1".to_owned());
        }
        if !(self.critical > self.high && self.high > self.medium) {
            return Some("the thresholds of [churn] fall: critical, then high, then medium".to_owned());
        }
        if self.actions.iter().any(|rule| rule.action.trim().is_empty()) {
            return Some("an action of [churn] has no text".to_owned());
        }
        self.costs.fault()
    }

    pub fn tier(&self, probability: f64) -> Tier {
        match probability {
            p if p >= self.critical => Tier::Critical,
            p if p >= self.high => Tier::High,
            p if p >= self.medium => Tier::Medium,
            _ => Tier::Low,
        }
    }

    /// What to do; `reasons`: features of the strongest reasons.
    pub fn action(&self, tier: Tier, reasons: &[&str]) -> &str {
        self.actions
            .iter()
            .find(|rule| rule.tier == tier && rule.because.as_deref().is_none_or(|feature| reasons.contains(&feature)))
            .map_or("No action needed", |rule| rule.action.as_str())
    }
}
