//! The closest pair's evidence. Flow: cross pairs of both groups -> the one that weighs most -> waterfall, sentences, what would flip it.

use std::collections::BTreeMap;

use crate::engine::error::EngineError;
use crate::engine::pages::{Evidence, EvidenceStep, Sentence, SentenceKind};
use crate::engine::session::Session;
use crate::matching::score::weight_at;
use crate::matching::{Explainer, Explanation, Step};

use super::deck::{Deck, DeckItem, band, capitalised};

/// Pairs looked at: beyond this the first ones stand for all.
const PAIRS: usize = 400;

pub fn evidence_of(session: &Session, deck: &Deck, item: &DeckItem, group_of: &[usize]) -> Result<Evidence, EngineError> {
    let (Some(model), Some(explainer)) = (&deck.model, deck.explainer(session)?) else { return Ok(Evidence::default()) };
    let rows: Vec<u32> =
        item.stored.groups.iter().flatten().map(|member| u32::try_from(member.record_id - 1).unwrap_or_default()).collect();
    let Some(Looked { pair, closest, elsewhere }) = look(explainer, &rows, group_of, item.stored.item.match_weight)? else {
        return Ok(Evidence::default());
    };
    let weight = closest.match_weight;
    Ok(Evidence {
        match_weight: weight,
        match_probability: closest.match_probability,
        band: capitalised(band(item.stored.item.kind, closest.match_probability)),
        review_weight: weight_at(model.settings.review_floor),
        auto_weight: weight_at(model.threshold),
        pair,
        steps: steps_of(&closest),
        sentences: sentences_of(&closest, &elsewhere),
        flip: flip_of(&closest),
    })
}

/// What the pairs between two groups say.
struct Looked {
    /// Columns of the comparison.
    pair: (usize, usize),
    closest: Explanation,
    /// Per comparison that the closest pair leaves open, the step of another pair that weighs most.
    elsewhere: Vec<Step>,
}

/// `weight` is the item's own: the pair that has it is the one that the queue speaks of.
fn look(explainer: &Explainer, rows: &[u32], group_of: &[usize], weight: f64) -> Result<Option<Looked>, EngineError> {
    let cross = (0..rows.len()).flat_map(|l| (l + 1..rows.len()).map(move |r| (l, r))).filter(|(l, r)| group_of[*l] != group_of[*r]);
    let mut found: Vec<((usize, usize), Explanation)> = Vec::new();
    for (l, r) in cross.take(PAIRS) {
        found.push(((l, r), explainer.explain(rows[l], rows[r])?));
    }
    let distance = |at: &usize| (found[*at].1.match_weight - weight).abs();
    let Some(best) = (0..found.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))) else { return Ok(None) };
    let (pair, closest) = found.swap_remove(best);
    let mut strongest: BTreeMap<String, Step> = BTreeMap::new();
    let open = |comparison: &str| closest.steps.iter().any(|step| step.comparison == comparison && step.gamma < 0);
    for step in found.into_iter().flat_map(|(_, explanation)| explanation.steps).filter(|step| step.gamma >= 0 && open(&step.comparison)) {
        match strongest.get(&step.comparison) {
            Some(held) if weight_of(held).abs() >= weight_of(&step).abs() => {}
            _ => {
                strongest.insert(step.comparison.clone(), step);
            }
        }
    }
    let mut elsewhere: Vec<Step> = strongest.into_values().filter(|step| weight_of(step).abs() >= TELLING_BITS).collect();
    elsewhere.sort_by(|a, b| weight_of(a).total_cmp(&weight_of(b)));
    elsewhere.truncate(3);
    Ok(Some(Looked { pair, closest, elsewhere }))
}

/// From here a comparison of other records is worth a sentence.
const TELLING_BITS: f64 = 1.0;

fn weight_of(step: &Step) -> f64 {
    step.match_weight + step.tf_adjustment
}

/// The level in words that name their field: "Branch differs", "Given name same".
fn in_words(step: &Step) -> String {
    let field = match step.comparison.as_str() {
        "first_name" => "given name",
        "last_name" => "surname",
        "email" => "e-mail",
        "phone" => "phone",
        "birth_date" => "birth date",
        "branch_id" => "branch",
        "device_id" => "device",
        other => other,
    };
    let field = field.replace('_', " ");
    let head = field.split(' ').next().unwrap_or_default();
    let names_it = step.phrase.contains(&field) || step.phrase.starts_with(head) || (head == "city" && step.phrase.starts_with("town"));
    capitalised(&if names_it { step.phrase.clone() } else { format!("{field} {}", step.phrase) })
}

/// Below this a comparison neither speaks for nor against.
const SILENT_BITS: f64 = 0.05;

pub fn steps_of(explanation: &Explanation) -> Vec<EvidenceStep> {
    let prior = EvidenceStep { label: "Any two records".to_owned(), match_weight: explanation.prior, ignored: false, is_prior: true };
    let compared = explanation.steps.iter().filter(|step| step.gamma >= 0).map(|step| EvidenceStep {
        label: in_words(step),
        match_weight: weight_of(step),
        ignored: weight_of(step).abs() < SILENT_BITS,
        is_prior: false,
    });
    let mut steps: Vec<EvidenceStep> = std::iter::once(prior).chain(compared).collect();
    steps[1..].sort_by(|a, b| b.match_weight.total_cmp(&a.match_weight));
    if explanation.household < -SILENT_BITS {
        steps.push(EvidenceStep {
            label: "Same household or place".to_owned(),
            match_weight: explanation.household,
            ignored: false,
            is_prior: false,
        });
    }
    steps
}

/// `Birth date differs` -> `birth date differs`, inside a sentence.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// `-3.3` with a real minus sign.
fn signed(weight: f64) -> String {
    format!("{weight:+.1}").replace('-', "\u{2212}")
}

pub fn sentences_of(explanation: &Explanation, elsewhere: &[Step]) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = steps_of(explanation)
        .iter()
        .filter(|step| !step.is_prior)
        .map(|step| {
            let kind = if step.ignored {
                SentenceKind::Ignored
            } else if step.match_weight > 0.0 {
                SentenceKind::For
            } else {
                SentenceKind::Against
            };
            let text = if step.ignored {
                format!("{}, which says nothing here.", step.label)
            } else {
                format!("{} ({}).", step.label, signed(step.match_weight))
            };
            Sentence { kind, text }
        })
        .collect();
    sentences.extend(elsewhere.iter().map(|step| {
        let kind = if weight_of(step) > 0.0 { SentenceKind::For } else { SentenceKind::Against };
        Sentence { kind, text: format!("Between other records: {} ({}).", lower(&in_words(step)), signed(weight_of(step))) }
    }));
    if let Some(conflict) = &explanation.conflict {
        sentences.push(Sentence { kind: SentenceKind::Against, text: format!("{}: only a person may join them.", capitalised(conflict)) });
    }
    let verdict = match explanation.match_probability {
        p if p >= 0.95 => "very likely the same person",
        p if p >= 0.8 => "likely the same person",
        p if p >= 0.2 => "cannot be said from this alone",
        _ => "likely two people",
    };
    sentences.push(Sentence {
        kind: SentenceKind::Net,
        text: format!("Net {}: {verdict}.", format!("{:.1}", explanation.match_weight).replace('-', "\u{2212}")),
    });
    sentences
}

/// The one field without which the answer would be another.
fn flip_of(explanation: &Explanation) -> Option<String> {
    let strongest = explanation.steps.iter().filter(|step| step.gamma >= 0).max_by(|a, b| weight_of(a).total_cmp(&weight_of(b)))?;
    let without = explanation.match_weight - weight_of(strongest);
    let changes = (explanation.match_weight > 0.0) != (without > 0.0);
    changes.then(|| {
        format!(
            "Without \u{201c}{}\u{201d}: {:.1} \u{2192} {}, {}.",
            in_words(strongest),
            explanation.match_weight,
            format!("{without:.1}").replace('-', "\u{2212}"),
            if without > 0.0 { "together" } else { "apart" }
        )
    })
}
