//! What Risk shows, as plain words. No egui.

use crate::app::words;
use crate::base::CustomerKey;
use crate::engine::churn_deed::Target;
use crate::engine::pages::{
    Assumptions, ChurnPage, ChurnPolicy, FoldAuc, ModelEvaluation, ModelStage, ModelView, PSI_MOVED, PSI_OLD, RiskRow, Scored, Tier, Work,
    WorkOutcome, WorkStatus,
};

pub const TIERS: [Tier; 4] = Tier::ALL;

/// Whose work shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whose {
    #[default]
    All,
    Mine,
    Nobodys,
    Unfinished,
    Done,
}

impl Whose {
    pub const ALL: [Self; 5] = [Self::All, Self::Mine, Self::Nobodys, Self::Unfinished, Self::Done];

    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Mine => "Mine",
            Self::Nobodys => "Nobody's",
            Self::Unfinished => "Under way",
            Self::Done => "Done",
        }
    }

    fn holds(self, work: Option<&Work>, user: &str) -> bool {
        let status = work.map_or(WorkStatus::Open, |work| work.status);
        let owner = work.and_then(|work| work.owner.as_deref());
        match self {
            Self::All => true,
            Self::Mine => owner == Some(user),
            Self::Nobodys => owner.is_none() && status != WorkStatus::Done,
            Self::Unfinished => matches!(status, WorkStatus::Contacted | WorkStatus::InProgress),
            Self::Done => status == WorkStatus::Done,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    pub text: String,
    pub tier: Option<Tier>,
    pub whose: Whose,
    /// By expected loss instead of probability.
    pub by_loss: bool,
    /// The least first.
    pub rises: bool,
}

impl Search {
    /// By this, the most first; pressed again, the other way round.
    pub fn sort(&mut self, by_loss: bool) {
        self.rises = self.by_loss == by_loss && !self.rises;
        self.by_loss = by_loss;
    }

    pub fn toggle(&mut self, tier: Tier) {
        self.tier = if self.tier == Some(tier) { None } else { Some(tier) };
    }
}

/// What a row is called: the loan's number, else the customer's key.
pub fn id(row: &RiskRow) -> String {
    row.loan.clone().or_else(|| row.customer.map(|key| key.to_string())).unwrap_or_default()
}

/// The rows that show, in order, by their places in the page.
pub fn listed(page: &ChurnPage, search: &Search, user: &str) -> Vec<usize> {
    let typed: Vec<String> = search.text.split_whitespace().map(str::to_lowercase).collect();
    let fits = |row: &RiskRow| {
        let work = row.work.as_ref().map(|entry| &entry.work);
        let campaign = work.and_then(|work| work.campaign.clone()).unwrap_or_default();
        let owner = work.and_then(|work| work.owner.clone()).unwrap_or_default();
        let whole = format!("{} {} {} {owner} {campaign} {}", row.name, id(row), row.branch, row.reasons.join(" ")).to_lowercase();
        search.tier.is_none_or(|tier| row.tier == tier) && search.whose.holds(work, user) && typed.iter().all(|word| whole.contains(word))
    };
    let mut rows: Vec<usize> = (0..page.rows.len()).filter(|at| fits(&page.rows[*at])).collect();
    if search.by_loss {
        let loss = |at: &usize| page.rows[*at].expected_loss().unwrap_or(f64::NEG_INFINITY);
        rows.sort_by(|a, b| loss(b).total_cmp(&loss(a)));
    }
    if search.rises {
        rows.reverse();
    }
    rows
}

/// "12,340 USD"; a dash where it is not known.
pub fn money(minor: Option<f64>, currency: Option<&str>) -> String {
    let Some(minor) = minor else { return "\u{2013}".to_owned() };
    let whole = format!("{:.0}", (minor / 100.0).abs()).parse::<u64>().map_or_else(|_| String::new(), words::count);
    let sign = if minor < 0.0 && whole != "0" { "\u{2212}" } else { "" };
    let unit = currency.map(|unit| format!("\u{2009}{unit}")).unwrap_or_default();
    format!("{sign}{whole}{unit}")
}

/// What was typed about a customer and is not kept yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub customer: CustomerKey,
    pub owner: String,
    pub campaign: String,
    pub status: WorkStatus,
    pub outcome: Option<WorkOutcome>,
}

impl Draft {
    pub fn of(customer: CustomerKey, work: Option<&Work>) -> Self {
        let work = work.cloned().unwrap_or_default();
        Self {
            customer,
            owner: work.owner.unwrap_or_default(),
            campaign: work.campaign.unwrap_or_default(),
            status: work.status,
            outcome: work.outcome,
        }
    }

    pub fn work(&self) -> Work {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Work { owner: some(&self.owner), status: self.status, outcome: self.outcome, campaign: some(&self.campaign) }
    }
}

pub fn status_name(status: WorkStatus) -> &'static str {
    match status {
        WorkStatus::Open => "Open",
        WorkStatus::Contacted => "Contacted",
        WorkStatus::InProgress => "In progress",
        WorkStatus::Done => "Done",
    }
}

pub fn outcome_name(outcome: Option<WorkOutcome>) -> &'static str {
    match outcome {
        None => "No outcome yet",
        Some(WorkOutcome::Stayed) => "Stayed",
        Some(WorkOutcome::Left) => "Left",
        Some(WorkOutcome::NoAnswer) => "No answer",
        Some(WorkOutcome::NotInterested) => "Not interested",
    }
}

/// The model that is looked at: the chosen one, else that of production, else the newest.
pub fn model_of(page: &ChurnPage, version: Option<u32>) -> Option<&ModelView> {
    let by = |version: u32| page.models.iter().find(|model| model.version == version);
    version.and_then(by).or_else(|| production(page)).or(page.models.first())
}

pub fn production(page: &ChurnPage) -> Option<&ModelView> {
    page.models.iter().find(|model| model.stage == ModelStage::Production)
}

/// The model that scored before the one that does now.
pub fn before(page: &ChurnPage) -> Option<&ModelView> {
    let now = production(page)?;
    page.models.iter().filter(|model| model.stage == ModelStage::Archived && model.version < now.version).max_by_key(|model| model.version)
}

pub fn stage_name(stage: ModelStage) -> &'static str {
    match stage {
        ModelStage::Candidate => "candidate",
        ModelStage::Production => "in production",
        ModelStage::Archived => "retired",
    }
}

/// "0.954 (0.938 to 0.968)"
pub fn auc(scored: &Scored) -> String {
    format!("{:.3} ({:.3} to {:.3})", scored.mean_auc, scored.interval.low, scored.interval.high)
}

/// "0.779 (0.673 to 0.860) from 12 Jul 2025"
pub fn later(scored: &Scored) -> String {
    scored.later.as_ref().map_or_else(
        || "too few to say".to_owned(),
        |later| {
            format!("{:.3} ({:.3} to {:.3}) from {}", later.auc, later.interval.low, later.interval.high, words::date(&later.from_cutoff))
        },
    )
}

/// "7,800 rows of 291 customers at 13 cut-off dates, 12 Sep 2024 to 12 Sep 2025; 402 of them churn (5.2 %)."
pub fn basis(target: Target, found: &ModelEvaluation) -> String {
    let (what, ended) = match target {
        Target::Churn => ("customers", "were gone 90 days later"),
        Target::LoanDefault => ("borrowers", "defaulted"),
    };
    format!(
        "{} of {} {what} at {}, {} to {}; {} {ended} ({}).",
        words::counted(found.rows, "row", "rows"),
        words::count(found.subjects),
        words::counted(found.cutoffs, "cut-off date", "cut-off dates"),
        words::date(&found.first_cutoff),
        words::date(&found.last_cutoff),
        words::count(found.cases),
        words::percent(found.base_rate)
    )
}

pub fn fold_words(at: usize, fold: &FoldAuc) -> String {
    let auc = fold.auc.map_or_else(|| "one outcome only".to_owned(), |auc| format!("AUC {auc:.3}"));
    format!("Fold {}: {auc}, {} rows, {} with the event", at + 1, words::count(fold.rows), words::count(fold.cases))
}

/// What a population stability index means.
pub fn psi_words(psi: f64) -> &'static str {
    match psi {
        psi if psi >= PSI_OLD => "train again",
        psi if psi >= PSI_MOVED => "moved",
        _ => "as at training",
    }
}

/// Why there are no predictions, in the window's words, and what to press.
pub fn why_absent(page: &ChurnPage, absent: &str) -> (String, Remedy) {
    if page.gold_version.is_none() {
        return ("Nothing is published yet, so there is nobody to predict for. Run, then publish.".to_owned(), Remedy::Run);
    }
    if page.models.is_empty() {
        let needs = match page.target {
            Target::Churn => {
                "No model is trained yet. It learns from dated transactions or app activity over at least 180 days, and from who was gone 90 days later: ten customers of each kind at least."
            }
            Target::LoanDefault => "No model is trained yet. It learns from loans that are closed or defaulted: ten of each kind at least.",
        };
        return (needs.to_owned(), Remedy::Train);
    }
    match production(page) {
        None => {
            let newest = page.models.first().map_or(0, |model| model.version);
            (
                format!("No model is in production, so nothing is predicted. Model {newest} is the newest: look at it, then promote it."),
                Remedy::Models,
            )
        }
        Some(model) if page.is_stale && model.fault.is_none() => (
            format!("Model {} is in production, and the published gold was built before. Score, and it predicts.", model.version),
            Remedy::Score,
        ),
        Some(_) => (format!("{}.", absent.trim_start_matches("no source: ").trim_end_matches('.')), Remedy::Models),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    Run,
    Train,
    Models,
    Score,
}

/// Assumptions as they are typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costs {
    pub contact: String,
    /// In percent.
    pub success: String,
    pub value: String,
}

impl Costs {
    pub fn of(assumptions: &Assumptions) -> Self {
        Self {
            contact: format!("{}", assumptions.cost_of_contact),
            success: format!("{}", (assumptions.success_rate * 1_000.0).round() / 10.0),
            value: format!("{}", assumptions.value_per_customer),
        }
    }

    /// The assumptions, or what is wrong with what was typed.
    pub fn read(&self) -> Result<Assumptions, String> {
        let number = |what: &str, text: &str| {
            text.trim().replace(',', "").parse::<f64>().map_err(|_| format!("{what}: type a number such as 25 or 0.5"))
        };
        let found = Assumptions {
            cost_of_contact: number("Cost of a contact", &self.contact)?,
            success_rate: number("Success rate", &self.success)? / 100.0,
            value_per_customer: number("Value of a customer", &self.value)?,
        };
        found.fault().map_or(Ok(found), |fault| Err(words::capital(&fault)))
    }
}

/// Where the tiers begin, as it is typed: in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    pub critical: String,
    pub high: String,
    pub medium: String,
}

impl Thresholds {
    pub fn of(policy: &ChurnPolicy) -> Self {
        let percent = |share: f64| format!("{}", (share * 1_000.0).round() / 10.0);
        Self { critical: percent(policy.critical), high: percent(policy.high), medium: percent(policy.medium) }
    }

    /// The policy with these thresholds, or what is wrong with what was typed.
    pub fn read(&self, policy: &ChurnPolicy) -> Result<ChurnPolicy, String> {
        let share = |tier: &str, text: &str| {
            let number = text.trim().trim_end_matches('%').trim().parse::<f64>();
            number.map(|percent| percent / 100.0).map_err(|_| format!("{tier}: type a number of percent such as 70"))
        };
        let found = ChurnPolicy {
            critical: share("Critical", &self.critical)?,
            high: share("High", &self.high)?,
            medium: share("Medium", &self.medium)?,
            ..policy.clone()
        };
        found.fault().map_or(Ok(found), |fault| Err(words::capital(&fault)))
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
