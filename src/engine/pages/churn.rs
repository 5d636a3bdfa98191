//! Models that predict, and the customers that may leave.

use serde::{Deserialize, Serialize};

pub use crate::analytics::drift::{MOVED as PSI_MOVED, OLD as PSI_OLD};
pub use crate::analytics::evaluation::Later as LaterAuc;
pub use crate::analytics::measure::{GainPoint, ReliabilityBin, RocPoint};
pub use crate::analytics::model::Importance;
pub use crate::analytics::saving::{best as best_saving, saving, savings};
pub use crate::analytics::{
    ActionRule, Assumptions, Drift, Evaluation as ModelEvaluation, FeatureDrift, FoldAuc, Interval, Policy as ChurnPolicy, ProbabilityBin,
    Refused, Saving, Scored, Target, Tier,
};
use crate::base::CustomerKey;
pub use crate::store::control::{ModelStage, Work, WorkEntry, WorkOutcome, WorkStatus};

/// What training brought about.
#[derive(Debug, Clone, Serialize)]
pub struct ChurnOutcome {
    /// Fit for a toast.
    pub summary: String,
    pub model: Option<TrainedModel>,
    /// An entry of the worklist, by which it can be taken back.
    pub work_entry: Option<i64>,
}

/// A model that was just trained.
#[derive(Debug, Clone, Serialize)]
pub struct TrainedModel {
    pub target: Target,
    pub version: u32,
    pub stage: ModelStage,
    pub evaluation: ModelEvaluation,
    pub features: Vec<String>,
    /// What the leak check kept away, and why.
    pub refused: Vec<Refused>,
    pub left_out: LeftOut,
    /// What a person should know before relying on it.
    pub remarks: Vec<String>,
}

/// Who is not learnt from, on the newest cut-off date.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// No export covers them: they have no label, and are not counted as gone.
    pub not_covered: u64,
    /// Gone before the cut-off: there is nothing left to predict.
    pub gone_before: u64,
    /// Exports that seem to be cut short.
    pub cut_short: Vec<String>,
}

/// The page of one target.
#[derive(Debug, Clone, Serialize)]
pub struct ChurnPage {
    pub target: Target,
    pub as_of: Option<String>,
    pub gold_version: Option<u32>,
    /// Why there are no predictions; None: there are.
    pub absent: Option<String>,
    /// A production model is in the registry, but the published gold was scored by another or by none.
    pub is_stale: bool,
    pub tiers: Vec<TierCount>,
    /// Customers with a prediction.
    pub scored: u64,
    /// Customers of the bank.
    pub customers: u64,
    /// The riskiest first.
    pub rows: Vec<RiskRow>,
    /// Names are masked.
    pub is_masked: bool,
    pub bins: Vec<ProbabilityBin>,
    /// The newest first.
    pub models: Vec<ModelView>,
    /// The newest first.
    pub watches: Vec<WatchView>,
    pub policy: ChurnPolicy,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TierCount {
    pub tier: Tier,
    pub customers: u64,
    pub recommended_action: String,
}

/// One customer that may leave (or one loan that may default).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskRow {
    /// A loan's number; None where the row is about the customer.
    pub loan: Option<String>,
    pub customer: Option<CustomerKey>,
    pub name: String,
    pub branch: String,
    pub probability: f64,
    pub tier: Tier,
    pub recommended_action: String,
    /// In words with values, the strongest first.
    pub reasons: Vec<String>,
    /// Log odds, one per reason.
    pub contributions: Vec<f64>,
    /// As the rule has it, 0 to 100.
    pub rule_score: Option<i64>,
    /// The customer's balance, or what is still owed of the loan (where a source says it, else its amount); scale 2. None: not known, or of
    /// several currencies.
    pub exposure_minor: Option<i64>,
    pub currency: Option<String>,
    pub work: Option<WorkEntry>,
}

impl RiskRow {
    /// Probability times what is at stake, in minor units.
    #[expect(clippy::cast_precision_loss, reason = "an expectation, shown in whole units")]
    pub fn expected_loss(&self) -> Option<f64> {
        // A balance below 0 is not lost with the customer.
        self.exposure_minor.map(|minor| minor.max(0) as f64 * self.probability)
    }
}

/// One model of the registry.
#[derive(Debug, Clone, Serialize)]
pub struct ModelView {
    pub version: u32,
    pub stage: ModelStage,
    pub trained_at: String,
    pub author: String,
    pub as_of: String,
    pub data_hash: String,
    /// "150 trees of depth 3, …"
    pub parameters: String,
    pub size_bytes: u64,
    /// None: the registry's row cannot be read.
    pub evaluation: Option<ModelEvaluation>,
    pub importance: Vec<Importance>,
    pub refused: Vec<Refused>,
    pub left_out: LeftOut,
    /// What a person should know before relying on it.
    pub remarks: Vec<String>,
    /// Why it cannot be used; of the production model and candidates only.
    pub fault: Option<String>,
}

/// How predictions lay in one gold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WatchView {
    pub gold_version: u32,
    pub model_version: u32,
    pub as_of: String,
    pub customers: u64,
    pub critical_share: f64,
    pub agreement: Option<f64>,
    pub drift: Drift,
}
