//! What people's answers teach. Flow: answers + the present weights -> m counted anew -> matched with it -> threshold -> settings to look at.

use crate::base::RunCtx;
use crate::engine::error::EngineError;
use crate::engine::ops::answers::{self, Answered, WANTED};
use crate::engine::ops::run::match_under;
use crate::matching::config::FixedLevel;
use crate::matching::learn::{Expected, Label, Ladder, Refined, Trial, WeightChange, refine};
use crate::matching::{Constraints, MatchConfig, MatchOutcome, Model, Records};
use crate::stewardship::Decision;

use super::{Measured, Now};

/// Settings that answers suggest, and why.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// What it was learnt on: the draft, or the settings in force.
    pub base: MatchConfig,
    /// With the weights and the threshold that were learnt.
    pub config: MatchConfig,
    /// Questions that were answered, pairs that their answers tell about, and how many of those are one person.
    pub answers: u64,
    pub labels: u64,
    pub same: u64,
    /// match_probability from which pairs join, and why.
    pub threshold: f64,
    pub threshold_reason: String,
    /// Expected of the present settings and of those that are suggested.
    pub before: Expected,
    pub after: Expected,
    /// The furthest first.
    pub weights: Vec<WeightChange>,
    pub measured: Measured,
}

impl Lesson {
    /// Learns from the decisions about these records. Too few of them are refused with how many more are wanted.
    pub fn learn(
        now: &Now,
        table: &Records,
        decisions: &[Decision],
        base: MatchConfig,
        trained: Option<&Model>,
        ctx: &RunCtx,
    ) -> Result<Self, EngineError> {
        let answers = answers::count(decisions);
        if answers < WANTED {
            return Err(EngineError::Refused(format!(
                "weights are learnt from {WANTED} answers or more, and there {}. Answer {} more in Review: sorted by what teaches most, it asks first where that helps.",
                if answers == 1 { "is 1".to_owned() } else { format!("are {answers}") },
                WANTED - answers
            )));
        }
        let trained = fitting(&base, trained)?;
        let mut round = Round::of(now, table, decisions, &base, trained, ctx)?;
        let (before, mut weights) = (round.refined.before, std::mem::take(&mut round.refined.weight_changes));
        let measured = Measured::by_answers(now, &round, answers);
        weights.sort_by(|a, b| (b.bits_after - b.bits_before).abs().total_cmp(&(a.bits_after - a.bits_before).abs()));
        let levels: Vec<FixedLevel> = weights.iter().map(fixed).collect();
        let reweighted = base.learnt(&levels, None)?;
        // A threshold holds for the weights that it was found with.
        let last = if levels.is_empty() { round } else { Round::of(now, table, decisions, &reweighted, trained, ctx)? };
        let moves = last.refined.threshold != last.found.threshold;
        let config = reweighted.learnt(&[], moves.then_some(last.refined.threshold))?;
        Ok(Self {
            base,
            config,
            answers,
            labels: last.answered.len() as u64,
            same: last.answered.iter().filter(|answered| answered.label.same).count() as u64,
            threshold: last.refined.threshold,
            threshold_reason: last.refined.threshold_reason,
            before,
            after: last.refined.after,
            weights,
            measured,
        })
    }
}

fn fixed(change: &WeightChange) -> FixedLevel {
    FixedLevel {
        comparison: change.comparison.clone(),
        gamma: change.gamma,
        m_probability: change.m_after,
        u_probability: change.u_probability,
    }
}

/// The trained model, where these settings can use it.
pub fn fitting<'m>(config: &MatchConfig, trained: Option<&'m Model>) -> Result<&'m Model, EngineError> {
    trained
        .filter(|model| config.fits(model))
        .ok_or_else(|| EngineError::Refused("no model was trained for these settings yet: run first (F5).".to_owned()))
}

/// One match as if nobody had decided, and what answers say about it.
#[derive(Debug)]
pub struct Round {
    pub found: MatchOutcome,
    pub answered: Vec<Answered>,
    pub refined: Refined,
}

impl Round {
    pub fn of(
        now: &Now,
        table: &Records,
        decisions: &[Decision],
        config: &MatchConfig,
        trained: &Model,
        ctx: &RunCtx,
    ) -> Result<Self, EngineError> {
        let none = Constraints::default();
        let (found, _) = match_under(table, config, Some(trained), &none, ctx)?;
        let answered = answers::labels(decisions, &now.index, &found.pairs);
        let labels: Vec<Label> = answered.iter().map(|answered| answered.label).collect();
        let trial = Trial::new(table, &found)?;
        let mut ladder = Ladder::climb(&trial, &none, ctx)?;
        let refined = refine(&trial, &mut ladder, &labels, ctx)?;
        ctx.check()?;
        Ok(Self { found, answered, refined })
    }
}
