//! What an answer is said to change is what the next run changes.

use std::collections::{BTreeMap, BTreeSet};

use karat::base::RecordKey;
use karat::engine::pages::{Effect, ReviewEntry};
use karat::engine::{Page, Query, Relation, ReviewDeed, Verdict};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::does;
use crate::support::Bench;

/// Figures of customers in gold: accounts, complaints, transactions, tier.
type Figures = BTreeMap<String, Vec<String>>;

fn figures(bench: &Bench) -> Figures {
    let rows = bench.rows(
        "SELECT customer_key, total_accounts, complaints_last_90_days, transactions_lifetime, risk_tier FROM gold.customer_360 WHERE 1",
    );
    rows.into_iter().map(|mut row| (row.remove(0), row)).collect()
}

fn find<'a>(effects: &'a [Effect], label: &str) -> Option<&'a Effect> {
    effects.iter().find(|effect| effect.label == label)
}

/// The item's records in two groups, whatever its own were.
fn cut(item: &ReviewEntry, random: &mut Pcg64Mcg) -> Verdict {
    let mut records: Vec<RecordKey> = item.groups.iter().flatten().cloned().collect();
    records.shuffle(random);
    let rest = records.split_off(random.random_range(1..records.len()));
    Verdict::Split { groups: vec![records, rest], relation: None }
}

/// Compares one answer with the run that follows it; gives whether it changed anything.
fn compare(bench: &Bench, seed: u64) -> bool {
    let desk = bench.desk();
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let items = desk.open_items();
    let item = &items[random.random_range(0..items.len())];
    let verdict = match random.random_range(0..6) {
        0 | 1 => Verdict::Same,
        2 => Verdict::Different,
        3 | 4 => cut(item, &mut random),
        _ => Verdict::Related(Relation::Household),
    };
    let Page::Effect(said) = &*desk.ask(Query::Effect { item: item.id.clone(), verdict: verdict.clone() }) else { panic!() };
    let (customers, before) = (bench.customers(), figures(bench));
    does(&desk, ReviewDeed::Decide { item: item.id.clone(), verdict: verdict.clone(), reason: None }, "ines");
    desk.run();
    let (now, after) = (bench.customers(), figures(bench));
    let sets = |customers: &BTreeMap<String, String>| -> BTreeSet<BTreeSet<String>> {
        let mut sets: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
        for (record, key) in customers {
            sets.entry(key).or_default().insert(record.clone());
        }
        sets.into_values().collect()
    };
    let (old, new) = (sets(&customers), sets(&now));
    let (gone, made): (Vec<_>, Vec<_>) = (old.difference(&new).collect(), new.difference(&old).collect());
    let place = format!("seed {seed}, {verdict:?} of {}: {:?}", item.id, said.effects);
    if gone.is_empty() {
        assert!(said.effects.is_empty(), "{place}");
        return false;
    }
    let counted = find(&said.effects, "Customers").unwrap_or_else(|| panic!("{place}"));
    assert_eq!((counted.before.clone(), counted.after.clone()), (old.len().to_string(), new.len().to_string()), "{place}");
    let [joined] = made.as_slice() else { return true };
    let key = &now[joined.first().unwrap()];
    assert_eq!(find(&said.effects, "Key kept").unwrap().after, *key, "{place}");
    let keys: BTreeSet<&String> = gone.iter().map(|set| &customers[set.first().unwrap()]).collect();
    for (at, label) in ["Accounts joined", "Complaints, 90 d", "Transactions", "Risk tier"].into_iter().enumerate() {
        let Some(effect) = find(&said.effects, label) else {
            assert!(after[key][at].is_empty() || keys.iter().all(|key| before[*key][at].is_empty()), "{label}: {place}");
            continue;
        };
        assert_eq!(effect.after, after[key][at], "{label}: {place}");
        let parts: BTreeSet<&str> = effect.before.split(" and ").collect();
        let held: BTreeSet<&str> = keys.iter().map(|key| before[*key][at].as_str()).filter(|value| !value.is_empty()).collect();
        assert_eq!(parts, held, "{label}: {place}");
    }
    true
}

#[test]
fn the_effect_of_an_answer_is_what_the_run_changes() {
    // `KARAT_EFFECTS=100` tries as many.
    let tries: u64 = std::env::var("KARAT_EFFECTS").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let mut changed = 0;
    for seed in 0..tries {
        let (bench, _) = Bench::of_bank(80, 5);
        changed += u64::from(compare(&bench, seed));
    }
    println!("{changed} of {tries} answers changed something; all of them as said");
    assert!(changed * 4 >= tries, "{changed} of {tries}");
}
