//! What can be done about models that predict and customers that may leave. Sent as `Command::Churn` and `Query::Churn`.

pub use crate::analytics::{ActionRule, Assumptions, Policy as ChurnPolicy, Target, Tier};
use crate::base::CustomerKey;
pub use crate::store::control::{Work, WorkOutcome, WorkStatus};

#[derive(Debug, Clone, PartialEq)]
pub enum ChurnDeed {
    /// Learns from what happened and keeps the model as a candidate; `promote`: makes it the one that scores, if it is better than chance.
    /// Ends in `Report::Churn`.
    Train { target: Target, promote: bool, user: String },
    /// Makes a model the one that scores; the one before is archived. The next run scores with it.
    Promote { target: Target, version: u32, user: String },
    /// Puts a model away. Where it was the one that scores, nothing is predicted from the next run on.
    Archive { target: Target, version: u32, user: String },
    /// Builds features and predictions anew over what stands. Ends in `Report::Ran`.
    Score { publish: bool },
    /// Says what stands about a customer on the worklist.
    Work { customer: CustomerKey, work: Work, user: String },
    /// Takes an entry of the worklist back.
    UndoWork { entry: i64, user: String },
    /// Writes `[churn]` of workspace.toml: thresholds, actions, costs. The next run uses them.
    SetPolicy { policy: ChurnPolicy, user: String },
}

impl ChurnDeed {
    /// Done in moments, beside whatever runs.
    pub fn is_quick(&self) -> bool {
        matches!(self, Self::Promote { .. } | Self::Archive { .. } | Self::Work { .. } | Self::UndoWork { .. })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChurnQuery {
    /// Predictions that people see, the worklist, the registry, monitoring. Answered by `Page::Churn`.
    Page { target: Target },
}
