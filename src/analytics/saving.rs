//! What if: contact everybody from a probability on. The sums are expectations under assumptions that the bank makes.

use serde::{Deserialize, Serialize};

/// What a contact costs and brings. Money in whole units of the bank's main currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumptions {
    pub cost_of_contact: f64,
    /// Share of those who would have left and stay because of the contact.
    pub success_rate: f64,
    /// What a customer who stays is worth.
    pub value_per_customer: f64,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self { cost_of_contact: 25.0, success_rate: 0.3, value_per_customer: 800.0 }
    }
}

impl Assumptions {
    pub fn is_built_in(&self) -> bool {
        *self == Self::default()
    }

    pub fn fault(&self) -> Option<String> {
        let is_money = |value: f64| value.is_finite() && value >= 0.0;
        if !is_money(self.cost_of_contact) || !is_money(self.value_per_customer) {
            return Some("the cost of a contact and the value of a customer are not below 0".to_owned());
        }
        (!(0.0..=1.0).contains(&self.success_rate)).then(|| "the success rate lies between 0 and 1".to_owned())
    }

    /// The probability from which a contact pays for itself; None: never.
    pub fn break_even(&self) -> Option<f64> {
        let brings = self.success_rate * self.value_per_customer;
        (brings > 0.0).then(|| self.cost_of_contact / brings).filter(|p| *p <= 1.0)
    }
}

/// Contacting everybody from `threshold` on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Saving {
    pub threshold: f64,
    pub contacts: u64,
    /// Customers of these who are expected to leave.
    pub expected_leavers: f64,
    /// Of whom so many are expected to stay.
    pub expected_kept: f64,
    pub cost: f64,
    /// Value kept less cost.
    pub saving: f64,
}

/// How many customers have a probability of one percent step, and the sum of their probabilities: enough for every sum of this page.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ProbabilityBin {
    /// From this percentage, below the next.
    pub percent: u32,
    pub customers: u64,
    pub sum: f64,
}

/// The sums at one threshold in whole percent.
pub fn saving(bins: &[ProbabilityBin], assumptions: &Assumptions, percent: u32) -> Saving {
    let reached = bins.iter().filter(|bin| bin.percent >= percent);
    let (contacts, leavers) = reached.fold((0, 0.0), |(contacts, leavers), bin| (contacts + bin.customers, leavers + bin.sum));
    #[expect(clippy::cast_precision_loss, reason = "a count of customers")]
    let cost = contacts as f64 * assumptions.cost_of_contact;
    let kept = leavers * assumptions.success_rate;
    Saving {
        threshold: f64::from(percent) / 100.0,
        contacts,
        expected_leavers: leavers,
        expected_kept: kept,
        cost,
        saving: kept * assumptions.value_per_customer - cost,
    }
}

/// The sums at every threshold of 0 to 95 %, 5 % apart.
pub fn savings(bins: &[ProbabilityBin], assumptions: &Assumptions) -> Vec<Saving> {
    (0..20).map(|step| saving(bins, assumptions, step * 5)).collect()
}

/// The threshold that is expected to save most; the highest of several.
pub fn best(bins: &[ProbabilityBin], assumptions: &Assumptions) -> Option<Saving> {
    (0..100).map(|percent| saving(bins, assumptions, percent)).max_by(|a, b| a.saving.total_cmp(&b.saving))
}
