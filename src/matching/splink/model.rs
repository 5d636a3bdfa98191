//! A Splink model as it is read: settings, levels with their conditions, m and u.

use super::super::settings::LinkType;
use super::sql::kinds::Kind;
use super::sql::{Dialect, Node};

/// `comparisons[].comparison_levels[]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SplinkLevel {
    pub sql_condition: String,
    pub label_for_charts: Option<String>,
    /// As the file has them; missing ones are filled by [`super::defaults`].
    pub m_probability: Option<f64>,
    pub u_probability: Option<f64>,
    pub fix_m_probability: bool,
    pub fix_u_probability: bool,
    pub is_null_level: bool,
    pub tf_adjustment_column: Option<String>,
    pub tf_adjustment_weight: f64,
    pub tf_minimum_u_value: f64,
    pub disable_tf_exact_match_detection: bool,
    /// `None`: ELSE.
    pub condition: Option<Node>,
    /// The term frequency column, as a number of the model's columns.
    pub tf_column: Option<usize>,
}

/// `comparisons[]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SplinkComparison {
    pub output_column_name: String,
    pub comparison_description: Option<String>,
    pub comparison_levels: Vec<SplinkLevel>,
}

impl SplinkComparison {
    /// Levels without null ones.
    pub fn level_count(&self) -> usize {
        self.comparison_levels.iter().filter(|level| !level.is_null_level).count()
    }

    /// Gamma of every level: -1 for null, the others count down to 0.
    pub fn gammas(&self) -> Vec<i16> {
        let mut next = i16::try_from(self.level_count()).unwrap_or(i16::MAX);
        self.comparison_levels
            .iter()
            .map(|level| {
                if level.is_null_level {
                    return -1;
                }
                next -= 1;
                next
            })
            .collect()
    }
}

/// `blocking_rules_to_generate_predictions[]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SplinkRule {
    pub blocking_rule: String,
    pub arrays_to_explode: Vec<String>,
    pub condition: Node,
}

/// A column that the model reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    pub name: String,
    pub kind: Kind,
    /// Each element of the list is a row of its own (`arrays_to_explode`).
    pub exploded: bool,
}

/// Settings and parameters of Splink. Fields are named as in its JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct SplinkModel {
    pub link_type: LinkType,
    pub probability_two_random_records_match: f64,
    pub em_convergence: f64,
    pub max_iterations: u64,
    pub retain_matching_columns: bool,
    pub retain_intermediate_calculation_columns: bool,
    pub additional_columns_to_retain: Vec<String>,
    pub unique_id_column_name: String,
    pub source_dataset_column_name: String,
    pub term_frequency_adjustment_column_prefix: String,
    pub comparison_vector_value_column_prefix: String,
    pub sql_dialect: Dialect,
    pub linker_uid: Option<String>,
    pub blocking_rules_to_generate_predictions: Vec<SplinkRule>,
    pub comparisons: Vec<SplinkComparison>,
    /// What conditions, rules and term frequencies read; nodes hold numbers of this list.
    pub columns: Vec<ColumnUse>,
    /// What was left out of account on reading, and what is computed by another dialect's rules.
    pub notes: Vec<String>,
}
