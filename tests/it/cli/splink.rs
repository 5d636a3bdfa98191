//! `karat match` with settings of Splink, and its own models in the form that Splink loads.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::program::karat;

fn people() -> String {
    let mut text = "unique_id,first_name,surname,birth_date,email,postcode\n".to_owned();
    for person in 0..60 {
        let (first, last) = (["anna", "bert", "carla", "dwayne"][person % 4], ["smith", "jones", "garcia"][person % 3]);
        let (year, postcode) = (1950 + person, 10_000 + person * 7);
        for copy in 0..2 {
            let wrong = if copy == 1 && person % 5 == 0 { "x" } else { "" };
            text += &format!(
                "{person}-{copy},{first}{wrong},{last}{person},{year}-03-1{},{first}{person}@example.org,{postcode}\n",
                person % 9
            );
        }
    }
    text
}

fn model() -> Value {
    json!({
        "link_type": "dedupe_only",
        "probability_two_random_records_match": 0.01,
        "blocking_rules_to_generate_predictions": ["l.\"surname\" = r.\"surname\""],
        "comparisons": [{ "output_column_name": "first_name", "comparison_levels": [
            { "sql_condition": "\"first_name_l\" IS NULL OR \"first_name_r\" IS NULL", "is_null_level": true },
            { "sql_condition": "\"first_name_l\" = \"first_name_r\"", "m_probability": 0.9, "u_probability": 0.000_1 },
            { "sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.9999 },
        ] }],
    })
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).unwrap().lines().count()
}

#[test]
fn a_model_of_splink_scores_and_what_it_cannot_say_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    fs::write(path("people.csv"), people()).unwrap();
    fs::write(path("splink.json"), model().to_string()).unwrap();
    let report =
        karat(&["match", &path("people.csv"), "--model", &path("splink.json"), "--all-pairs", "--json", "--out", &path("out")]).json();
    assert_eq!((report["scored_pairs"].as_u64(), report["clusters"].as_u64()), (Some(60), Some(72)), "{report}");
    assert_eq!((lines(&dir.path().join("out/pairs.csv")), lines(&dir.path().join("out/clusters.csv"))), (61, 121));

    let mut unknown = model();
    unknown["comparisons"][0]["comparison_levels"][1]["sql_condition"] = json!("metaphone(first_name_l) = metaphone(first_name_r)");
    fs::write(path("unknown.json"), unknown.to_string()).unwrap();
    let said = karat(&["match", &path("people.csv"), "--model", &path("unknown.json"), "--out", &path("none")]).fails(1);
    assert!(said.contains("comparisons[0].comparison_levels[1].sql_condition") && said.contains("metaphone"), "{said}");
    fs::write(path("other.json"), "{\"a\": 1}").unwrap();
    let said = karat(&["match", &path("people.csv"), "--model", &path("other.json"), "--out", &path("none")]).fails(1);
    assert!(said.contains("neither a model of Karat's") && !dir.path().join("none").exists(), "{said}");
}

#[test]
fn a_trained_model_is_written_for_splink_and_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    fs::write(path("people.csv"), people()).unwrap();
    let matched = |more: &[&str], out: &str| {
        let (file, out) = (path("people.csv"), path(out));
        let mut args = vec!["match", &file, "--id", "unique_id", "--json", "--out", &out];
        args.extend(more);
        karat(&args).json()
    };
    matched(&[], "first");
    let written: Value = serde_json::from_str(&fs::read_to_string(path("first/model.json")).unwrap()).unwrap();
    assert!(written["comparisons"].is_array() && written.get("bayes_factor_column_prefix").is_none());
    let model = path("first/model.json");
    matched(&["--model", &model], "second");
    assert_eq!(fs::read(path("first/clusters.csv")).unwrap(), fs::read(path("second/clusters.csv")).unwrap());
    let as_splink = matched(&["--model", &model, "--splink-compatible", "--all-pairs"], "third");
    let records = path("third/splink_records.csv");
    let again = karat(&["match", &records, "--model", &path("third/model.json"), "--all-pairs", "--json", "--out", &path("fourth")]).json();
    assert_eq!((&as_splink["scored_pairs"], &as_splink["clusters"]), (&again["scored_pairs"], &again["clusters"]));
}
