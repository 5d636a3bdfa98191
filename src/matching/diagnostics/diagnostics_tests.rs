//! Counts add up, thresholds are exact where they stand, the missed are estimated, two results are compared.

use super::blocking::estimate_missed;
use super::compare::{Change, Side};
use super::*;
use crate::matching::score::weight_at;
use crate::matching::settings::{BlockingRule, Key, Transform};
use crate::matching::{Column, Constraints, LinkType, Records, auto, match_records};

const GIVEN: [&str; 8] = ["anna", "boris", "carla", "daniel", "elena", "felix", "greta", "hugo"];
const FAMILY: [&str; 8] = ["abel", "brandt", "cohen", "dietz", "ernst", "falk", "graf", "hahn"];

/// `people` with two records each; of every fifth the second one has another birth day.
fn made_up(people: usize) -> Records {
    let names = ["first_name", "last_name", "birth_date", "email"];
    let mut records = Records { sources: vec!["a".to_owned()], ..Records::default() };
    records.columns = names.iter().map(|name| Column { name: (*name).to_owned(), values: Vec::new() }).collect();
    for person in 0..people {
        let (g, f) = (GIVEN[person % 8], FAMILY[person / 8 % 8]);
        for copy in 0..2 {
            let day = (person * 7 + usize::from(person % 5 == 0 && copy == 1)) % 28 + 1;
            let birth = format!("{}-{:02}-{day:02}", 1940 + person % 60, person % 12 + 1);
            let mail = (copy == 0 || person % 3 > 0).then(|| format!("{g}{person}@mail.org"));
            let row = [Some(g.to_owned()), Some(f.to_owned()), Some(birth), mail];
            for (column, value) in records.columns.iter_mut().zip(row) {
                column.values.push(value.map(Into::into));
            }
            records.source.push(0);
            records.ids.push(format!("r{person}-{copy}"));
        }
    }
    records
}

fn settings(records: &Records) -> crate::matching::Settings {
    let mut settings = auto::settings_for(records, LinkType::DedupeOnly);
    let rule = |name: &str, field: &str, transform| BlockingRule {
        blocking_rule: name.to_owned(),
        keys: vec![Key { field: field.to_owned(), transform }],
    };
    settings.leave_out_poor_rules = false;
    settings.blocking_rules_to_generate_predictions = vec![
        rule("e-mail", "email", Transform::Whole),
        rule("birth date", "birth_date", Transform::Whole),
        rule("surname", "last_name", Transform::Whole),
    ];
    settings
}

#[test]
fn what_is_counted_adds_up() {
    let records = made_up(300);
    let settings = settings(&records);
    let outcome = match_records(&records, &settings, None, &Constraints::default(), &RunCtx::default()).unwrap();
    let found = &outcome.diagnostics;
    assert_eq!((found.records, found.pairs.scored), (600, outcome.scored_pairs));
    assert_eq!(found.pairs.histogram.total(), outcome.scored_pairs);
    assert_eq!(found.pairs.joined + found.pairs.to_review + found.pairs.apart, found.pairs.scored);
    assert_eq!(found.pairs.joins.total(), 600 - outcome.clusters, "one pair per merge");
    assert_eq!(found.blocking.rules.iter().map(|rule| rule.new_pairs).sum::<u64>(), outcome.scored_pairs);
    // Lines that stay where they are change nothing.
    let (auto, floor) = (weight_at(found.pairs.auto_threshold), weight_at(found.pairs.review_floor));
    assert_eq!(found.pairs.split(auto, floor), (found.pairs.joined, found.pairs.to_review, found.pairs.apart));
    assert_eq!(found.pairs.reviews(auto, floor), found.pairs.review_items as f64);
    assert!(found.pairs.missed(floor - 3.0) <= found.pairs.missed(floor));
    assert!(found.pairs.wrong(auto + 4.0) <= found.pairs.wrong(auto));
    let rows = &found.pairs.thresholds;
    assert!(rows.windows(2).all(|two| two[0].expected_precision <= two[1].expected_precision + 1e-9), "{rows:?}");
    assert!(rows.windows(2).all(|two| two[0].expected_recall >= two[1].expected_recall - 1e-9));
    // Block sizes name no value.
    let surname = &found.blocking.rules[2];
    assert_eq!((surname.largest.len(), surname.largest[0].records), (5, surname.largest_block));
    let text = serde_json::to_string(found).unwrap();
    assert!(!text.contains("mail.org") && !text.contains("brandt"));
    assert_eq!(&serde_json::from_str::<Diagnostics>(&text).unwrap(), found);
    assert!(found.unlinkable.below_threshold < 0.5 && found.unlinkable.curve.windows(2).all(|two| two[0].1 <= two[1].1));
    assert!(found.comparisons.iter().all(|c| c.levels.first().is_some_and(|top| top.match_weight >= 0.0)));
}

#[test]
fn a_rule_that_alone_gives_a_match_is_told() {
    let records = made_up(300);
    let settings = settings(&records);
    let outcome = match_records(&records, &settings, None, &Constraints::default(), &RunCtx::default()).unwrap();
    let rules = &outcome.diagnostics.blocking.rules;
    // Where the second record has another day and no e-mail, only the surname brings the two together.
    assert!(rules[2].only_here > 10.0, "{rules:?}");
    assert!(rules[1].found < rules[2].found);
    assert_eq!(outcome.diagnostics.blocking.found_by.len(), 3);
}

#[test]
fn the_missed_are_estimated_from_below() {
    // Ten rules that each give a match with chance 0.3: 0.7^10 of 10,000 are given by none.
    let binomial = |k: u32| {
        let choose = (0..k).fold(1.0, |c, i| c * f64::from(10 - i) / f64::from(i + 1));
        10_000.0 * choose * 0.3_f64.powi(k.try_into().unwrap()) * 0.7_f64.powi((10 - k).try_into().unwrap())
    };
    let found_by: Vec<f64> = (1..=10).map(binomial).collect();
    let missed = estimate_missed(&found_by, 10).unwrap();
    assert!((missed - binomial(0)).abs() < 0.15 * binomial(0), "{missed} of {}", binomial(0));
    assert_eq!(estimate_missed(&[3.0, 2.0], 2), None, "too few to say anything");
    assert_eq!(estimate_missed(&[300.0], 1), None, "one rule says nothing");
}

#[test]
fn two_results_are_compared_pair_by_pair() {
    let records = made_up(300);
    let before_settings = settings(&records);
    let ctx = RunCtx::default();
    let before = match_records(&records, &before_settings, None, &Constraints::default(), &ctx).unwrap();
    let mut fewer = before_settings.clone();
    // Who changed the day of birth is found by the e-mail alone.
    fewer.blocking_rules_to_generate_predictions = vec![before_settings.blocking_rules_to_generate_predictions[1].clone()];
    let after = match_records(&records, &fewer, Some(&before.model), &Constraints::default(), &ctx).unwrap();
    let found = compare(&Side::of(&before), &Side::of(&after), 20);
    assert_eq!((found.joined_pairs, found.joined_groups), (0, 0));
    assert!(found.parted_pairs > 30 && found.clusters_after > found.clusters_before, "{found:?}");
    assert!(found.changed.len() == 20 && found.changed.iter().all(|pair| pair.change == Change::Parted && pair.before.is_some()));
    let same = compare(&Side::of(&before), &Side::of(&before), 20);
    assert_eq!((same.joined_pairs, same.parted_pairs, same.rising_pairs, same.falling_pairs, same.changed.len()), (0, 0, 0, 0, 0));
    let back = compare(&Side::of(&after), &Side::of(&before), 20);
    assert_eq!((back.joined_pairs, back.parted_pairs), (found.parted_pairs, 0));
    assert!(back.changed.iter().all(|pair| pair.change == Change::Joined && pair.after.is_some()));
}
