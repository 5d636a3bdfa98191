//! Reading, refusing, scoring and writing models of Splink on small tables.

use serde_json::{Value as Json, json};

use super::super::error::MatchError;
use super::super::model::Model;
use super::super::records::{Column, Records};
use super::super::run::Constraints;
use super::super::settings::{BlockingRule, Comparison, ComparisonKind, Evidence, Key, LinkType, Settings, Transform};
use super::defaults::completed;
use super::{SplinkOptions, SplinkOutcome, export, export_native, match_splink, read_model};
use crate::base::RunCtx;

fn model() -> Json {
    json!({
        "link_type": "dedupe_only",
        "probability_two_random_records_match": 0.01,
        "blocking_rules_to_generate_predictions": [{ "blocking_rule": "l.\"name\" = r.\"name\"", "sql_dialect": "duckdb" }, "l.town = r.town"],
        "comparisons": [
            { "output_column_name": "name", "comparison_levels": [
                { "sql_condition": "\"name_l\" IS NULL OR \"name_r\" IS NULL", "is_null_level": true },
                { "sql_condition": "\"name_l\" = \"name_r\"", "m_probability": 0.8, "u_probability": 0.1, "tf_adjustment_column": "name" },
                { "sql_condition": "levenshtein(\"name_l\", \"name_r\") <= 1", "m_probability": 0.1, "u_probability": 0.1 },
                { "sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.8 },
            ] },
        ],
    })
}

fn table(rows: &[[&str; 3]]) -> Records {
    let column = |name: &str, at: usize| Column {
        name: name.to_owned(),
        values: rows.iter().map(|row| (!row[at].is_empty()).then(|| row[at].into())).collect(),
    };
    Records {
        columns: vec![column("name", 1), column("town", 2)],
        source: vec![0; rows.len()],
        sources: vec!["people".to_owned()],
        ids: rows.iter().map(|row| row[0].to_owned()).collect(),
    }
}

fn run(records: &Records, model: &Json) -> Result<SplinkOutcome, MatchError> {
    let options = SplinkOptions { link_type: None, threshold: 0.5, keep_from: 0.0, sources_unique: Vec::new() };
    match_splink(records, &read_model(&model.to_string())?, &options, &Constraints::default(), &RunCtx::default())
}

fn told(records: &Records, found: &SplinkOutcome) -> Vec<(String, String, u16, String)> {
    let id = |row: u32| records.ids[row as usize].clone();
    found.pairs.iter().map(|pair| (id(pair.l), id(pair.r), pair.match_key, format!("{:.6}", pair.match_weight))).collect()
}

const ROWS: [[&str; 3]; 5] =
    [["2", "anna", "york"], ["10", "anna", "leeds"], ["1", "anne", "york"], ["3", "", "york"], ["4", "bert", "leeds"]];

#[test]
fn weights_keys_and_order_follow_splink() {
    let records = table(&ROWS);
    let found = run(&records, &model()).unwrap();
    let prior = (0.01_f64 / 0.99).log2();
    // tf(anna) = 2/4: log2(0.1) - log2(0.5).
    let exact = prior + 8_f64.log2() + (0.1_f64.log2() - 0.5_f64.log2());
    let pair = |l: &str, r: &str, key: u16, weight: f64| (l.to_owned(), r.to_owned(), key, format!("{weight:.6}"));
    let mut pairs = told(&records, &found);
    pairs.sort();
    let mut wanted = vec![
        pair("2", "10", 0, exact),
        pair("1", "2", 1, prior),
        pair("1", "3", 1, prior),
        pair("2", "3", 1, prior),
        pair("4", "10", 1, prior + (0.1_f64 / 0.8).log2()),
    ];
    wanted.sort();
    assert_eq!(pairs, wanted);
}

#[test]
fn neither_order_nor_threads_change_a_thing() {
    let mut turned = ROWS;
    turned.reverse();
    let (one, other) = (table(&ROWS), table(&turned));
    let first = told(&one, &run(&one, &model()).unwrap());
    assert_eq!(first, told(&other, &run(&other, &model()).unwrap()));
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(first, told(&one, &single.install(|| run(&one, &model())).unwrap()));
}

#[test]
fn missing_m_and_u_are_filled_as_splink_does() {
    let mut json = model();
    for level in json["comparisons"][0]["comparison_levels"].as_array_mut().unwrap() {
        level.as_object_mut().unwrap().retain(|key, _| !key.ends_with("probability"));
    }
    let read = read_model(&json.to_string()).unwrap();
    let filled = completed(&read.comparisons[0]);
    let weights: Vec<f64> = filled[1..].iter().map(|(m, u)| (m / u).log2()).collect();
    assert!((filled[1].0 - 0.95).abs() < 1e-12 && (filled[2].0 - 0.025).abs() < 1e-12);
    assert!(weights.iter().zip([10.0, 3.0, -5.0]).all(|(weight, wanted)| (weight - wanted).abs() < 1e-9), "{weights:?}");
}

fn refused(change: impl FnOnce(&mut Json)) -> String {
    let mut json = model();
    change(&mut json);
    read_model(&json.to_string()).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_read_is_refused_with_its_path() {
    let level = |json: &mut Json, at: usize, key: &str, value: Json| json["comparisons"][0]["comparison_levels"][at][key] = value;
    let unknown = refused(|json| level(json, 2, "sql_condition", json!("soundex(name_l) = soundex(name_r)")));
    assert!(unknown.contains("comparisons[0].comparison_levels[2].sql_condition") && unknown.contains("soundex()"), "{unknown}");
    assert!(refused(|json| level(json, 1, "m_probability", json!(0.0))).contains("comparison_levels[1].m_probability"));
    assert!(refused(|json| level(json, 1, "sql_condition", json!("ELSE"))).contains("move it to the end"));
    assert!(
        refused(|json| level(json, 2, "tf_adjustment_column", json!("town"))).contains("no level of this comparison is the exact match")
    );
    assert!(refused(|json| json["link_type"] = json!("both")).contains("link_type"));
    assert!(refused(|json| json["sql_dialect"] = json!("oracle")).contains("sql_dialect"));
    assert!(refused(|json| json["comparisons"] = json!([])).contains("nothing to compare"));
    assert!(
        refused(|json| json["blocking_rules_to_generate_predictions"][0]["blocking_rule"] = json!("l.name = name"))
            .contains("[0].blocking_rule")
    );
    assert!(read_model("[1, 2]").unwrap_err().to_string().contains("no JSON object"));
    assert!(read_model("{\"a\": 1}").unwrap_err().to_string().contains("not Splink's settings"));
    assert!(read_model("{").unwrap_err().to_string().contains("line 1"));
}

#[test]
fn unknown_keys_are_noted_and_conditions_meet_their_columns() {
    let mut json = model();
    json["later_version_key"] = json!(1);
    assert!(read_model(&json.to_string()).unwrap().notes[0].starts_with("later_version_key"));
    json["comparisons"][0]["comparison_levels"][2]["sql_condition"] = json!("abs(age_l - age_r) < 2");
    let missing = run(&table(&ROWS), &json).unwrap_err().to_string();
    assert!(missing.contains("column \"age\"") && missing.contains("name, town"), "{missing}");
    json["comparisons"][0]["comparison_levels"][2]["sql_condition"] = json!("abs(town_l - town_r) < 2");
    let wrong = run(&table(&ROWS), &json).unwrap_err().to_string();
    assert!(wrong.contains("column \"town\"") && wrong.contains("2 of its 2 different values") && !wrong.contains("york"), "{wrong}");
}

#[test]
fn a_rule_that_compares_everything_is_refused_by_name() {
    let rows: Vec<[String; 3]> = (0..10_100).map(|at| [at.to_string(), format!("n{at}"), "york".to_owned()]).collect();
    let borrowed: Vec<[&str; 3]> = rows.iter().map(|row| [row[0].as_str(), row[1].as_str(), row[2].as_str()]).collect();
    let mut json = model();
    json["blocking_rules_to_generate_predictions"] = json!(["l.name <> r.name"]);
    let said = run(&table(&borrowed), &json).unwrap_err().to_string();
    assert!(said.contains("l.name <> r.name") && said.contains("no equality") && said.contains("50999950"), "{said}");
}

#[test]
fn lists_are_taken_apart_and_each_pair_comes_once() {
    let mut records = table(&[["1", "a", "[red, blue]"], ["2", "b", "[\"blue\", \"red\"]"], ["3", "c", "['green']"], ["4", "d", ""]]);
    records.columns[1].name = "tags".to_owned();
    let mut json = model();
    json["blocking_rules_to_generate_predictions"] = json!([
        { "blocking_rule": "l.tags = r.tags", "arrays_to_explode": ["tags"] },
        { "blocking_rule": "array_length(list_intersect(l.name_list, r.name_list)) >= 1 and l.name = r.name" },
    ]);
    assert!(run(&records, &json).unwrap_err().to_string().contains("name_list"));
    json["blocking_rules_to_generate_predictions"].as_array_mut().unwrap().pop();
    let found = run(&records, &json).unwrap();
    assert_eq!(found.pairs.iter().map(|pair| (pair.l, pair.r)).collect::<Vec<_>>(), [(0, 1)]);
}

#[test]
fn a_cancelled_run_ends() {
    let ctx = RunCtx::default();
    ctx.cancel.cancel();
    let options = SplinkOptions { link_type: None, threshold: 0.5, keep_from: 0.0, sources_unique: Vec::new() };
    let read = read_model(&model().to_string()).unwrap();
    let ended = match_splink(&table(&ROWS), &read, &options, &Constraints::default(), &ctx);
    assert!(matches!(ended, Err(MatchError::Cancelled(_))));
}

#[test]
fn a_model_comes_back_as_it_was_and_loads_in_both_versions() {
    let mut json = model();
    json["match_weight_column_prefix"] = json!("mw_");
    let read = read_model(&json.to_string()).unwrap();
    let written = export::to_json(&read);
    assert!(written.get("match_weight_column_prefix").is_none() && written.get("bayes_factor_column_prefix").is_none());
    assert_eq!(read_model(&written.to_string()).unwrap(), read);
}

#[test]
fn every_kind_of_comparison_has_a_form_that_splink_loads() {
    use ComparisonKind as K;
    let kinds = [
        K::GivenName,
        K::FamilyName,
        K::Suffix,
        K::Organisation,
        K::Email,
        K::Phone,
        K::Date,
        K::Gender,
        K::Street,
        K::City,
        K::Postcode,
        K::Id,
        K::Category,
        K::Text,
        K::Number,
        K::DateDifference,
        K::Distance,
        K::List,
        K::Jaccard,
        K::Cosine,
    ];
    let mut settings = Settings::new(LinkType::LinkAndDedupe);
    settings.comparisons = kinds
        .iter()
        .enumerate()
        .map(|(at, kind)| Comparison {
            output_column_name: format!("c{at}"),
            kind: *kind,
            field: format!("f{at}"),
            evidence: Evidence::Person,
            term_frequency: true,
            swapped_with: (*kind == K::GivenName).then(|| "f1".to_owned()),
            bounds: Vec::new(),
        })
        .collect();
    let key = |transform| vec![Key { field: "f0".to_owned(), transform }];
    settings.blocking_rules_to_generate_predictions = [Transform::Whole, Transform::Tokens]
        .map(|transform| BlockingRule { blocking_rule: format!("{transform:?}"), keys: key(transform) })
        .to_vec();
    let exported = export_native(&Model::untrained(&settings), "karat-1").unwrap();
    for (comparison, kind) in exported.comparisons.iter().zip(kinds) {
        let sum = |of: &dyn Fn((f64, f64)) -> f64| completed(comparison).into_iter().skip(1).map(of).sum::<f64>();
        assert!(
            (sum(&|(m, _)| m) - 1.0).abs() < 1e-9 && (sum(&|(_, u)| u) - 1.0).abs() < 1e-9,
            "{kind:?}: every level of ours is in one of Splink's"
        );
    }
    assert_eq!(exported.blocking_rules_to_generate_predictions[1].arrays_to_explode, ["block_1"]);
    assert_eq!(read_model(&export::to_json(&exported).to_string()).unwrap(), exported);
}
