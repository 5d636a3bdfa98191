//! The file comes back as it was written, faults name their line, edits do what they say and can be taken back.

use super::model::weight as model_weight;
use super::*;
use crate::matching::auto::bank_settings;
use crate::matching::model::Model;
use crate::matching::settings::{Comparison, ComparisonKind, Evidence, Field, FieldKind, Input, Key, Part, Transform};

fn config() -> MatchConfig {
    MatchConfig::new(bank_settings())
}

#[test]
fn the_file_comes_back_as_it_was_written() {
    let mut config = config();
    let trained = Model::untrained(&config.settings);
    let rule = config.settings.blocking_rules_to_generate_predictions[3].blocking_rule.clone();
    for edit in [
        Edit::Rule { rule, on: false },
        Edit::Comparison { comparison: "gender".into(), on: false },
        Edit::Weight { comparison: "birth_date".into(), gamma: 0, weight: Some(-4.0) },
        Edit::Thresholds { auto: 0.97, review: 0.1 },
        Edit::AddRule { keys: vec![Key { field: "street".into(), transform: Transform::Prefix(5) }] },
    ] {
        config.edit(&edit, Some(&trained)).unwrap();
    }
    let text = config.to_toml().unwrap();
    assert_eq!(MatchConfig::from_toml(&text).unwrap(), config, "{text}");
    // Whoever knows nothing of what people set reads plain settings, without what is off.
    let plain: Settings = toml::from_str(&text).unwrap();
    assert_eq!(plain, config.settings);
    assert!(plain.conflicts.iter().all(|c| c.all.iter().all(|a| a.comparison != "gender")));
}

#[test]
fn faults_name_their_place() {
    let good = config().to_toml().unwrap();
    let bad = good.replacen("auto_threshold = 0.98", "auto_treshold = 0.98", 1);
    let error = MatchConfig::from_toml(&bad).unwrap_err();
    let line = good.lines().position(|line| line.starts_with("auto_threshold")).unwrap() + 1;
    assert_eq!(error.line, line, "{error}");
    assert!(error.to_string().contains("\"auto_treshold\" is no setting"), "{error}");
    let bad = good.replacen("auto_threshold = 0.98", "auto_threshold = high", 1);
    let error = MatchConfig::from_toml(&bad).unwrap_err();
    assert!(error.line == line && error.column > 1, "{error}");
    let bad = good.replacen("auto_threshold = 0.98", "auto_threshold = \"high\"", 1);
    let error = MatchConfig::from_toml(&bad).unwrap_err();
    assert!(error.line == line && error.to_string().contains("expected f64"), "{error}");
    let bad = good.replacen("review_floor = 0.05", "review_floor = 0.99", 1);
    assert!(MatchConfig::from_toml(&bad).unwrap_err().to_string().contains("lies above"));
}

#[test]
fn edits_are_listed_and_taken_back() {
    let (before, mut config) = (config(), config());
    let trained = Model::untrained(&config.settings);
    let rule = config.settings.blocking_rules_to_generate_predictions[2].blocking_rule.clone();
    config.edit(&Edit::Rule { rule: rule.clone(), on: false }, None).unwrap();
    config.edit(&Edit::Comparison { comparison: "gender".into(), on: false }, None).unwrap();
    config.edit(&Edit::Weight { comparison: "email".into(), gamma: 0, weight: Some(-1.0) }, Some(&trained)).unwrap();
    config.edit(&Edit::Thresholds { auto: 0.99, review: 0.05 }, None).unwrap();
    let changes = config.changes(&before, Some(&trained));
    assert_eq!(changes.len(), 4, "{changes:?}");
    assert!(config.settings.conflicts.len() < before.settings.conflicts.len());
    config.edit(&Edit::Rule { rule, on: true }, None).unwrap();
    config.edit(&Edit::Comparison { comparison: "gender".into(), on: true }, None).unwrap();
    config.edit(&Edit::Weight { comparison: "email".into(), gamma: 0, weight: None }, Some(&trained)).unwrap();
    config.edit(&Edit::Thresholds { auto: 0.98, review: 0.05 }, None).unwrap();
    assert_eq!(config.changes(&before, Some(&trained)), Vec::<String>::new());
    assert_eq!(config.settings.comparisons, before.settings.comparisons);
}

#[test]
fn nothing_is_left_that_cannot_work() {
    let mut config = config();
    let rules: Vec<String> = config.settings.blocking_rules_to_generate_predictions.iter().map(|rule| rule.blocking_rule.clone()).collect();
    let (last, others) = rules.split_last().unwrap();
    for rule in others {
        config.edit(&Edit::Rule { rule: rule.clone(), on: false }, None).unwrap();
    }
    let before = config.clone();
    let error = config.edit(&Edit::Rule { rule: last.clone(), on: false }, None).unwrap_err();
    assert!(error.to_string().contains("no blocking rule is on"), "{error}");
    assert_eq!(config, before);
    assert!(config.edit(&Edit::Thresholds { auto: 0.5, review: 0.6 }, None).is_err());
}

#[test]
fn a_model_follows_the_configuration() {
    let mut config = config();
    let trained = Model::untrained(&config.settings);
    assert_eq!(config.model(&trained), trained, "nothing was set, nothing changes");
    config.edit(&Edit::Comparison { comparison: "gender".into(), on: false }, None).unwrap();
    config.edit(&Edit::Weight { comparison: "email".into(), gamma: 0, weight: Some(-3.0) }, Some(&trained)).unwrap();
    config.edit(&Edit::Weight { comparison: "birth_date".into(), gamma: 2, weight: Some(20.0) }, Some(&trained)).unwrap();
    assert!(config.fits(&trained));
    let model = config.model(&trained);
    model.check_fits(&config.settings).unwrap();
    let level = |name: &str, gamma: usize| {
        let comparison = model.comparisons.iter().find(|c| c.output_column_name == name).unwrap();
        model_weight(&comparison.comparison_levels[gamma])
    };
    assert!((level("email", 0) + 3.0).abs() < 1e-9 && (level("birth_date", 2) - 20.0).abs() < 1e-6);
    // A comparison that the model was not trained for needs training.
    let mut other = config.clone();
    other.settings.comparisons[0].term_frequency = !other.settings.comparisons[0].term_frequency;
    assert!(!other.fits(&trained));
}

#[test]
fn a_rule_that_training_left_out_stays_out_until_somebody_wants_it() {
    let (before, mut config) = (config(), config());
    config.settings.leave_out_poor_rules = true;
    let rules: Vec<String> = config.settings.blocking_rules_to_generate_predictions.iter().map(|r| r.blocking_rule.clone()).collect();
    let mut trained = Model::untrained(&config.settings);
    let poor: Vec<bool> = (0..rules.len()).map(|at| at == 4).collect();
    trained.keep_rules(&poor);
    let uses = |config: &MatchConfig| {
        config.model(&trained).settings.blocking_rules_to_generate_predictions.iter().any(|rule| rule.blocking_rule == rules[4])
    };
    assert_eq!(config.model(&trained), trained, "nothing was set, nothing changes");
    assert!(config.is_left_out(&rules[4], &trained) && !uses(&config));
    let whole = MatchConfig { settings: config.settings.clone(), ..before };
    config.edit(&Edit::Rule { rule: rules[4].clone(), on: true }, Some(&trained)).unwrap();
    assert!(uses(&config) && config.changes(&whole, Some(&trained)).len() == 1);
    config.edit(&Edit::Rule { rule: rules[4].clone(), on: false }, Some(&trained)).unwrap();
    assert!(!uses(&config) && config.karat.rules_kept.is_empty());
    assert_eq!(MatchConfig::from_toml(&config.to_toml().unwrap()).unwrap(), config);
}

#[test]
fn comments_tell_why_and_change_nothing() {
    use crate::matching::auto::{ColumnChoice, Role};
    let mut config = config();
    config.settings.fields.push(Field {
        name: "place".into(),
        kind: FieldKind::Position,
        inputs: vec![Input { column: "at".into(), part: Part::Whole }],
    });
    config.settings.comparisons.push(Comparison {
        output_column_name: "place".into(),
        kind: ComparisonKind::Distance,
        field: "place".into(),
        evidence: Evidence::Household,
        term_frequency: false,
        swapped_with: None,
        bounds: ["1 km", "2 km", "9 km"].map(str::to_owned).to_vec(),
    });
    config.karat.header = Some(false);
    let column = |name: &str, is_used, why: &str| ColumnChoice {
        column: name.to_owned(),
        role: Role::FamilyName,
        why: why.to_owned(),
        is_used,
        warning: None,
    };
    let columns = [column("last_name", true, "by its name"), column("evil\nauto_threshold = 0.1", false, "it is empty")];
    let notes = ["a file\nhas no header".to_owned()];
    let reasons = Reasons { columns: &columns, notes: &notes, threshold_reason: "chosen so", ..Reasons::default() };
    let text = config.to_commented_toml(&reasons).unwrap();
    assert_eq!(MatchConfig::from_toml(&text).unwrap(), config, "{text}");
    for said in [
        "#   last_name",
        "family name: by its name",
        "not compared: it is empty",
        "# \"last_name\" by its name",
        "Within 1 km; Within 2 km",
        "chosen so",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}
