//! Flow: a model of ours -> its comparison levels as SQL over standardised columns (conditions) -> SplinkModel; and records -> those
//!     columns (columns).
//!
//! Splink knows matches and non-matches, our models four kinds of pairs: what members of a household or neighbours share is left out
//! (m against unrelated people is kept), and so is how much given names and surnames depend on each other. Nicknames, phonetic keys and blocking keys become columns of their own. Splink's weights of
//! the exported model are ours of the exported model; they are not those of the four-class model.

mod columns;
mod conditions;
mod measured;

use serde_json::{Value as Json, json};

use super::super::error::MatchError;
use super::super::levels::bounds::{self, Bounds};
use super::super::model::{ComparisonModel, Model};
use super::super::settings::{Comparison, ComparisonKind, LinkType, Settings, Transform};
use super::import::read_model;
use super::model::SplinkModel;

pub use columns::native_columns;

/// How many bits a rare value may add; our models limit term frequencies likewise.
const LIMIT_BITS: f64 = 5.0;
/// Splink refuses probabilities of 0.
const LEAST: f64 = 1e-12;
/// The column of the records' ids in an exported table, and that of their sources.
pub const ID_COLUMN: &str = "unique_id";
pub const SOURCE_COLUMN: &str = "source_dataset";

/// A level of the exported comparison: its SQL and which of our gammas it stands for.
struct ExportedLevel {
    sql: String,
    label: &'static str,
    gammas: &'static [usize],
    /// Rare values weigh more.
    term_frequency: bool,
}

/// The settings of Splink that come nearest to a model of ours. `name` becomes `linker_uid`.
pub fn export_native(model: &Model, name: &str) -> Result<SplinkModel, MatchError> {
    let settings = &model.settings;
    let comparisons: Vec<Json> = settings
        .comparisons
        .iter()
        .zip(&model.comparisons)
        .map(|(comparison, trained)| comparison_json(settings, comparison, trained))
        .collect();
    let rules: Vec<Json> = settings
        .blocking_rules_to_generate_predictions
        .iter()
        .enumerate()
        .map(|(at, rule)| {
            let column = key_column(at);
            let mut entry = json!({ "blocking_rule": format!("l.\"{column}\" = r.\"{column}\""), "sql_dialect": "duckdb" });
            if rule.keys.iter().any(|key| key.transform == Transform::Tokens) {
                entry["arrays_to_explode"] = json!([column]);
            }
            entry
        })
        .collect();
    let link_type = match settings.link_type {
        LinkType::DedupeOnly => "dedupe_only",
        LinkType::LinkOnly => "link_only",
        LinkType::LinkAndDedupe => "link_and_dedupe",
    };
    let text = json!({
        "link_type": link_type,
        "probability_two_random_records_match": model.probability_two_random_records_match.clamp(LEAST, 1.0 - LEAST),
        "sql_dialect": "duckdb",
        "linker_uid": name,
        "em_convergence": settings.em_convergence,
        "max_iterations": settings.max_iterations,
        "unique_id_column_name": ID_COLUMN,
        "source_dataset_column_name": SOURCE_COLUMN,
        "blocking_rules_to_generate_predictions": rules,
        "comparisons": comparisons,
    });
    read_model(&text.to_string())
}

/// The column that holds the keys of a blocking rule.
fn key_column(rule: usize) -> String {
    format!("block_{rule}")
}

fn comparison_json(settings: &Settings, comparison: &Comparison, trained: &ComparisonModel) -> Json {
    let name = &comparison.output_column_name;
    let other = settings.comparisons.iter().find(|other| match comparison.kind {
        ComparisonKind::FamilyName => other.kind == ComparisonKind::GivenName && other.swapped_with.as_ref() == Some(&comparison.field),
        _ => comparison.swapped_with.as_ref() == Some(&other.field),
    });
    let bounds = Bounds::read(comparison.kind, &comparison.bounds).unwrap_or_default();
    let other = other.map(|other| other.output_column_name.as_str());
    let (null_condition, levels) = conditions::levels_of(comparison.kind, name, other, &bounds);
    let sum = |gammas: &[usize], of: &dyn Fn(&super::super::model::LevelModel) -> f64| {
        gammas.iter().filter_map(|gamma| trained.comparison_levels.get(*gamma)).map(of).sum::<f64>().clamp(LEAST, 1.0)
    };
    let mut entries =
        vec![json!({ "sql_condition": null_condition, "label_for_charts": format!("{name} is NULL"), "is_null_level": true })];
    for level in &levels {
        // Levels with bounds are named by them.
        let named = level.gammas.first().and_then(|gamma| bounds::label(comparison.kind, &comparison.bounds, *gamma));
        let label = named.unwrap_or_else(|| level.label.to_owned());
        let (m, u) = (sum(level.gammas, &|level| level.m_probability), sum(level.gammas, &|level| level.u_probability));
        let mut entry = json!({ "sql_condition": level.sql, "label_for_charts": label, "m_probability": m, "u_probability": u });
        if level.term_frequency && comparison.term_frequency {
            entry["tf_adjustment_column"] = json!(name);
            entry["tf_adjustment_weight"] = json!(1.0);
            entry["tf_minimum_u_value"] = json!(u * (-LIMIT_BITS).exp2());
            entry["disable_tf_exact_match_detection"] = json!(true);
        }
        entries.push(entry);
    }
    let description = format!(
        "{:?} of Karat over standardised columns; m against unrelated people, households, neighbours and the dependence of names left out",
        comparison.kind
    );
    json!({ "output_column_name": name, "comparison_description": description, "comparison_levels": entries })
}
