//! The chain on made-up tables: each pair once, threads and row order never show, constraints hold, EM finds what was put in.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rustc_hash::FxHashSet;

use super::cluster::{Edge, Judge, Judgement, Judges, Limits, cluster, connected_components};
use super::comparison::{Comparer, Conflicts};
use super::fields::standardise_records;
use super::generics::find_shared;
use super::settings::{BlockingRule, Key, Transform};
use super::*;
use crate::base::RunCtx;

const GIVEN: [&str; 12] = ["anna", "boris", "carla", "daniel", "elena", "felix", "greta", "hugo", "irene", "jonas", "klara", "leon"];
const FAMILY: [&str; 12] = ["abel", "brandt", "cohen", "dietz", "ernst", "falk", "graf", "hahn", "iversen", "jung", "krause", "lang"];

/// People with two or three records each; some values missing, some given names cut, some birth days wrong. Returns the person of each record.
fn made_up(people: usize, seed: u64) -> (Records, Vec<usize>) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let names = ["first_name", "last_name", "birth_date", "city", "email"];
    let mut records = Records { sources: vec!["a".to_owned(), "b".to_owned()], ..Records::default() };
    records.columns = names.iter().map(|name| Column { name: (*name).to_owned(), values: Vec::new() }).collect();
    let mut truth = Vec::new();
    for person in 0..people {
        let (g, f) = (GIVEN[random.random_range(0..12)], FAMILY[random.random_range(0..12)]);
        let (year, month, day) = (random.random_range(1930..2010), random.random_range(1..13), random.random_range(1..29));
        let city = ["leeds", "york", "hull"][random.random_range(0..3)];
        for copy in 0..random.random_range(2..4) {
            let wrong = random.random_bool(0.08);
            let birth = format!("{year}-{month:02}-{:02}", if wrong { day % 28 + 1 } else { day });
            let first = if random.random_bool(0.1) { g[..1].to_owned() } else { g.to_owned() };
            let mail = random.random_bool(0.5).then(|| format!("{g}.{f}{person}@mail.org"));
            let row = [Some(first), Some(f.to_owned()), Some(birth), random.random_bool(0.8).then(|| city.to_owned()), mail];
            for (column, value) in records.columns.iter_mut().zip(row) {
                column.values.push(value.map(Into::into));
            }
            records.source.push(u16::try_from(copy % 2).unwrap());
            records.ids.push(format!("r{}", truth.len()));
            truth.push(person);
        }
    }
    (records, truth)
}

fn shuffled(records: &Records, seed: u64) -> (Records, Vec<usize>) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..records.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, random.random_range(0..=at));
    }
    let columns =
        records.columns.iter().map(|c| Column { name: c.name.clone(), values: order.iter().map(|r| c.values[*r].clone()).collect() });
    let moved = Records {
        columns: columns.collect(),
        source: order.iter().map(|r| records.source[*r]).collect(),
        sources: records.sources.clone(),
        ids: order.iter().map(|r| records.ids[*r].clone()).collect(),
    };
    (moved, order)
}

fn run(records: &Records, constraints: &Constraints) -> MatchOutcome {
    let settings = auto::settings_for(records, LinkType::DedupeOnly);
    match_records(records, &settings, None, constraints, &RunCtx::default()).unwrap()
}

/// Clusters as sets of ids, in a fixed order.
fn partition(records: &Records, clusters: &[u32]) -> Vec<Vec<String>> {
    let mut sets: std::collections::BTreeMap<u32, Vec<String>> = std::collections::BTreeMap::new();
    for (id, cluster) in records.ids.iter().zip(clusters) {
        sets.entry(*cluster).or_default().push(id.clone());
    }
    let mut sets: Vec<Vec<String>> = sets.into_values().collect();
    sets.iter_mut().for_each(|set| set.sort());
    sets.sort();
    sets
}

#[test]
fn people_are_found() {
    let (records, truth) = made_up(600, 3);
    let outcome = run(&records, &Constraints::default());
    let score = evaluate::pairwise(&outcome.cluster, &truth, None);
    assert!(score.precision > 0.98 && score.recall > 0.9, "{score:?}");
}

#[test]
fn neither_threads_nor_the_order_of_rows_show() {
    let (records, _) = made_up(700, 5);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| run(&records, &Constraints::default()));
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap().install(|| run(&records, &Constraints::default()));
    assert_eq!((&one.cluster, &one.pairs, &one.model), (&three.cluster, &three.pairs, &three.model));
    let (moved, _) = shuffled(&records, 9);
    let other = run(&moved, &Constraints::default());
    assert_eq!(partition(&records, &one.cluster), partition(&moved, &other.cluster));
    assert_eq!(one.model, other.model);
    assert_eq!(one.review.len(), other.review.len());
}

#[test]
fn each_pair_comes_once_and_none_is_forgotten() {
    let (records, _) = made_up(150, 11);
    let mut settings = auto::settings_for(&records, LinkType::LinkAndDedupe);
    let key = |field: &str, transform| Key { field: field.to_owned(), transform };
    settings.blocking_rules_to_generate_predictions = [
        vec![key("last_name", Transform::Whole)],
        vec![key("whole_name", Transform::Tokens)],
        vec![key("birth_date", Transform::YearMonth), key("first_name", Transform::Prefix(1))],
    ]
    .into_iter()
    .map(|keys| BlockingRule { blocking_rule: "rule".to_owned(), keys })
    .collect();
    let fields = standardise_records(&records, &settings, &RunCtx::default()).unwrap();
    let plan = blocking::Plan::new(&fields, &settings, &records.sources, &RunCtx::default()).unwrap();
    let (mut seen, mut walked) = (FxHashSet::default(), 0);
    for unit in &plan.units {
        plan.walk(*unit, |l, r| {
            assert!(l < r);
            walked += 1;
            seen.insert((l, r));
        });
    }
    assert_eq!(walked, seen.len(), "no pair twice");
    let text = |field: &str, r: u32| fields.fields[fields.index(field, "").unwrap()].value(r).cloned().unwrap_or_default();
    for l in 0..u32::try_from(records.len()).unwrap() {
        for r in l + 1..u32::try_from(records.len()).unwrap() {
            let tokens = text("whole_name", l).tokens.iter().any(|t| t.len() > 2 && text("whole_name", r).tokens.contains(t));
            let (a, b) = (text("birth_date", l).date, text("birth_date", r).date);
            let initial = text("first_name", l).text[..1] == text("first_name", r).text[..1];
            let wanted =
                text("last_name", l).text == text("last_name", r).text || tokens || (a.year == b.year && a.month == b.month && initial);
            assert_eq!(seen.contains(&(l, r)), wanted, "{l} {r}");
        }
    }
}

#[test]
fn a_block_that_explodes_is_left_out_and_reported() {
    let (mut records, _) = made_up(2_000, 2);
    records.columns[3].values.iter_mut().for_each(|v| *v = Some("leeds".into()));
    let mut settings = auto::settings_for(&records, LinkType::DedupeOnly);
    settings.pairs_per_record_and_rule = 10;
    settings.blocking_rules_to_generate_predictions = vec![
        BlockingRule { blocking_rule: "birth".to_owned(), keys: vec![Key { field: "birth_date".to_owned(), transform: Transform::Whole }] },
        BlockingRule { blocking_rule: "all".to_owned(), keys: Vec::new() },
    ];
    let outcome = match_records(&records, &settings, None, &Constraints::default(), &RunCtx::default()).unwrap();
    assert_eq!(outcome.rules[1].skipped_blocks, 1);
    assert!(outcome.rules[1].skipped_pairs > 10_000_000 && outcome.rules[0].new_pairs > 0);
}

#[test]
fn people_s_word_is_obeyed() {
    let (records, truth) = made_up(200, 21);
    let free = run(&records, &Constraints::default());
    let same = (0..records.len()).find(|r| truth[*r] == truth[*r + 1] && free.cluster[*r] == free.cluster[*r + 1]).unwrap();
    let (l, r) = (u32::try_from(same).unwrap(), u32::try_from(same + 1).unwrap());
    let other = (0..u32::try_from(records.len()).unwrap()).rev().find(|o| free.cluster[*o as usize] != free.cluster[same]).unwrap();
    let told = run(&records, &Constraints { must_link: vec![(l, other)], cannot_link: vec![(l, r)] });
    assert_eq!(told.cluster[l as usize], told.cluster[other as usize]);
    assert_ne!(told.cluster[l as usize], told.cluster[r as usize]);
}

#[test]
fn a_pinned_model_scores_alike_and_survives_its_text() {
    let (records, _) = made_up(300, 8);
    let first = run(&records, &Constraints::default());
    let model = Model::from_json(&first.model.to_json().unwrap()).unwrap();
    assert_eq!(model, first.model);
    let again = match_records(&records, &model.settings.clone(), Some(&model), &Constraints::default(), &RunCtx::default()).unwrap();
    assert_eq!((again.cluster, again.pairs), (first.cluster, first.pairs));
    assert!(matches!(Model::from_json("{"), Err(MatchError::ModelText { .. })));
}

#[test]
fn an_explanation_adds_up() {
    let (records, _) = made_up(300, 8);
    let outcome = run(&records, &Constraints::default());
    let explainer = Explainer::new(&outcome.model, &records).unwrap();
    for pair in outcome.pairs.iter().take(50) {
        let told = explainer.explain(pair.l, pair.r).unwrap();
        let sum: f64 = told.prior + told.household + told.steps.iter().map(|s| s.match_weight + s.tf_adjustment).sum::<f64>();
        assert!((sum - pair.match_weight).abs() < 1e-9 && (told.match_weight - pair.match_weight).abs() < 1e-9);
        assert!(told.sentences.len() >= 3);
    }
}

#[test]
fn em_finds_what_was_put_in() {
    let (records, truth) = made_up(1_200, 17);
    let outcome = run(&records, &Constraints::default());
    let true_pairs = evaluate::pairwise(&truth, &truth, None).actual as f64;
    let all = records.len() as f64 * (records.len() as f64 - 1.0) / 2.0;
    let lambda = outcome.model.probability_two_random_records_match;
    assert!((lambda / (true_pairs / all) - 1.0).abs() < 0.1, "lambda {lambda}, put in {}", true_pairs / all);
    let m = |name: &str| {
        let at = outcome.model.settings.comparison_index(name).unwrap();
        outcome.model.comparisons[at].comparison_levels.last().unwrap().m_probability
    };
    // Given names are whole in 0.9 of records, so equal and whole in 0.81 of pairs; birth days are wrong in 0.08, so both right in 0.85.
    assert!((m("first_name") - 0.81).abs() < 0.05, "{}", m("first_name"));
    assert!((m("birth_date") - 0.85).abs() < 0.05, "{}", m("birth_date"));
}

#[test]
fn a_cancelled_run_says_so() {
    let (records, _) = made_up(50, 1);
    let ctx = RunCtx::default();
    ctx.cancel.cancel();
    let settings = auto::settings_for(&records, LinkType::DedupeOnly);
    assert!(matches!(match_records(&records, &settings, None, &Constraints::default(), &ctx), Err(MatchError::Cancelled(_))));
}

#[test]
fn wrong_settings_are_named() {
    let (mut records, _) = made_up(20, 1);
    let settings = auto::settings_for(&records, LinkType::DedupeOnly);
    records.columns.remove(0);
    let said = match_records(&records, &settings, None, &Constraints::default(), &RunCtx::default()).unwrap_err().to_string();
    assert!(said.contains("first_name"), "{said}");
    let nothing = Settings::new(LinkType::DedupeOnly);
    assert!(matches!(
        match_records(&records, &nothing, None, &Constraints::default(), &RunCtx::default()),
        Err(MatchError::NothingToCompare)
    ));
    let empty = Records::default();
    assert!(matches!(auto::settings_for(&empty, LinkType::DedupeOnly).comparisons.as_slice(), []));
}

#[derive(Debug)]
struct Agrees;

impl Judge for Agrees {
    fn judge_whole(&mut self, _: &[u32], _: &[u32]) -> Judgement {
        Judgement { mean_evidence: 9.0, own_evidence: None, profile_weight: 9.0, conflict: false }
    }
}

impl Judges for Agrees {
    type Judge<'j> = Self;

    fn judge(&self) -> Self {
        Self
    }
}

#[test]
fn clusters_equal_a_naive_search() {
    let mut random = Pcg64Mcg::seed_from_u64(4);
    for _ in 0..50 {
        let count = random.random_range(2..40_usize);
        let edges: Vec<Edge> = (0..random.random_range(0..60))
            .map(|_| Edge {
                l: random.random_range(0..count as u32),
                r: random.random_range(0..count as u32),
                weight: random.random_range(-5.0..5.0),
                gamma: Gamma::default(),
            })
            .filter(|e| e.l != e.r)
            .collect();
        let limits = Limits { threshold: 0.0, mean_at_least: 4.0, profile_at_least: 3.0, unique_sources: vec![] };
        let found = cluster(&vec![0; count], edges.clone(), &Constraints::default(), &limits, &Agrees, &RunCtx::default()).unwrap();
        assert_eq!(found.cluster, connected_components(count, &edges, 0.0));
        // Naive: spread the smallest number along edges until nothing moves.
        let mut label: Vec<usize> = (0..count).collect();
        for _ in 0..count {
            for e in edges.iter().filter(|e| e.weight >= 0.0) {
                let low = label[e.l as usize].min(label[e.r as usize]);
                (label[e.l as usize], label[e.r as usize]) = (low, low);
            }
        }
        for a in 0..count {
            for b in 0..count {
                assert_eq!(label[a] == label[b], found.cluster[a] == found.cluster[b]);
            }
        }
    }
}

#[test]
fn a_unique_source_gives_a_cluster_one_record() {
    let edge = |l, r, weight| Edge { l, r, weight, gamma: Gamma::default() };
    let edges = vec![edge(0, 1, 9.0), edge(1, 2, 8.0)];
    let limits = Limits { threshold: 0.0, mean_at_least: 4.0, profile_at_least: 3.0, unique_sources: vec![true, false] };
    let found = cluster(&[0, 1, 0], edges, &Constraints::default(), &limits, &Agrees, &RunCtx::default()).unwrap();
    assert_eq!(found.cluster, vec![0, 0, 1]);
}

#[test]
fn a_family_s_e_mail_does_not_make_it_one_person() {
    let rows: [[Option<&str>; 5]; 5] = [
        [Some("Ruth"), Some("Falk"), Some("falk@home.org"), Some("1970-02-03"), Some("female")],
        [Some("Ruth"), Some("Falk"), Some("falk@home.org"), Some("1970-02-03"), None],
        [Some("Hugo"), Some("Falk"), Some("falk@home.org"), Some("1968-09-30"), Some("male")],
        [Some("Hugo"), Some("Falk"), Some("falk@home.org"), Some("1968-09-30"), None],
        [None, None, Some("falk@home.org"), None, None],
    ];
    let (mut records, _) = made_up(400, 6);
    let names = ["first_name", "last_name", "email", "birth_date", "gender"];
    records.columns.push(Column { name: "gender".to_owned(), values: vec![None; records.len()] });
    let first = records.len();
    for row in rows {
        for column in &mut records.columns {
            let value = names.iter().position(|n| *n == column.name).and_then(|at| row[at]);
            column.values.push(value.map(Into::into));
        }
        records.source.push(0);
        records.ids.push(String::new());
    }
    for column in auto::bank_settings().fields.iter().filter(|f| f.name != "whole_name").map(|f| f.name.clone()) {
        if records.column(&column).is_none() {
            records.columns.push(Column { name: column, values: vec![None; records.len()] });
        }
    }
    let outcome = match_records(&records, &auto::bank_settings(), None, &Constraints::default(), &RunCtx::default()).unwrap();
    let c = &outcome.cluster[first..];
    assert!(c[0] == c[1] && c[2] == c[3] && c[0] != c[2], "{c:?}");
    assert!(c[4] != c[0] && c[4] != c[2], "an e-mail that two people use decides nothing: {c:?}");
    assert!(outcome.shared_values.iter().any(|v| v.value == "falk@home.org" && v.people == 2));
}

#[test]
fn vectors_of_many_pairs_are_those_of_each() {
    let rows: Vec<[Option<&str>; 5]> = vec![
        [Some("Ruth"), Some("Falk"), Some("falk@home.org"), Some("1970-02-03"), Some("female")],
        [Some("Falk"), Some("Ruth"), Some("r.falk@home.org"), Some("1970-03-02"), None],
        [Some("R"), Some("Falke"), None, Some("1970"), Some("female")],
        [None, Some("Smith"), Some("falk@home.org"), None, Some("male")],
    ];
    let mut records = Records::default();
    records.sources.push("a".to_owned());
    for (at, name) in ["first_name", "last_name", "email", "birth_date", "gender"].into_iter().enumerate() {
        let values = rows.iter().cycle().take(90).map(|row| row[at].map(Into::into)).collect();
        records.columns.push(Column { name: name.to_owned(), values });
    }
    records.ids = (0..90).map(|at| at.to_string()).collect();
    records.source = vec![0; 90];
    let settings = auto::settings_for(&records, LinkType::DedupeOnly);
    let fields = standardise_records(&records, &settings, &RunCtx::default()).unwrap();
    let mut comparer = Comparer::new(&fields, &settings).unwrap();
    find_shared(&mut comparer, &settings, &Conflicts::new(&settings).unwrap(), &RunCtx::default()).unwrap();
    let pairs: Vec<(u32, u32)> = (0..90).flat_map(|l| (l + 1..90).map(move |r| (l, r))).collect();
    let mut scratch = comparer.scratch();
    let each: Vec<Gamma> = pairs.iter().map(|(l, r)| comparer.vector(*l, *r, &mut scratch)).collect();
    assert_eq!(comparer.vectors(&pairs, &mut scratch), each);
    assert!(each.iter().collect::<FxHashSet<_>>().len() > 4);
}
