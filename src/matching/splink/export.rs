//! SplinkModel -> the settings JSON that Splink 4.0.17 and 5.0.0 both load.

use serde_json::{Map, Value as Json, json};

use super::super::settings::LinkType;
use super::model::{SplinkComparison, SplinkLevel, SplinkModel};

/// The settings JSON. Neither version's own prefix key is written, so that both versions load it.
pub fn to_json(model: &SplinkModel) -> Json {
    let dialect = model.sql_dialect.name();
    let link_type = match model.link_type {
        LinkType::DedupeOnly => "dedupe_only",
        LinkType::LinkOnly => "link_only",
        LinkType::LinkAndDedupe => "link_and_dedupe",
    };
    let rules: Vec<Json> = model
        .blocking_rules_to_generate_predictions
        .iter()
        .map(|rule| {
            let mut entry = json!({ "blocking_rule": rule.blocking_rule, "sql_dialect": dialect });
            if !rule.arrays_to_explode.is_empty() {
                entry["arrays_to_explode"] = json!(rule.arrays_to_explode);
            }
            entry
        })
        .collect();
    let mut top = json!({
        "link_type": link_type,
        "probability_two_random_records_match": model.probability_two_random_records_match,
        "retain_matching_columns": model.retain_matching_columns,
        "retain_intermediate_calculation_columns": model.retain_intermediate_calculation_columns,
        "additional_columns_to_retain": model.additional_columns_to_retain,
        "sql_dialect": dialect,
        "em_convergence": model.em_convergence,
        "max_iterations": model.max_iterations,
        "term_frequency_adjustment_column_prefix": model.term_frequency_adjustment_column_prefix,
        "comparison_vector_value_column_prefix": model.comparison_vector_value_column_prefix,
        "unique_id_column_name": model.unique_id_column_name,
        "source_dataset_column_name": model.source_dataset_column_name,
        "blocking_rules_to_generate_predictions": rules,
        "comparisons": model.comparisons.iter().map(comparison).collect::<Vec<_>>(),
    });
    if let Some(uid) = &model.linker_uid {
        top["linker_uid"] = json!(uid);
    }
    top
}

fn comparison(comparison: &SplinkComparison) -> Json {
    let mut entry = json!({
        "output_column_name": comparison.output_column_name,
        "comparison_levels": comparison.comparison_levels.iter().map(level).collect::<Vec<_>>(),
    });
    if let Some(description) = &comparison.comparison_description {
        entry["comparison_description"] = json!(description);
    }
    entry
}

/// Keys at their defaults are left out, as Splink does.
fn level(level: &SplinkLevel) -> Json {
    let mut entry = Map::new();
    let mut put = |key: &str, value: Json| entry.insert(key.to_owned(), value);
    put("sql_condition", json!(level.sql_condition));
    if let Some(label) = &level.label_for_charts {
        put("label_for_charts", json!(label));
    }
    if let Some(m) = level.m_probability {
        put("m_probability", json!(m));
    }
    if let Some(u) = level.u_probability {
        put("u_probability", json!(u));
    }
    put("fix_m_probability", json!(level.fix_m_probability));
    put("fix_u_probability", json!(level.fix_u_probability));
    if let Some(column) = &level.tf_adjustment_column {
        put("tf_adjustment_column", json!(column));
        put("tf_adjustment_weight", json!(level.tf_adjustment_weight));
        if level.tf_minimum_u_value != 0.0 {
            put("tf_minimum_u_value", json!(level.tf_minimum_u_value));
        }
    }
    if level.is_null_level {
        put("is_null_level", json!(true));
    }
    if level.disable_tf_exact_match_detection {
        put("disable_tf_exact_match_detection", json!(true));
    }
    Json::Object(entry)
}
