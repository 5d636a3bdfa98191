//! Customers that belong together though they are not one. Flow: standing decisions + keys of records -> pairs of customers.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::{CustomerKey, DecisionId, RecordKey};

use super::decision::{Answer, Decision, Relation, surviving};

/// Both ways round: (customer, the other) -> how, and who said so. Of several answers the newest counts; one that says the two are
/// merely different ends what an older one said of the same records.
pub fn relations(
    decisions: &[Decision],
    index: &FxHashMap<RecordKey, u32>,
    key_of_record: &[CustomerKey],
) -> BTreeMap<(CustomerKey, CustomerKey), (Relation, DecisionId)> {
    let mut found = BTreeMap::new();
    for decision in surviving(decisions).filter(|decision| decision.parts()) {
        let customers: Vec<Vec<CustomerKey>> = decision
            .groups
            .iter()
            .map(|group| group.iter().filter_map(|key| index.get(key)).map(|row| key_of_record[*row as usize]).collect())
            .collect();
        let relation = decision.relation.unwrap_or(Relation::Other);
        for (at, group) in customers.iter().enumerate() {
            for (l, r) in customers[at + 1..].iter().flatten().flat_map(|r| group.iter().map(move |l| (*l, *r))).filter(|(l, r)| l != r) {
                for pair in [(l, r), (r, l)] {
                    if decision.answer == Answer::Related {
                        found.insert(pair, (relation, decision.id));
                    } else {
                        found.remove(&pair);
                    }
                }
            }
        }
    }
    found
}

#[cfg(test)]
#[path = "relation_tests.rs"]
mod tests;
