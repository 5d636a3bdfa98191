//! The Match page. Flow: last run's diagnostics + match.toml + draft + preview -> words, rules, comparisons -> MatchModelPage.

mod preview;
mod rules;

use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::ops::answers::{self, WANTED};
use crate::engine::ops::match_desk::{self, config_of, config_of_run, draft_of, path_of};
use crate::engine::pages::{LastMatch, MatchComparison, MatchFile, MatchLevel, MatchModelPage};
use crate::engine::session::Session;
use crate::matching::diagnostics::{Diagnostics, comparisons};
use crate::matching::settings::Evidence;
use crate::matching::{MatchConfig, Model, auto};

pub fn match_model_page(session: &Session) -> Result<MatchModelPage, EngineError> {
    let applied = config_of(&session.workspace);
    let error = applied.as_ref().err().map(ToString::to_string);
    let applied = applied.unwrap_or_else(|_| MatchConfig::new(auto::bank_settings()));
    let draft = draft_of(session)?;
    let shown = draft.as_ref().unwrap_or(&applied);
    let trained = match_desk::trained(session)?;
    let (state, trained_at, answers) = {
        let control = session.control();
        (control.match_state()?, control.model_trained_at()?, answers::count(&control.decisions()?))
    };
    let last = match (&state, &trained) {
        (Some(state), Some(model)) => serde_json::from_str::<Diagnostics>(&state.diagnostics).ok().map(|diagnostics| LastMatch {
            matched_at: state.at.clone(),
            trained_at,
            trained_on: model.trained_on_records,
            em_iterations: model.em_iterations,
            threshold_reason: reason(shown, model),
            diagnostics: Arc::new(diagnostics),
        }),
        _ => None,
    };
    let diagnostics = last.as_ref().map(|last| Arc::clone(&last.diagnostics));
    let held = session.preview();
    let not_run = match &last {
        Some(_) if error.is_none() => applied.changes(&config_of_run(session)?, trained.as_ref()),
        _ => Vec::new(),
    };
    Ok(MatchModelPage {
        auto_threshold: trained
            .as_ref()
            .map_or(shown.karat.fixed_threshold.unwrap_or(shown.settings.auto_threshold), |model| shown.threshold(model)),
        review_floor: shown.settings.review_floor,
        rules: rules::rules(session, shown, &applied, diagnostics.as_deref(), held.as_deref(), trained.as_ref())?,
        comparisons: comparisons_of(shown, &applied, trained.as_ref()),
        fields: rules::fields(shown),
        changes: draft.as_ref().map(|draft| draft.changes(&applied, trained.as_ref())).unwrap_or_default(),
        not_run,
        file: MatchFile {
            path: path_of(&session.workspace).display().to_string(),
            present: path_of(&session.workspace).exists(),
            text: shown.to_toml().unwrap_or_default(),
            error,
        },
        notes: diagnostics.as_deref().map(rules::notes).unwrap_or_default(),
        preview: held.as_deref().map(|held| preview::preview_of(held, shown, trained.as_ref(), answers)),
        answers,
        answers_wanted: WANTED.saturating_sub(answers),
        measured: session.measured().map(|held| preview::measured_of(&held, answers)),
        last,
    })
}

fn reason(shown: &MatchConfig, trained: &Model) -> String {
    if shown.fits(trained) { shown.model(trained).threshold_reason } else { trained.threshold_reason.clone() }
}

/// Comparisons in their order, with the levels of the trained model as the draft wants them.
fn comparisons_of(shown: &MatchConfig, applied: &MatchConfig, trained: Option<&Model>) -> Vec<MatchComparison> {
    // One that is off keeps its levels on the page: they say what is given up.
    let mut whole = shown.clone();
    whole.settings.comparisons = shown.comparisons().into_iter().map(|(comparison, _)| comparison.clone()).collect();
    let reports = trained.map(|model| (comparisons::report(&whole.model(model)), comparisons::report(model)));
    let was = applied.comparisons();
    shown
        .comparisons()
        .into_iter()
        .map(|(comparison, on)| {
            let name = &comparison.output_column_name;
            let of = |all: &[comparisons::ComparisonReport]| all.iter().find(|report| report.comparison == *name).cloned();
            let (now, before) = reports.as_ref().map_or((None, None), |(now, before)| (of(now), of(before)));
            let else_phrase = now.as_ref().and_then(|report| report.levels.last()).map(|level| level.phrase.clone()).unwrap_or_default();
            let levels: Vec<MatchLevel> = now
                .iter()
                .flat_map(|report| &report.levels)
                .map(|level| {
                    let trained = before.as_ref().and_then(|report| report.levels.iter().find(|known| known.gamma == level.gamma));
                    let other = trained.filter(|known| (known.match_weight - level.match_weight).abs() > 1e-6);
                    MatchLevel {
                        gamma: level.gamma,
                        phrase: without_field(&level.phrase, &else_phrase),
                        m_probability: level.m_probability,
                        u_probability: level.u_probability,
                        match_weight: level.match_weight,
                        trained_weight: other.map(|known| known.match_weight),
                        term_frequency: level.term_frequency,
                    }
                })
                .collect();
            let fixed = |config: &MatchConfig| {
                config.karat.fixed_levels.iter().filter(|level| level.comparison == *name).cloned().collect::<Vec<_>>()
            };
            MatchComparison {
                comparison: name.clone(),
                title: rules::field_title(name),
                on,
                changed: was.iter().all(|(known, was_on)| *known != comparison || *was_on != on) || fixed(shown) != fixed(applied),
                household: comparison.evidence == Evidence::Household,
                least_weight: now.as_ref().map_or(0.0, |report| report.least_weight),
                most_weight: now.as_ref().map_or(0.0, |report| report.most_weight),
                levels,
            }
        })
        .collect()
}

/// A level's words without the field that its comparison names already: "given name short form" -> "short form". The ELSE level says
/// how the field is called there: "given name differs".
fn without_field(phrase: &str, else_phrase: &str) -> String {
    let field = else_phrase.strip_suffix("differs").unwrap_or_default();
    phrase.strip_prefix(field).filter(|rest| !rest.is_empty()).unwrap_or(phrase).to_owned()
}
