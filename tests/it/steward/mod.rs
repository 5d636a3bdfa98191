//! The steward's workbench. Flow: cuts and words on golden values (deeds) -> what comes back (again) -> any order of deeds (replay)
//! -> many answers at once (many) -> what an answer will change (effects) -> what an analyst
//! sees of any page (masks).

mod again;
mod deeds;
mod effects;
mod many;
mod masks;
mod replay;

use std::collections::BTreeMap;

use karat::base::RecordKey;
use karat::engine::pages::{ReviewEntry, ReviewOutcome};
use karat::engine::{Command, GoldenChange, GoldenDeed, GoldenTarget, Report, ReviewDeed};

use crate::support::{Bench, Desk};

/// `erpnext/CUST-1`, as `Bench::customers` names records.
fn name(key: &RecordKey) -> String {
    format!("{}/{}", key.source_system, key.source_customer_id)
}

fn review(deed: ReviewDeed, user: &str) -> Command {
    Command::Review { deed: Box::new(deed), user: user.to_owned() }
}

fn outcome(report: Report) -> ReviewOutcome {
    match report {
        Report::Reviewed(outcome) => *outcome,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn does(desk: &Desk, deed: ReviewDeed, user: &str) -> ReviewOutcome {
    outcome(desk.done(review(deed, user)))
}

fn golden(of: GoldenTarget, field: &str, change: GoldenChange) -> Command {
    let deed = GoldenDeed::Field { of, field: field.to_owned(), change, reason: None };
    Command::Golden { deed, user: "ines".to_owned() }
}

/// The open item with the most records.
fn largest(desk: &Desk, kind: &str) -> ReviewEntry {
    let items = desk.open_items().into_iter().filter(|item| item.kind == kind);
    items.max_by_key(|item| (item.groups.iter().map(Vec::len).sum::<usize>(), item.id.clone())).unwrap()
}

/// Per record what it and its customer say: the first record of its customer, and the customer's golden values.
fn state(bench: &Bench) -> BTreeMap<String, Vec<String>> {
    let rows = bench.rows(
        "SELECT b.source_system || '/' || b.source_customer_id,
           (SELECT min(o.source_system || '/' || o.source_customer_id) FROM silver.bridge_customer_ids o WHERE o.customer_key = b.customer_key),
           c.full_name, c.first_name, c.last_name, c.email, c.phone, c.birth_date, c.street, c.city, c.postcode, c.branch_id, c.customer_group
         FROM silver.bridge_customer_ids b JOIN silver.dim_customer c USING (customer_key)",
    );
    rows.into_iter().map(|mut row| (row.remove(0), row)).collect()
}
