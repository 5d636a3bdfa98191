//! Who may do what, and what takes two people. Flow: role -> may they?; a decision's case + policy -> why a second person is needed.

use serde::{Deserialize, Serialize};

/// What a person is enrolled as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Decides about customers.
    Steward,
    /// Decides too, approves others' proposals, publishes, enrols people.
    Approver,
    /// Loads, runs, sets matching, publishes, enrols people.
    Engineer,
    /// Reads the masked gold and nothing else.
    Analyst,
}

/// What a command asks of whoever sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// See personal data.
    Unmask,
    Decide,
    Approve,
    /// Load and run.
    Build,
    Publish,
    /// Enrol, retire, erase.
    Govern,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Steward, Self::Approver, Self::Engineer, Self::Analyst];

    pub fn name(self) -> &'static str {
        match self {
            Self::Steward => "steward",
            Self::Approver => "approver",
            Self::Engineer => "engineer",
            Self::Analyst => "analyst",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Unmask | Right::Build => self != Self::Analyst,
            Right::Decide => matches!(self, Self::Steward | Self::Approver),
            Right::Approve => self == Self::Approver,
            Right::Publish | Right::Govern => matches!(self, Self::Approver | Self::Engineer),
        }
    }
}

impl Right {
    /// "decide about customers"
    pub fn words(self) -> &'static str {
        match self {
            Self::Unmask => "see personal data",
            Self::Decide => "decide about customers",
            Self::Approve => "approve or return proposals",
            Self::Build => "load files, run or change settings",
            Self::Publish => "publish or go back",
            Self::Govern => "enrol or retire people, set the policy of four eyes, or erase a person",
        }
    }

    /// "a steward or an approver"
    pub fn who(self) -> &'static str {
        match self {
            Self::Unmask | Self::Build => "a steward, an approver or an engineer",
            Self::Decide => "a steward or an approver",
            Self::Approve => "an approver",
            Self::Publish | Self::Govern => "an approver or an engineer",
        }
    }
}

/// `[four_eyes]` of `workspace.toml`: which decisions a second person has to approve. Without it none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FourEyes {
    /// Items whose match_probability lies in this band, both ends included: `probability = [0.4, 0.6]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<(f64, f64)>,
    /// A golden value that a steward chooses against the rules.
    pub field_override: bool,
    /// What a spelling means: it holds for every row that is written so.
    pub naming: bool,
    /// Customer groups whose members are VIPs: `vip = ["Private Banking"]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vip: Vec<String>,
    /// Decisions about more records than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records_over: Option<u64>,
    /// Balances at risk above this, in whole units of the currency in which most is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_over: Option<u64>,
}

/// What the policy looks at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    pub match_probability: Option<f64>,
    pub records: u64,
    /// Minor units, scale 2.
    pub value_minor: i64,
    pub customer_groups: Vec<String>,
    pub is_override: bool,
    pub is_naming: bool,
}

impl FourEyes {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// "probability 0.4 to 0.6; golden values chosen by hand"; "never" where nothing takes a second person.
    pub fn in_words(&self) -> String {
        let mut words = Vec::new();
        if let Some((low, high)) = self.probability {
            words.push(format!("probability {low} to {high}"));
        }
        if self.field_override {
            words.push("golden values chosen by hand".to_owned());
        }
        if self.naming {
            words.push("meanings of spellings".to_owned());
        }
        if !self.vip.is_empty() {
            words.push(format!("customers of the groups {}", self.vip.join(", ")));
        }
        if let Some(most) = self.records_over {
            words.push(format!("more than {most} records"));
        }
        if let Some(most) = self.value_over {
            words.push(format!("more than {most} at risk"));
        }
        if words.is_empty() { "never".to_owned() } else { words.join("; ") }
    }

    /// Why a second person has to look at this; empty where nobody has to.
    pub fn reasons(&self, case: &Case) -> Vec<String> {
        let mut reasons = Vec::new();
        if let (Some((low, high)), Some(probability)) = (self.probability, case.match_probability)
            && (low..=high).contains(&probability)
        {
            reasons.push(format!("the probability {probability:.2} lies between {low} and {high}"));
        }
        if self.field_override && case.is_override {
            reasons.push("a golden value is chosen by hand".to_owned());
        }
        if self.naming && case.is_naming {
            reasons.push("a spelling is given a meaning".to_owned());
        }
        let is_vip = |group: &String| self.vip.iter().any(|vip| vip.eq_ignore_ascii_case(group));
        if case.customer_groups.iter().any(is_vip) {
            reasons.push("a VIP is concerned".to_owned());
        }
        if let Some(most) = self.records_over
            && case.records > most
        {
            reasons.push(format!("{} records are concerned, more than {most}", case.records));
        }
        if let Some(most) = self.value_over
            && u64::try_from(case.value_minor / 100).unwrap_or_default() > most
        {
            reasons.push(format!("the value at risk is more than {most}"));
        }
        reasons
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
