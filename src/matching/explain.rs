//! Why two records match or do not: the waterfall of weights, and the same in sentences.

use serde::Serialize;

use super::error::MatchError;
use super::levels::levels_of;
use super::model::Model;
use super::prepared::Prepared;
use super::records::Records;
use super::score::probability_of;

/// One comparison's part in the weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub comparison: String,
    /// The level's label.
    pub label: String,
    /// The level in words.
    pub phrase: String,
    /// -1: a side has no value.
    pub gamma: i8,
    /// Bits.
    pub match_weight: f64,
    /// Bits added because the value is rare, or taken because it is common.
    pub tf_adjustment: f64,
    pub value_l: Option<String>,
    pub value_r: Option<String>,
}

/// `prior + sum of steps + household = match_weight`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    pub prior: f64,
    pub steps: Vec<Step>,
    /// Bits taken because members of one household or people of one place share so much (0 or less).
    pub household: f64,
    pub match_weight: f64,
    pub match_probability: f64,
    /// Why the pair is never merged without a person, where a conflict holds.
    pub conflict: Option<String>,
    pub sentences: Vec<String>,
}

/// A table made ready to be explained pair by pair.
#[derive(Debug)]
pub struct Explainer(Prepared);

impl Explainer {
    pub fn new(model: &Model, records: &Records) -> Result<Self, MatchError> {
        Ok(Self(Prepared::new(model, records)?))
    }

    /// The match probability of many pairs of rows; quicker than explaining each.
    pub fn probabilities(&self, pairs: &[(u32, u32)]) -> Result<Vec<f64>, MatchError> {
        let comparer = self.0.comparer();
        let mut scratch = comparer.scratch();
        pairs
            .iter()
            .map(|(l, r)| {
                let (l, r) = (self.0.place(*l)?, self.0.place(*r)?);
                let gamma = comparer.vector(l, r, &mut scratch);
                Ok(probability_of(self.0.scorer.match_weight(&comparer, gamma, l, r)))
            })
            .collect()
    }

    /// Explains rows `l` and `r`.
    pub fn explain(&self, l: u32, r: u32) -> Result<Explanation, MatchError> {
        Ok(explain_pair(&self.0, self.0.place(l)?, self.0.place(r)?))
    }
}

/// Explains one pair of rows. For many pairs of one table make an [`Explainer`] once.
pub fn explain(model: &Model, records: &Records, l: u32, r: u32) -> Result<Explanation, MatchError> {
    Explainer::new(model, records)?.explain(l, r)
}

fn explain_pair(prepared: &Prepared, l: u32, r: u32) -> Explanation {
    let Prepared { model, scorer, conflicts, .. } = prepared;
    let comparer = prepared.comparer();
    let gamma = comparer.vector(l, r, &mut comparer.scratch());
    let mut steps = Vec::new();
    for (at, comparison) in model.settings.comparisons.iter().enumerate() {
        let field = &comparer.fields.fields[comparer.field_of(at)];
        let value = |record| field.value(record).map(|v| v.text.to_string());
        let found = gamma.get(at);
        let level = found.and_then(|g| levels_of(comparison.kind).get(usize::from(g)));
        let trained = found.and_then(|g| model.comparisons.get(at)?.comparison_levels.get(usize::from(g)));
        steps.push(Step {
            comparison: comparison.output_column_name.clone(),
            label: trained.map_or("Null", |l| l.label_for_charts.as_str()).to_owned(),
            phrase: level.map_or("not compared", |l| l.phrase).to_owned(),
            gamma: gamma.as_i8(at),
            match_weight: found.map_or(0.0, |g| scorer.level(at, g)),
            tf_adjustment: found.map_or(0.0, |g| scorer.adjustment(&comparer, at, g, l, r)),
            value_l: value(l),
            value_r: value(r),
        });
    }
    // What the two names say together is told where the surname is.
    if let Some([_, (family, _)]) = Model::names(&model.settings) {
        steps[family].tf_adjustment -= scorer.name_dependence(gamma);
    }
    let sum: f64 = scorer.prior + steps.iter().map(|step| step.match_weight + step.tf_adjustment).sum::<f64>();
    let match_weight = scorer.match_weight(&comparer, gamma, l, r);
    let household = if scorer.knows_relations() { match_weight - sum } else { 0.0 };
    let conflict = conflicts.found(gamma).map(str::to_owned);
    let mut explanation = Explanation {
        prior: scorer.prior,
        steps,
        household,
        match_weight,
        match_probability: probability_of(match_weight),
        conflict,
        sentences: Vec::new(),
    };
    explanation.sentences = sentences(&explanation);
    explanation
}

fn sentences(explanation: &Explanation) -> Vec<String> {
    let mut order: Vec<&Step> = explanation.steps.iter().filter(|step| step.gamma >= 0).collect();
    order.sort_by(|a, b| (b.match_weight + b.tf_adjustment).abs().total_cmp(&(a.match_weight + a.tf_adjustment).abs()));
    let mut out = vec![format!("Before any comparison, one pair in {:.0} is the same person.", (-explanation.prior).exp2().max(1.0) + 1.0)];
    for step in order {
        let bits = step.match_weight + step.tf_adjustment;
        let way = if bits >= 0.0 { "more" } else { "less" };
        let rarity = match step.tf_adjustment {
            bits if bits > 0.5 => " (a rare value)",
            bits if bits < -0.5 => " (a common value)",
            _ => "",
        };
        out.push(format!("{}: {}{rarity}; {} times {way} likely the same.", step.comparison.replace('_', " "), step.phrase, times(bits)));
    }
    if explanation.household < -0.5 {
        out.push(format!("Relatives or neighbours share much of this; {} times less likely the same.", times(explanation.household)));
    }
    if let Some(conflict) = &explanation.conflict {
        out.push(format!("Not merged without a person's decision: {conflict}."));
    }
    out.push(format!("Together: {:.1} % likely the same.", explanation.match_probability * 100.0));
    out
}

fn times(bits: f64) -> String {
    let factor = bits.abs().exp2();
    if factor < 10.0 {
        format!("{factor:.1}")
    } else if factor < 1e6 {
        format!("{factor:.0}")
    } else {
        "over a million".to_owned()
    }
}
