//! Scoring in a run. Flow: production models, pinned when the run begins -> features of gold -> rows of predictions.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::analytics::{Drift, Model, Policy, Target, drift};
use crate::base::{Cell, FeatureTable, RunCtx};
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::warehouse::WarehouseError;
use crate::warehouse::predictions::Predictor;

/// Rows that are scored in one go, between two looks at whether to go on.
const CHUNK: usize = 10_000;

/// The models that score in one run, and what was seen of their predictions.
#[derive(Debug)]
pub struct PinnedModels {
    models: BTreeMap<Target, Pinned>,
    policy: Policy,
    drifts: RefCell<BTreeMap<Target, Drift>>,
}

#[derive(Debug)]
struct Pinned {
    version: u32,
    /// Or why it cannot score.
    model: Result<Model, String>,
}

impl PinnedModels {
    /// The production models as they are now. One that cannot be used does not stop a run: its table is absent and says why.
    pub fn of(session: &Session) -> Result<Self, EngineError> {
        let mut models = BTreeMap::new();
        for target in Target::ALL {
            let Some(row) = session.control().production_model(target.name())? else { continue };
            let model = super::model_of(session, target, row.version).map_err(|error| error.to_string());
            models.insert(target, Pinned { version: row.version, model });
        }
        let policy = session.workspace.config.churn.clone();
        if let Some(fault) = policy.fault() {
            return Err(EngineError::Refused(format!("{}/workspace.toml: {fault}.", session.workspace.dir().display())));
        }
        Ok(Self { models, policy, drifts: RefCell::default() })
    }

    /// "churn 3, loan_default 1": for the manifest of the gold.
    pub fn names(&self) -> String {
        let name = |(target, pinned): (&Target, &Pinned)| format!("{} {}", target.name(), pinned.version);
        self.models.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// The models that scored, with how far features and scores had moved from training.
    pub fn seen(&self) -> Vec<(Target, u32, Drift)> {
        let drifts = self.drifts.borrow();
        let seen =
            self.models.iter().filter_map(|(target, pinned)| drifts.get(target).map(|drift| (*target, pinned.version, drift.clone())));
        seen.collect()
    }

    fn of_table(&self, table: &str) -> Option<(Target, Option<&Pinned>)> {
        let target = Target::ALL.into_iter().find(|target| target.predictions() == table)?;
        Some((target, self.models.get(&target)))
    }
}

impl Predictor for PinnedModels {
    fn absent(&self, table: &str) -> Option<String> {
        let (target, pinned) = self.of_table(table)?;
        match pinned {
            None => Some(format!("no source: no model of {} is in production. 'karat churn train --promote' makes one.", target.name())),
            Some(Pinned { model: Err(fault), .. }) => Some(format!("no source: {fault}")),
            Some(_) => None,
        }
    }

    fn rows(&self, table: &str, features: FeatureTable, ctx: &RunCtx) -> Result<Vec<Vec<Cell>>, WarehouseError> {
        let Some((target, Some(Pinned { version, model: Ok(model) }))) = self.of_table(table) else { return Ok(Vec::new()) };
        let gate = features.column(target.gate()).unwrap_or_default();
        let counted: Vec<usize> = (0..features.rows()).filter(|row| gate.get(*row) == Some(&1.0)).collect();
        let mut probabilities = Vec::with_capacity(counted.len());
        let mut found = Vec::with_capacity(counted.len());
        for chunk in counted.chunks(CHUNK) {
            ctx.check()?;
            for (row, prediction) in chunk.iter().zip(model.predict(&features, chunk)) {
                probabilities.push(prediction.probability);
                found.push(self.row(target, *version, &features, *row, prediction));
            }
        }
        let moved = drift::drift(&model.references, &model.scores, &features.select(&counted), &probabilities);
        self.drifts.borrow_mut().insert(target, moved);
        Ok(found)
    }
}

impl PinnedModels {
    fn row(
        &self,
        target: Target,
        version: u32,
        features: &FeatureTable,
        row: usize,
        prediction: crate::analytics::model::Prediction,
    ) -> Vec<Cell> {
        // Digits beyond these are noise, and would tell machines apart.
        let rounded = |value: f64| Cell::Real((value * 1e6).round() / 1e6);
        let tier = self.policy.tier(prediction.probability);
        let mut cells = vec![Cell::text(&features.ids[row])];
        if target == Target::LoanDefault {
            let customer = &features.subjects[row];
            cells.push(if customer.is_empty() { Cell::Null } else { Cell::text(customer) });
        }
        cells.extend([rounded(prediction.probability), Cell::text(tier.name())]);
        if target == Target::Churn {
            let reasons: Vec<&str> = prediction.reasons.iter().map(|reason| reason.feature.as_str()).collect();
            cells.push(Cell::text(self.policy.action(tier, &reasons)));
        }
        let reason = |at: usize| prediction.reasons.get(at);
        cells.extend((0..3).map(|at| reason(at).map_or(Cell::Null, |reason| Cell::text(&reason.text))));
        cells.extend((0..3).map(|at| reason(at).map_or(Cell::Null, |reason| rounded(reason.contribution))));
        cells.push(Cell::Integer(i64::from(version)));
        cells
    }
}
