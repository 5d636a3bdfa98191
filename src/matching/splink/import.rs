//! JSON -> SplinkModel. Every refusal names the place in the JSON and what to do.

use serde_json::{Map, Value as Json};

use super::super::error::MatchError;
use super::super::settings::LinkType;
use super::model::{ColumnUse, SplinkComparison, SplinkLevel, SplinkModel, SplinkRule};
use super::sql::kinds::{self, Kind};
use super::sql::tree::number_of;
use super::sql::{Dialect, Naming, Node, Value, parse};

/// Marks the name of a column that a blocking rule takes apart.
const EXPLODED: &str = "\u{1f}";
/// What Splink writes for a level that training never met, and the probability it then takes.
const NOT_OBSERVED: (&str, f64) = ("level not observed in training dataset", 1e-6);
/// Splink refuses smaller m and u.
const LEAST_PROBABILITY: f64 = 1e-300;

const TOP_KEYS: [&str; 17] = [
    "link_type",
    "probability_two_random_records_match",
    "em_convergence",
    "max_iterations",
    "retain_matching_columns",
    "retain_intermediate_calculation_columns",
    "additional_columns_to_retain",
    "unique_id_column_name",
    "source_dataset_column_name",
    "term_frequency_adjustment_column_prefix",
    "comparison_vector_value_column_prefix",
    "bayes_factor_column_prefix",
    "match_weight_column_prefix",
    "sql_dialect",
    "linker_uid",
    "blocking_rules_to_generate_predictions",
    "comparisons",
];
const COMPARISON_KEYS: [&str; 3] = ["output_column_name", "comparison_description", "comparison_levels"];
const LEVEL_KEYS: [&str; 12] = [
    "sql_condition",
    "label_for_charts",
    "m_probability",
    "u_probability",
    "fix_m_probability",
    "fix_u_probability",
    "is_null_level",
    "tf_adjustment_column",
    "tf_adjustment_weight",
    "tf_minimum_u_value",
    "disable_tf_exact_match_detection",
    "base_dialect_str",
];
const RULE_KEYS: [&str; 4] = ["blocking_rule", "sql_dialect", "arrays_to_explode", "salting_partitions"];

fn refused(path: &str, reason: impl Into<String>) -> MatchError {
    MatchError::Splink { path: path.to_owned(), reason: reason.into() }
}

/// Whether this JSON has the shape of Splink's settings (and not of Karat's own model).
pub fn is_splink(json: &Json) -> bool {
    json.get("comparisons").is_some_and(Json::is_array) && json.get("link_type").is_some() && json.get("version").is_none()
}

/// Reads the settings JSON of Splink 4 or 5.
pub fn read_model(text: &str) -> Result<SplinkModel, MatchError> {
    let json: Json = serde_json::from_str(text).map_err(|error| MatchError::ModelText {
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
    })?;
    let Json::Object(top) = &json else {
        return Err(refused("$", "it is no JSON object; a model that Splink saved (linker.misc.save_model_to_json) is expected"));
    };
    if !is_splink(&json) {
        let reason =
            "these are not Splink's settings: \"link_type\" and \"comparisons\" are missing; save them with linker.misc.save_model_to_json";
        return Err(refused("$", reason));
    }
    Reader::default().model(top)
}

/// What is gathered on the way.
#[derive(Default)]
struct Reader {
    dialect: Dialect,
    columns: Vec<String>,
    notes: Vec<String>,
}

impl Reader {
    fn model(mut self, top: &Map<String, Json>) -> Result<SplinkModel, MatchError> {
        self.note_unknown(top, &TOP_KEYS, "");
        let named = text(top, "sql_dialect", "")?.unwrap_or("duckdb");
        self.dialect = Dialect::named(named).ok_or_else(|| {
            refused("sql_dialect", format!("the dialect \"{named}\" is not one that Karat knows (duckdb, spark, sqlite, postgres)"))
        })?;
        let link_type = match text(top, "link_type", "")? {
            Some("dedupe_only") => LinkType::DedupeOnly,
            Some("link_only") => LinkType::LinkOnly,
            Some("link_and_dedupe") => LinkType::LinkAndDedupe,
            _ => return Err(refused("link_type", "it must be dedupe_only, link_only or link_and_dedupe")),
        };
        let lambda = number(top, "probability_two_random_records_match", "")?.unwrap_or(1e-4);
        if !(lambda > 0.0 && lambda < 1.0) {
            return Err(refused("probability_two_random_records_match", "it must lie between 0 and 1, without them"));
        }
        let mut comparisons = self.comparisons(top)?;
        let mut rules = self.rules(top)?;
        let columns = self.learn_kinds(&mut comparisons, &mut rules)?;
        self.note_dialect(&comparisons);
        let word = |key: &str, otherwise: &str| Ok::<_, MatchError>(text(top, key, "")?.unwrap_or(otherwise).to_owned());
        Ok(SplinkModel {
            link_type,
            probability_two_random_records_match: lambda,
            em_convergence: number(top, "em_convergence", "")?.unwrap_or(1e-4),
            max_iterations: number(top, "max_iterations", "")?.unwrap_or(25.0) as u64,
            retain_matching_columns: flag(top, "retain_matching_columns", "")?.unwrap_or(true),
            retain_intermediate_calculation_columns: flag(top, "retain_intermediate_calculation_columns", "")?.unwrap_or(false),
            additional_columns_to_retain: texts(top, "additional_columns_to_retain", "")?,
            unique_id_column_name: word("unique_id_column_name", "unique_id")?,
            source_dataset_column_name: word("source_dataset_column_name", "source_dataset")?,
            term_frequency_adjustment_column_prefix: word("term_frequency_adjustment_column_prefix", "tf_")?,
            comparison_vector_value_column_prefix: word("comparison_vector_value_column_prefix", "gamma_")?,
            sql_dialect: self.dialect,
            linker_uid: text(top, "linker_uid", "")?.map(str::to_owned),
            blocking_rules_to_generate_predictions: rules,
            comparisons,
            columns,
            notes: self.notes,
        })
    }

    fn note_unknown(&mut self, map: &Map<String, Json>, known: &[&str], path: &str) {
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.notes.push(format!("{path}{key}: not a key of Splink's settings; left out of account"));
        }
    }

    fn comparisons(&mut self, top: &Map<String, Json>) -> Result<Vec<SplinkComparison>, MatchError> {
        let Some(Json::Array(all)) = top.get("comparisons") else { return Err(refused("comparisons", "a list is expected")) };
        if all.is_empty() {
            return Err(refused("comparisons", "it is empty; there is nothing to compare"));
        }
        all.iter().enumerate().map(|(at, json)| self.comparison(json, &format!("comparisons[{at}]"))).collect()
    }

    fn comparison(&mut self, json: &Json, path: &str) -> Result<SplinkComparison, MatchError> {
        let Json::Object(map) = json else { return Err(refused(path, "an object is expected")) };
        self.note_unknown(map, &COMPARISON_KEYS, &format!("{path}."));
        let inside = format!("{path}.");
        let levels_path = format!("{path}.comparison_levels");
        let Some(Json::Array(levels)) = map.get("comparison_levels") else { return Err(refused(&levels_path, "a list is expected")) };
        let comparison_levels = levels
            .iter()
            .enumerate()
            .map(|(at, level)| self.level(level, &format!("{levels_path}[{at}]")))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(at) = comparison_levels.iter().position(|level| level.condition.is_none())
            && at + 1 != comparison_levels.len()
        {
            return Err(refused(&format!("{levels_path}[{at}].sql_condition"), "ELSE stands before other levels; move it to the end"));
        }
        let output_column_name = match text(map, "output_column_name", &inside)? {
            Some(name) => name.to_owned(),
            None => self.default_name(&comparison_levels),
        };
        let comparison_description = text(map, "comparison_description", &inside)?.map(str::to_owned);
        let comparison = SplinkComparison { output_column_name, comparison_description, comparison_levels };
        if comparison.level_count() < 2 {
            return Err(refused(&levels_path, "at least two levels that are not null levels are needed"));
        }
        self.check_term_frequencies(&comparison, &levels_path)?;
        Ok(comparison)
    }

    /// As Splink names a comparison without a name: its column, or custom_ and all of them.
    fn default_name(&self, levels: &[SplinkLevel]) -> String {
        let mut used: Vec<&str> = Vec::new();
        for node in levels.iter().filter_map(|level| level.condition.as_ref()) {
            let mut found = Vec::new();
            node.columns(&mut found);
            for (column, _) in found {
                let name = self.columns[column].as_str();
                if !used.contains(&name) {
                    used.push(name);
                }
            }
        }
        if used.len() == 1 { used[0].to_owned() } else { format!("custom_{}", used.join("_")) }
    }

    fn level(&mut self, json: &Json, path: &str) -> Result<SplinkLevel, MatchError> {
        let Json::Object(map) = json else { return Err(refused(path, "an object is expected")) };
        let inside = format!("{path}.");
        self.note_unknown(map, &LEVEL_KEYS, &inside);
        let condition_path = format!("{path}.sql_condition");
        let sql = text(map, "sql_condition", &inside)?.ok_or_else(|| refused(&condition_path, "it is missing"))?;
        if let Some(base) = text(map, "base_dialect_str", &inside)?
            && Dialect::named(base) != Some(self.dialect)
        {
            return Err(refused(
                &format!("{path}.base_dialect_str"),
                "conditions of another dialect are not translated; save the model from Splink",
            ));
        }
        let condition =
            if sql.trim().eq_ignore_ascii_case("else") { None } else { Some(self.parse(sql, Naming::Suffix, &condition_path)?) };
        let tf_adjustment_column = text(map, "tf_adjustment_column", &inside)?.map(str::to_owned);
        let tf_column = match &tf_adjustment_column {
            None => None,
            Some(name) if name.contains('[') => {
                return Err(refused(&format!("{path}.tf_adjustment_column"), "a part of a list or struct has no term frequencies here"));
            }
            Some(name) => Some(number_of(name.trim_matches(['"', '`']), &mut self.columns)),
        };
        Ok(SplinkLevel {
            sql_condition: sql.to_owned(),
            label_for_charts: text(map, "label_for_charts", &inside)?.map(str::to_owned),
            m_probability: probability(map, "m_probability", &inside)?,
            u_probability: probability(map, "u_probability", &inside)?,
            fix_m_probability: flag(map, "fix_m_probability", &inside)?.unwrap_or(false),
            fix_u_probability: flag(map, "fix_u_probability", &inside)?.unwrap_or(false),
            is_null_level: flag(map, "is_null_level", &inside)?.unwrap_or(false),
            tf_adjustment_column,
            tf_adjustment_weight: number(map, "tf_adjustment_weight", &inside)?.unwrap_or(1.0),
            tf_minimum_u_value: number(map, "tf_minimum_u_value", &inside)?.unwrap_or(0.0),
            disable_tf_exact_match_detection: flag(map, "disable_tf_exact_match_detection", &inside)?.unwrap_or(false),
            condition,
            tf_column,
        })
    }

    /// An adjustment needs the u of an exact match on its column, unless it is told to take its own.
    fn check_term_frequencies(&self, comparison: &SplinkComparison, path: &str) -> Result<(), MatchError> {
        for (at, level) in comparison.comparison_levels.iter().enumerate() {
            let Some(column) = level.tf_column else { continue };
            let adjusts = !level.is_null_level && level.condition.is_some() && level.tf_adjustment_weight != 0.0;
            if adjusts && !level.disable_tf_exact_match_detection && exact_level(comparison, column).is_none() {
                let reason = "no level of this comparison is the exact match on that column, whose u the adjustment needs; add one, or set disable_tf_exact_match_detection";
                return Err(refused(&format!("{path}[{at}].tf_adjustment_column"), reason));
            }
        }
        Ok(())
    }

    fn rules(&mut self, top: &Map<String, Json>) -> Result<Vec<SplinkRule>, MatchError> {
        const KEY: &str = "blocking_rules_to_generate_predictions";
        let all = match top.get(KEY) {
            None | Some(Json::Null) => &Vec::new(),
            Some(Json::Array(all)) => all,
            Some(_) => return Err(refused(KEY, "a list is expected")),
        };
        let mut rules: Vec<SplinkRule> = Vec::new();
        for (at, json) in all.iter().enumerate() {
            let path = format!("{KEY}[{at}]");
            let empty = Map::new();
            let map = if let Json::Object(map) = json { map } else { &empty };
            self.note_unknown(map, &RULE_KEYS, &format!("{path}."));
            let sql_path = if map.is_empty() { path.clone() } else { format!("{path}.blocking_rule") };
            let sql = json.as_str().or(text(map, "blocking_rule", &format!("{path}."))?);
            let sql = sql.ok_or_else(|| refused(&sql_path, "it is missing"))?;
            let arrays_to_explode = texts(map, "arrays_to_explode", &format!("{path}."))?;
            let mut condition = self.parse(sql, Naming::Prefix, &sql_path)?;
            let exploded: Vec<usize> = arrays_to_explode.iter().map(|name| number_of(name, &mut self.columns)).collect();
            for column in &exploded {
                if rules.iter().any(|earlier| earlier.arrays_to_explode.is_empty() && reads(&earlier.condition, *column)) {
                    let reason = "an earlier rule reads the list that this one takes apart, which Splink itself cannot tell apart; rename a copy of the column";
                    return Err(refused(&format!("{path}.arrays_to_explode"), reason));
                }
                let twin = number_of(&format!("{}{EXPLODED}", self.columns[*column]), &mut self.columns);
                rename(&mut condition, *column, twin);
            }
            rules.push(SplinkRule { blocking_rule: sql.to_owned(), arrays_to_explode, condition });
        }
        if rules.is_empty() {
            // Splink then compares all pairs.
            rules.push(SplinkRule {
                blocking_rule: "1=1".to_owned(),
                arrays_to_explode: Vec::new(),
                condition: Node::Literal(Value::Bool(true)),
            });
        }
        Ok(rules)
    }

    fn parse(&mut self, sql: &str, naming: Naming, path: &str) -> Result<Node, MatchError> {
        parse(sql, self.dialect, naming, &mut self.columns).map_err(|reason| refused(path, not_known(&reason)))
    }

    /// Tells from all conditions together what the columns hold.
    fn learn_kinds(&self, comparisons: &mut [SplinkComparison], rules: &mut [SplinkRule]) -> Result<Vec<ColumnUse>, MatchError> {
        let mut paths = Vec::new();
        let mut nodes = Vec::new();
        for (c, comparison) in comparisons.iter_mut().enumerate() {
            for (l, level) in comparison.comparison_levels.iter_mut().enumerate() {
                if let Some(condition) = &mut level.condition {
                    paths.push(format!("comparisons[{c}].comparison_levels[{l}].sql_condition"));
                    nodes.push(condition);
                }
            }
        }
        for (at, rule) in rules.iter_mut().enumerate() {
            paths.push(format!("blocking_rules_to_generate_predictions[{at}].blocking_rule"));
            nodes.push(&mut rule.condition);
        }
        let found =
            kinds::resolve(&mut nodes, &self.columns, self.dialect).map_err(|(at, reason)| refused(&paths[at], not_known(&reason)))?;
        let is_exploded = |name: &str| self.columns.iter().any(|other| other.strip_suffix(EXPLODED) == Some(name));
        let uses = self.columns.iter().zip(found).map(|(name, kind)| {
            let exploded = name.ends_with(EXPLODED);
            let kind = if exploded || !is_exploded(name) { kind } else { Kind::List };
            ColumnUse { name: name.trim_end_matches(EXPLODED).to_owned(), kind, exploded }
        });
        Ok(uses.collect())
    }

    /// Spark takes its similarity functions from a library of its own.
    fn note_dialect(&mut self, comparisons: &[SplinkComparison]) {
        if self.dialect == Dialect::DuckDb {
            return;
        }
        let conditions = comparisons.iter().flat_map(|c| &c.comparison_levels).map(|level| level.sql_condition.to_ascii_lowercase());
        let mut used: Vec<&str> = Vec::new();
        for sql in conditions {
            for name in ["jaro_winkler", "jaro_sim", "damerau_levenshtein", "jaccard"] {
                if sql.contains(name) && !used.contains(&name) {
                    used.push(name);
                }
            }
        }
        if !used.is_empty() {
            let names = used.join(", ");
            self.notes.push(format!(
                "{names}: computed on characters by DuckDB's formulas; {} may differ in the last levels",
                self.dialect.name()
            ));
        }
    }
}

/// The level that is the exact match on one column, if there is one.
pub fn exact_level(comparison: &SplinkComparison, column: usize) -> Option<usize> {
    comparison.comparison_levels.iter().position(|level| level.condition.as_ref().is_some_and(|node| is_exact(node, column)))
}

fn is_exact(node: &Node, wanted: usize) -> bool {
    use super::sql::tree::Comparison;
    match node {
        Node::Compare { how: Comparison::Equal, l, r, .. } => {
            matches!((&**l, &**r), (Node::Column { column: a, .. }, Node::Column { column: b, .. }) if *a == wanted && *b == wanted)
        }
        Node::And(all) => all.iter().all(|inner| is_exact(inner, wanted)),
        _ => false,
    }
}

fn reads(node: &Node, column: usize) -> bool {
    let mut found = Vec::new();
    node.columns(&mut found);
    found.iter().any(|(read, _)| *read == column)
}

fn rename(node: &mut Node, from: usize, to: usize) {
    if let Node::Column { column, .. } = node
        && *column == from
    {
        *column = to;
    }
    for child in node.children_mut() {
        rename(child, from, to);
    }
}

fn not_known(reason: &str) -> String {
    format!("it is not a form that Karat knows: {reason}")
}

fn text<'j>(map: &'j Map<String, Json>, key: &str, path: &str) -> Result<Option<&'j str>, MatchError> {
    match map.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused(&format!("{path}{key}"), "a text is expected")),
    }
}

fn texts(map: &Map<String, Json>, key: &str, path: &str) -> Result<Vec<String>, MatchError> {
    let wrong = || refused(&format!("{path}{key}"), "a list of texts is expected");
    match map.get(key) {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(all)) => all.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect(),
        Some(_) => Err(wrong()),
    }
}

fn number(map: &Map<String, Json>, key: &str, path: &str) -> Result<Option<f64>, MatchError> {
    match map.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(json) => json.as_f64().map(Some).ok_or_else(|| refused(&format!("{path}{key}"), "a number is expected")),
    }
}

fn flag(map: &Map<String, Json>, key: &str, path: &str) -> Result<Option<bool>, MatchError> {
    match map.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(json) => json.as_bool().map(Some).ok_or_else(|| refused(&format!("{path}{key}"), "true or false is expected")),
    }
}

fn probability(map: &Map<String, Json>, key: &str, path: &str) -> Result<Option<f64>, MatchError> {
    if map.get(key).and_then(Json::as_str) == Some(NOT_OBSERVED.0) {
        return Ok(Some(NOT_OBSERVED.1));
    }
    let found = number(map, key, path)?;
    if found.is_some_and(|found| !(LEAST_PROBABILITY..=1.0).contains(&found)) {
        let reason = "it is not above 0 and at most 1, so no match weight follows from it; train the model again or give the level a small probability";
        return Err(refused(&format!("{path}{key}"), reason));
    }
    Ok(found)
}
