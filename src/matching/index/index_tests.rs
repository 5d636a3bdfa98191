//! What holds of an index: adding in batches gives the clusters of a whole match with the pinned model.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::base::RunCtx;
use crate::matching::records::{Column, Records};
use crate::matching::review::ReviewItem;
use crate::matching::run::{MatchOutcome, match_records};
use crate::matching::sets_tests::{column_entity, febrl_entity, read, shared_data};
use crate::matching::settings::{BlockingRule, Key, Transform};
use crate::matching::{auto, evaluate};

const COLUMNS: [&str; 7] = ["first_name", "last_name", "birth_date", "email", "phone", "street", "city"];

/// Families in which e-mails and phones are shared, sons bear their fathers' names, and records leave things out or misspell them.
pub(super) fn families(count: usize, seed: u64) -> Records {
    let given = ["anna", "boris", "carla", "daniel", "elena", "felix", "greta", "hugo", "irene", "jonas", "klara", "leon"];
    let family = ["abel", "brandt", "cohen", "dietz", "ernst", "falk", "graf", "hahn", "iversen", "jung", "krause", "lang"];
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut records = Records { sources: vec!["a".to_owned(), "b".to_owned()], ..Records::default() };
    records.columns = COLUMNS.iter().map(|name| Column { name: (*name).to_owned(), values: Vec::new() }).collect();
    for house in 0..count {
        let name = family[random.random_range(0..12)];
        let street = format!("{} {} street", random.random_range(1..90), family[random.random_range(0..12)]);
        let city = ["leeds", "york", "hull"][random.random_range(0..3)];
        let father = given[random.random_range(0..12)];
        for person in 0..random.random_range(1..5) {
            let named_alike = person == 0 || (person == 1 && random.random_bool(0.3));
            let first = if named_alike { father } else { given[random.random_range(0..12)] };
            let birth = (random.random_range(1930..2010), random.random_range(2..13), random.random_range(1..29));
            let shared = random.random_bool(0.2);
            let mail = if shared { format!("{name}.family{house}@home.org") } else { format!("{first}.{name}{house}{person}@mail.org") };
            let phone = format!("+4912345{:05}", house * if shared { 1 } else { 10 } + if shared { 0 } else { person });
            for _ in 0..random.random_range(1..4) {
                let day = if random.random_bool(0.1) { birth.2 % 28 + 1 } else { birth.2 };
                let told = if random.random_bool(0.1) { first[..1].to_owned() } else { first.to_owned() };
                let mut keep = |share: f64, value: String| random.random_bool(share).then(|| value.into_boxed_str());
                let row = [
                    keep(0.97, told),
                    keep(0.97, name.to_owned()),
                    keep(0.7, format!("{}-{:02}-{day:02}", birth.0, birth.1)),
                    keep(0.5, mail.clone()),
                    keep(0.5, phone.clone()),
                    keep(0.6, street.clone()),
                    keep(0.8, city.to_owned()),
                ];
                for (column, value) in records.columns.iter_mut().zip(row) {
                    column.values.push(value);
                }
                records.source.push(u16::from(random.random_bool(0.5)));
                records.ids.push(format!("r{}", records.ids.len()));
            }
        }
    }
    records
}

/// Rows of a table, in the order asked for.
pub(super) fn rows(records: &Records, order: &[usize]) -> Records {
    let pick = |c: &Column| Column { name: c.name.clone(), values: order.iter().map(|r| c.values[*r].clone()).collect() };
    Records {
        columns: records.columns.iter().map(pick).collect(),
        source: order.iter().map(|r| records.source[*r]).collect(),
        sources: records.sources.clone(),
        ids: order.iter().map(|r| records.ids[*r].clone()).collect(),
    }
}

pub(super) fn order(count: usize, seed: u64) -> Vec<usize> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        order.swap(at, random.random_range(0..=at));
    }
    order
}

/// Clusters as sets of names, in a fixed order.
pub(super) type Parts = Vec<Vec<String>>;

fn parts(named: impl Iterator<Item = (String, u32)>) -> Parts {
    let mut sets: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (name, cluster) in named {
        sets.entry(cluster).or_default().push(name);
    }
    let mut sets: Parts = sets.into_values().collect();
    sets.iter_mut().for_each(|set| set.sort());
    sets.sort();
    sets
}

pub(super) fn held(index: &Index) -> Parts {
    parts(index.records().map(|record| (format!("{:?}", index.name(record)), index.cluster(record))))
}

pub(super) fn matched(records: &Records, outcome: &MatchOutcome) -> Parts {
    let name = |row: usize| format!("{:?}", (records.sources[usize::from(records.source[row])].as_str(), records.ids[row].as_str()));
    parts((0..records.len()).map(|row| (name(row), outcome.cluster[row])))
}

pub(super) fn whole(records: &Records, settings: &Settings, model: Option<&Model>, told: &Constraints) -> MatchOutcome {
    match_records(records, settings, model, told, &RunCtx::default()).unwrap()
}

pub(super) fn built(records: &Records, settings: &Settings) -> Index {
    let outcome = whole(records, settings, None, &Constraints::default());
    Index::build(records, settings, &outcome, &Constraints::default(), &RunCtx::default()).unwrap()
}

pub(super) fn settings() -> Settings {
    let mut settings = auto::settings_for(&families(40, 1), LinkType::LinkAndDedupe);
    let key = |field: &str, transform| Key { field: field.to_owned(), transform };
    let rules = [
        vec![key("email", Transform::Whole)],
        vec![key("phone", Transform::Whole)],
        vec![key("first_name", Transform::Prefix(1)), key("last_name", Transform::Whole)],
        vec![key("birth_date", Transform::Whole)],
        vec![key("street", Transform::Whole)],
    ];
    let named = |(at, keys): (usize, Vec<Key>)| BlockingRule { blocking_rule: format!("rule {at}"), keys };
    settings.blocking_rules_to_generate_predictions = rules.into_iter().enumerate().map(named).collect();
    settings
}

/// A question in words that do not depend on numbers: (kind, groups of names, match weight, pattern).
type Question = (String, Vec<Vec<String>>, f64, String);

fn in_words(items: &[ReviewItem], name: &dyn Fn(u32) -> String) -> Vec<Question> {
    let mut questions: Vec<Question> = items
        .iter()
        .map(|item| {
            let mut groups: Vec<Vec<String>> = item.groups.iter().map(|group| group.iter().map(|record| name(*record)).collect()).collect();
            groups.iter_mut().for_each(|group| group.sort());
            (format!("{:?}", item.kind), groups, item.match_weight, item.pattern.clone())
        })
        .collect();
    questions.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    questions
}

fn asked(index: &Index) -> Vec<Question> {
    in_words(&index.questions(&RunCtx::default()).unwrap(), &|record| format!("{:?}", index.name(record)))
}

/// Clusters and questions are those of a full match with the index's model.
#[track_caller]
pub(super) fn assert_as_whole(index: &Index, records: &Records, told: &Constraints, what: &str) -> MatchOutcome {
    let full = whole(records, index.settings(), Some(index.model()), told);
    assert_eq!(held(index), matched(records, &full), "clusters: {what}");
    let name = |row: u32| {
        let source = records.sources[usize::from(records.source[row as usize])].as_str();
        format!("{:?}", (source, records.id(row)))
    };
    let (ours, theirs) = (asked(index), in_words(&full.review, &name));
    let odd: Vec<&Question> = ours.iter().filter(|q| !theirs.contains(q)).chain(theirs.iter().filter(|q| !ours.contains(q))).collect();
    assert!(odd.is_empty(), "questions: {what}: {odd:#?}");
    full
}

/// Pairs that one clustering has and the other has not.
fn differing(a: &Parts, b: &Parts) -> usize {
    a.iter().filter(|set| !b.contains(set)).count() + b.iter().filter(|set| !a.contains(set)).count()
}

#[test]
fn batches_give_what_the_whole_gives() {
    for seed in 0..6 {
        let all = families(250, seed);
        let settings = settings();
        let order = order(all.len(), seed + 100);
        let (first, rest) = order.split_at(all.len() * 7 / 10);
        let mut index = built(&rows(&all, first), &settings);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut rest = rest;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(random.random_range(1..=rest.len().min(60)));
            index.add(&rows(&all, batch), &RunCtx::default()).unwrap();
            rest = later;
        }
        let full = assert_as_whole(&index, &all, &Constraints::default(), &format!("seed {seed}"));
        assert!(full.parted.len() + full.shared_values.len() > 10, "the data test what they should");
    }
}

#[test]
fn removed_and_changed_records_leave_no_trace() {
    for seed in 0..4 {
        let all = families(200, seed + 20);
        let settings = settings();
        let mut index = built(&all, &settings);
        let mut changed = all.clone();
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut batch = Vec::new();
        for _ in 0..40 {
            let (row, from) = (random.random_range(0..all.len()), random.random_range(0..all.len()));
            let column = random.random_range(0..COLUMNS.len());
            changed.columns[column].values[row] = all.columns[column].values[from].clone();
            batch.push(row);
        }
        batch.sort_unstable();
        batch.dedup();
        let added = index.add(&rows(&changed, &batch), &RunCtx::default()).unwrap();
        assert!(added.placements.iter().any(|placement| placement.state == State::Changed));
        assert_as_whole(&index, &changed, &Constraints::default(), &format!("changed, seed {seed}"));

        let (keep, go): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|row| row % 9 != 0);
        let names: Vec<(&str, &str)> =
            go.iter().map(|row| (all.sources[usize::from(all.source[*row])].as_str(), all.ids[*row].as_str())).collect();
        let numbers: Vec<u32> = index.find(&names).into_iter().flatten().collect();
        assert_eq!(numbers.len(), go.len());
        index.remove(&numbers, &RunCtx::default()).unwrap();
        let left = rows(&changed, &keep);
        assert_as_whole(&index, &left, &Constraints::default(), &format!("removed, seed {seed}"));
    }
}

#[test]
fn decisions_are_obeyed_as_in_a_whole_match() {
    for seed in 0..4 {
        let all = families(150, seed + 40);
        let settings = settings();
        let order = order(all.len(), seed);
        let (first, rest) = order.split_at(all.len() - 50);
        let old = rows(&all, first);
        let mut index = built(&old, &settings);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        // Half of the decisions cut clusters or join strangers among the old, half name a new record.
        let mut told = Constraints::default();
        for at in 0..30 {
            let l = random.random_range(0..first.len()) as u32;
            let r = if at % 2 == 0 { random.random_range(0..all.len()) as u32 } else { (l + 1) % all.len() as u32 };
            if l != r {
                if at % 3 == 0 { &mut told.must_link } else { &mut told.cannot_link }.push((l, r));
            }
        }
        let names: Vec<(&str, &str)> =
            (0..old.len()).map(|row| (old.sources[usize::from(old.source[row])].as_str(), old.ids[row].as_str())).collect();
        let numbers = index.find(&names);
        let who = |at: u32| match (at as usize).checked_sub(first.len()) {
            None => Who::Held(numbers[at as usize].unwrap()),
            Some(row) => Who::Row(u32::try_from(row).unwrap()),
        };
        let as_told = |pairs: &[(u32, u32)]| pairs.iter().map(|(l, r)| (who(*l), who(*r))).collect::<Vec<_>>();
        let (must, cannot) = (as_told(&told.must_link), as_told(&told.cannot_link));
        let batch = rows(&all, rest);
        index.change(&Change { add: Some(&batch), remove: &[], told: Some((&must, &cannot)) }, &RunCtx::default()).unwrap();
        let all = rows(&all, &order);
        assert_as_whole(&index, &all, &told, &format!("seed {seed}"));
        // Taken back, nothing of them is left.
        let nothing = Vec::new();
        index.change(&Change { told: Some((&nothing, &nothing)), ..Change::default() }, &RunCtx::default()).unwrap();
        assert_as_whole(&index, &all, &Constraints::default(), &format!("taken back, seed {seed}"));
    }
}

#[test]
fn neither_threads_nor_the_order_of_a_batch_show() {
    let all = families(200, 7);
    let settings = settings();
    let split = all.len() - 80;
    let old = rows(&all, &(0..split).collect::<Vec<_>>());
    let add = |order: &[usize], threads: usize| {
        let mut index = built(&old, &settings);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let added = pool.install(|| index.add(&rows(&all, order), &RunCtx::default())).unwrap();
        (index, added)
    };
    let straight: Vec<usize> = (split..all.len()).collect();
    let (one, first) = add(&straight, 1);
    let (three, second) = add(&straight, 3);
    assert_eq!(one, three);
    assert_eq!((first.placements, first.pairs.len(), asked(&one)), (second.placements, second.pairs.len(), asked(&three)));
    let backwards: Vec<usize> = straight.iter().rev().copied().collect();
    assert_eq!(one, add(&backwards, 2).0);
}

#[test]
fn numbers_of_clusters_stay() {
    let all = families(500, 12);
    let settings = settings();
    let (old, new): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|row| row % 3 > 0);
    let mut index = built(&rows(&all, &old), &settings);
    let before: Vec<u32> = index.records().map(|record| index.cluster(record)).collect();
    let added = index.add(&rows(&all, &new), &RunCtx::default()).unwrap();
    assert!(!added.merged.is_empty(), "the data test what they should");
    let moved: BTreeMap<u32, (u32, u32)> = added.moved.iter().map(|moved| (moved.record, (moved.from, moved.to))).collect();
    for (record, from) in (0_u32..).zip(before) {
        let to = index.cluster(record);
        assert_eq!(moved.get(&record).copied(), (from != to).then_some((from, to)));
    }
    for (old, kept) in &added.merged {
        assert!(old > kept && index.aliases()[old] == *kept && index.records().all(|record| index.cluster(record) != *old));
    }
    for placement in &added.placements {
        assert_eq!(placement.cluster, index.cluster(placement.record));
        assert!(index.cluster_of(placement.record).contains(&placement.record));
    }
    // The same batch again changes nothing.
    let again = index.clone();
    let added = index.add(&rows(&all, &new), &RunCtx::default()).unwrap();
    assert!(added.placements.iter().all(|placement| placement.state == State::Unchanged) && added.moved.is_empty());
    assert_eq!(held(&index), held(&again));
}

/// Few pairs per rule: blocks cross the limit both ways as records come and go.
#[test]
fn blocks_that_cross_their_limit_are_compared_as_in_a_whole_match() {
    let mut crossed = 0;
    for seed in 0..4 {
        let all = families(1_100, seed + 60);
        let mut settings = settings();
        let short = [("first_name", 1), ("last_name", 1), ("city", 1)];
        let rule = |(field, length): (&str, u8)| BlockingRule {
            blocking_rule: field.to_owned(),
            keys: vec![Key { field: field.to_owned(), transform: Transform::Prefix(length) }],
        };
        settings.blocking_rules_to_generate_predictions.extend(short.map(rule));
        settings.leave_out_poor_rules = false;
        let count = all.len();
        let order = order(count, seed);
        let sizes = [count * 6 / 10, count * 65 / 100, count * 9 / 10, count];
        let mut index = built(&rows(&all, &order[..sizes[0]]), &settings);
        for step in sizes.windows(2) {
            let added = index.add(&rows(&all, &order[step[0]..step[1]]), &RunCtx::default()).unwrap();
            crossed += u64::from(added.scored_again > 100);
        }
        assert_as_whole(&index, &rows(&all, &order), &Constraints::default(), &format!("grown, seed {seed}"));
        let going: Vec<u32> = index.records().filter(|record| record % 3 == 0).collect();
        let names: BTreeSet<String> = going.iter().map(|record| index.name(*record).1.to_owned()).collect();
        index.remove(&going, &RunCtx::default()).unwrap();
        let left: Vec<usize> = (0..count).filter(|row| !names.contains(&all.ids[*row])).collect();
        assert_as_whole(&index, &rows(&all, &left), &Constraints::default(), &format!("shrunk, seed {seed}"));
    }
    assert!(crossed > 2, "the data test what they should: {crossed}");
}

/// Nine tenths matched, the rest added in batches, against the whole with the same model. Returns both F1 and how many clusters differ.
fn set(files: &[&str], link_type: LinkType, left_out: &[&str], entity: &dyn Fn(&str, &str) -> Option<String>) -> Option<(f64, f64, usize)> {
    let Some(root) = shared_data() else {
        println!("skipped: no shared data beside the project and KARAT_SHARED_DATA is not set");
        return None;
    };
    let (mut all, mut truth) = (Records::default(), Vec::new());
    for file in files {
        truth.extend(read(&root.join("er").join(file), &mut all, left_out, entity));
    }
    let settings = auto::settings_for(&all, link_type);
    let order = order(all.len(), 5);
    let (first, rest) = order.split_at(all.len() * 9 / 10);
    let mut index = built(&rows(&all, first), &settings);
    for batch in rest.chunks(all.len() / 40 + 1) {
        index.add(&rows(&all, batch), &RunCtx::default()).unwrap();
    }
    let full = whole(&all, &settings, Some(index.model()), &Constraints::default());
    let names: Vec<(&str, &str)> =
        (0..all.len()).map(|row| (all.sources[usize::from(all.source[row])].as_str(), all.ids[row].as_str())).collect();
    let found: Vec<u32> = index.find(&names).into_iter().map(|record| index.cluster(record.unwrap())).collect();
    let source = (link_type == LinkType::LinkOnly).then_some(all.source.as_slice());
    let f1 = |clusters: &[u32]| evaluate::pairwise(clusters, &truth, source).f1;
    let differ = differing(&held(&index), &matched(&all, &full));
    println!("{files:?}: F1 whole {:.5}, added {:.5}, clusters that differ {differ}", f1(&full.cluster), f1(&found));
    Some((f1(&full.cluster), f1(&found), differ))
}

fn assert_same(found: Option<(f64, f64, usize)>) {
    if let Some((whole, added, differ)) = found {
        assert!((whole - added).abs() <= 0.002 && differ == 0, "{whole} {added} {differ}");
    }
}

#[test]
fn febrl_dataset_3_in_batches() {
    assert_same(set(&["febrl/dataset3.csv"], LinkType::DedupeOnly, &["rec_id"], &febrl_entity));
}

#[test]
fn fake_1000_in_batches() {
    assert_same(set(&["fake_1000/fake_1000.csv"], LinkType::DedupeOnly, &["unique_id", "cluster"], &column_entity("cluster")));
}

#[test]
fn census_in_batches() {
    let files = ["essnet_census_cis/census.csv", "essnet_census_cis/cis.csv"];
    assert_same(set(&files, LinkType::LinkOnly, &["person_id", "census_id", "cis_id"], &column_entity("person_id")));
}
