use crate::base::RunCtx;
use crate::matching::run::Constraints;
use crate::matching::{Column, LinkType, MatchOutcome, Records, auto, evaluate, match_records};

use super::calibrate::Curve;
use super::{Label, Ladder, Open, Trial, Why, choose, effect, refine, teaches, telling_order};

const GIVEN: [&str; 12] = ["anna", "bruno", "clara", "david", "erika", "frank", "greta", "hugo", "ines", "jakob", "klara", "ludwig"];
const FAMILY: [&str; 10] = ["adler", "brandt", "conrad", "dietrich", "engel", "fischer", "graf", "hartmann", "iversen", "jansen"];

/// People, each twice; every third copy has errors, every fifth lacks a birth date.
fn people(count: usize) -> (Records, Vec<String>) {
    let mut columns: Vec<Column> =
        ["first_name", "surname", "dob", "city"].iter().map(|name| Column { name: (*name).to_owned(), values: Vec::new() }).collect();
    let mut truth = Vec::new();
    for person in 0..count {
        let given = GIVEN[person * 7 % 12];
        let family = FAMILY[(person / 3) * 3 % 10];
        let born = format!("19{:02}-{:02}-{:02}", 40 + person * 13 % 55, 1 + person * 5 % 12, 1 + person * 11 % 28);
        let city = ["ulm", "trier", "bonn", "jena"][person % 4];
        for copy in 0..2 {
            let family = if copy == 1 && person % 3 == 0 { format!("{}x", &family[..family.len() - 1]) } else { family.to_owned() };
            let born = (!(copy == 1 && person % 5 == 0)).then(|| born.as_str().into());
            columns[0].values.push(Some(given.into()));
            columns[1].values.push(Some(family.into()));
            columns[2].values.push(born);
            columns[3].values.push(Some(city.into()));
            truth.push(person.to_string());
        }
    }
    let records = truth.len();
    let ids = (0..records).map(|id| id.to_string()).collect();
    (Records { columns, source: vec![0; records], sources: vec!["people".to_owned()], ids }, truth)
}

fn matched(records: &Records) -> MatchOutcome {
    let settings = auto::settings_for(records, LinkType::DedupeOnly);
    match_records(records, &settings, None, &Constraints::default(), &RunCtx::default()).unwrap()
}

fn answers(trial: &Trial, ladder: &Ladder, truth: &[String], count: usize) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    while labels.len() < count {
        let asked = choose(trial, ladder, &labels, 10).unwrap();
        if asked.is_empty() {
            break;
        }
        labels.extend(asked.iter().map(|q| Label { l: q.l, r: q.r, same: truth[q.l as usize] == truth[q.r as usize] }));
    }
    labels
}

#[test]
fn without_labels_a_curve_is_the_models_own() {
    let curve = Curve::fit(&[]);
    for weight in [-8.0, -1.0, 0.0, 3.0, 9.0] {
        let share = 1.0 / (1.0 + (-weight * std::f64::consts::LN_2).exp());
        assert!((curve.at(weight).mode() - share).abs() < 1e-9, "{weight}");
    }
    // The average is less sure than the most likely.
    assert!(curve.at(6.0).probability() < curve.at(6.0).mode());
}

#[test]
fn labels_move_the_curve_and_make_it_surer() {
    // Pairs at 4 bits (94 %) turn out to be wrong three times of four.
    let told: Vec<(f64, bool, f64)> = (0..40).map(|at| (4.0, at % 4 == 0, 1.0)).collect();
    let (before, after) = (Curve::fit(&[]), Curve::fit(&told));
    assert!((after.at(4.0).mode() - 0.25).abs() < 0.05, "{:?}", after.at(4.0));
    assert!(after.at(4.0).variance < before.at(4.0).variance / 5.0);
    assert!(after.at(12.0).variance > after.at(4.0).variance);
    let mut asked = before.clone();
    asked.as_if_asked(0.0);
    assert!(asked.at(0.0).variance < before.at(0.0).variance);
}

#[test]
fn one_wrong_answer_far_out_does_not_turn_the_curve() {
    let mut told: Vec<(f64, bool, f64)> = (0..20).map(|at| (f64::from(at) / 2.0 - 5.0, at >= 10, 1.0)).collect();
    told.push((40.0, false, 1.0));
    let curve = Curve::fit(&told);
    assert!(curve.at(4.5).mode() > 0.6 && curve.at(-4.5).mode() < 0.3, "{:?} {:?}", curve.at(4.5), curve.at(-4.5));
}

#[test]
fn questions_are_the_same_for_every_order_of_rows_and_look_on_both_sides() {
    let (records, _) = people(150);
    let found = matched(&records);
    let trial = Trial::new(&records, &found).unwrap();
    let ladder = Ladder::climb(&trial, &Constraints::default(), &RunCtx::default()).unwrap();
    let asked = choose(&trial, &ladder, &[], 20).unwrap();
    assert!(asked.iter().any(|question| question.why == Why::Above), "{asked:?}");
    let mut back = records.clone();
    let last = u32::try_from(records.len()).unwrap() - 1;
    back.columns.iter_mut().for_each(|column| column.values.reverse());
    let found = matched(&back);
    let trial = Trial::new(&back, &found).unwrap();
    let ladder = Ladder::climb(&trial, &Constraints::default(), &RunCtx::default()).unwrap();
    let again = choose(&trial, &ladder, &[], 20).unwrap();
    // Copies that say the same have no order: people are compared, not rows.
    let person = |l: u32, r: u32| ((l / 2).min(r / 2), (l / 2).max(r / 2));
    let turned: Vec<(u32, u32)> = again.iter().map(|q| person(last - q.l, last - q.r)).collect();
    assert_eq!(asked.iter().map(|q| person(q.l, q.r)).collect::<Vec<_>>(), turned);
}

#[test]
fn labels_bring_the_threshold_near_the_best_where_the_prior_is_wrong() {
    let (records, truth) = people(200);
    let found = matched(&records);
    for shift in [-6.0_f64, 0.0] {
        let mut model = found.model.clone();
        model.probability_two_random_records_match *= shift.exp2();
        let off = match_records(&records, &model.settings.clone(), Some(&model), &Constraints::default(), &RunCtx::default()).unwrap();
        let trial = Trial::new(&records, &off).unwrap();
        let (none, ctx) = (Constraints::default(), RunCtx::default());
        let mut ladder = Ladder::climb(&trial, &none, &ctx).unwrap();
        let labels = answers(&trial, &ladder, &truth, 50);
        let refined = refine(&trial, &mut ladder, &labels, &ctx).unwrap();
        let weights: Vec<f64> = ladder.rungs.iter().map(|rung| rung.weight).collect();
        let f1 = |clusters: &Vec<u32>| evaluate::pairwise(clusters, &truth, None).f1;
        let best = trial.clusters_at(&weights, &none, &ctx).unwrap().iter().map(f1).fold(0.0, f64::max);
        let learnt = f1(&trial.clusters_at(&[refined.after.match_weight], &none, &ctx).unwrap()[0]);
        assert!(learnt >= best - 0.005, "shift {shift}: learnt {learnt}, best {best}, {}", refined.threshold_reason);
    }
}

#[test]
fn a_refined_model_run_again_gives_what_was_foretold() {
    let (records, truth) = people(120);
    let found = matched(&records);
    let trial = Trial::new(&records, &found).unwrap();
    let ctx = RunCtx::default();
    let mut ladder = Ladder::climb(&trial, &Constraints::default(), &ctx).unwrap();
    assert_eq!(trial.clusters_at(&[trial.threshold_weight()], &Constraints::default(), &ctx).unwrap()[0], found.cluster);
    let labels = answers(&trial, &ladder, &truth, 30);
    let refined = refine(&trial, &mut ladder, &labels, &ctx).unwrap();
    let foretold = trial.clusters_at(&[refined.after.match_weight], &Constraints::default(), &ctx).unwrap().remove(0);
    let again = match_records(&records, &found.model.settings, Some(&refined.model), &Constraints::default(), &ctx).unwrap();
    assert_eq!(again.cluster, foretold);
    let change = effect(&found.cluster, &again.cluster, &found.pairs);
    assert_eq!(change.changes.is_empty(), found.cluster == again.cluster);
}

#[test]
fn without_labels_nothing_moves() {
    let (records, _) = people(60);
    let found = matched(&records);
    let trial = Trial::new(&records, &found).unwrap();
    let ctx = RunCtx::default();
    let mut ladder = Ladder::climb(&trial, &Constraints::default(), &ctx).unwrap();
    let refined = refine(&trial, &mut ladder, &[], &ctx).unwrap();
    assert_eq!((refined.threshold, refined.labels_used), (found.threshold, 0));
    assert_eq!(refined.model.comparisons, found.model.comparisons);
}

#[test]
fn a_table_without_pairs_has_no_questions() {
    let (mut records, _) = people(1);
    for column in &mut records.columns {
        column.values[1] = column.values[1].as_deref().map(|text| if text.contains('-') { "1903-12-24".into() } else { "zz".into() });
    }
    let found = matched(&records);
    let trial = Trial::new(&records, &found).unwrap();
    let ladder = Ladder::climb(&trial, &Constraints::default(), &RunCtx::default()).unwrap();
    assert!(choose(&trial, &ladder, &[], 5).unwrap().is_empty());
}

#[test]
fn a_queue_is_led_by_what_is_open_and_frequent() {
    let mut items = vec![(0.0, 1.0); 30];
    items.extend([(14.0, 1.0), (-11.0, 1.0)]);
    let worth = teaches(&items, &[]);
    assert!(worth[0] > worth[30] && worth[0] > worth[31], "{worth:?}");
    let known = teaches(&items, &[(0.0, true); 40]);
    assert!(known[0] < worth[0]);
}

#[test]
fn a_queue_asks_of_several_patterns_and_leaves_what_is_known_to_the_end() {
    let open = |match_weight, pattern| Open { match_weight, pairs: 1.0, pattern };
    let mut items = vec![open(0.1, "phone differs"); 80];
    items.extend(vec![open(0.2, "surname differs"); 20]);
    items.extend([open(14.0, "all the same"), open(-11.0, "all differ")]);
    let order = telling_order(&items, &[]);
    let mut all = order.clone();
    all.sort_unstable();
    assert_eq!(all, (0..items.len()).collect::<Vec<_>>(), "every item once");
    let first: Vec<&str> = order[..10].iter().map(|at| items[*at].pattern).collect();
    assert!(first.contains(&"phone differs") && first.contains(&"surname differs"), "{first:?}");
    // Answers about one weight leave others to be asked first.
    let mut items = vec![open(0.0, "a"); 10];
    items.extend(vec![open(4.0, "b"); 10]);
    assert_eq!(telling_order(&items, &[])[0], 0);
    let known: Vec<(f64, bool)> = (0..60).map(|at| (0.0, at % 20 != 0)).collect();
    assert_eq!(telling_order(&items, &known)[0], 10);
}

#[test]
fn ranges_hold_what_is_expected_and_narrow_with_labels() {
    let (records, truth) = people(150);
    let found = matched(&records);
    let trial = Trial::new(&records, &found).unwrap();
    let ctx = RunCtx::default();
    let mut widths = Vec::new();
    for count in [10, 80] {
        let mut ladder = Ladder::climb(&trial, &Constraints::default(), &ctx).unwrap();
        let labels = answers(&trial, &ladder, &truth, count);
        let refined = refine(&trial, &mut ladder, &labels, &ctx).unwrap();
        assert_eq!(refined.ranges.len(), refined.thresholds.len());
        for (expected, range) in refined.thresholds.iter().zip(&refined.ranges) {
            assert!(range.precision.low <= range.precision.high && range.precision.high <= 1.0, "{range:?}");
            assert!(range.recall.low - 0.05 <= expected.recall && expected.recall <= range.recall.high + 0.05, "{expected:?} {range:?}");
        }
        widths
            .push(refined.ranges.iter().map(|range| range.precision.high - range.precision.low).sum::<f64>() / refined.ranges.len() as f64);
    }
    assert!(widths[1] < widths[0], "{widths:?}");
}

#[test]
fn answers_that_contradict_a_level_move_its_weight() {
    let (records, truth) = people(200);
    let found = matched(&records);
    let trial = Trial::new(&records, &found).unwrap();
    let ctx = RunCtx::default();
    let learn = |say: &dyn Fn(bool) -> bool| {
        let mut ladder = Ladder::climb(&trial, &Constraints::default(), &ctx).unwrap();
        let labels: Vec<Label> =
            answers(&trial, &ladder, &truth, 40).into_iter().map(|label| Label { same: say(label.same), ..label }).collect();
        refine(&trial, &mut ladder, &labels, &ctx).unwrap()
    };
    let moved = |refined: &super::Refined| {
        refined.weight_changes.iter().map(|change| (change.bits_after - change.bits_before).abs()).fold(0.0, f64::max)
    };
    let (agree, contradict) = (learn(&|same| same), learn(&|_| false));
    assert!(moved(&contradict) > 0.3 && moved(&contradict) > moved(&agree), "{} {}", moved(&contradict), moved(&agree));
    for model in [&agree.reweighted, &contradict.reweighted] {
        for (now, before) in model.comparisons.iter().zip(&found.model.comparisons) {
            let sum =
                |of: &crate::matching::model::ComparisonModel| of.comparison_levels.iter().map(|level| level.m_probability).sum::<f64>();
            assert!((sum(now) - sum(before)).abs() < 1e-6);
        }
    }
}
