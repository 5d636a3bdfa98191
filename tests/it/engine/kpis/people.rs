//! Customers, complaints, the app, value and identity, counted from bronze.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::bronze::{Case, Movement};
use super::money::{label, number, share, units};
use super::{Expected, Look};

/// Signs of life of every customer: posted transactions and days in the app.
pub fn activity(look: &Look<'_>) -> BTreeMap<String, BTreeSet<NaiveDate>> {
    let mut days: BTreeMap<String, BTreeSet<NaiveDate>> = BTreeMap::new();
    let moved = look.facts.movements.iter().filter(|one| one.is_posted).filter_map(|one| Some((one.customer.clone()?, one.date)));
    let used = look.facts.uses.iter().map(|one| (one.customer.clone(), one.date));
    for (customer, date) in moved.chain(used).filter(|(_, date)| *date <= look.as_of) {
        days.entry(customer).or_default().insert(date);
    }
    days
}

/// Active once until a day, and silent for 90 days before it.
pub fn is_silent(days: &BTreeSet<NaiveDate>, on: NaiveDate) -> Option<bool> {
    days.range(..=on).next_back().map(|last| *last + Days::new(90) <= on)
}

fn edge(look: &Look<'_>) -> NaiveDate {
    let facts = look.facts;
    let dates = (facts.movements.iter().map(|one| one.date))
        .chain(facts.cases.iter().filter_map(|one| one.opened))
        .chain(facts.uses.iter().map(|one| one.date))
        .chain(facts.levels.iter().map(|one| one.date))
        .chain(facts.loans.iter().filter_map(|one| one.date))
        .chain(facts.investments.iter().filter_map(|one| one.date))
        .chain(facts.contacts.iter().map(|(_, date)| *date))
        .chain(facts.accounts.iter().filter_map(|one| one.opened));
    dates.min().unwrap()
}

/// The day on which each customer was first seen; the first of all days where nothing names the customer.
fn first_seen(look: &Look<'_>) -> BTreeMap<String, NaiveDate> {
    let facts = look.facts;
    let mut first: BTreeMap<String, NaiveDate> = BTreeMap::new();
    let seen = (facts.movements.iter().filter(|one| one.is_posted).filter_map(|one| Some((one.customer.clone()?, one.date))))
        .chain(facts.uses.iter().map(|one| (one.customer.clone(), one.date)))
        .chain(facts.cases.iter().filter_map(|one| Some((one.customer.clone()?, one.opened?))))
        .chain(facts.contacts.iter().cloned())
        .filter(|(_, date)| *date <= look.as_of)
        .chain(facts.accounts.iter().filter_map(|one| Some((one.customer.clone()?, one.opened?))));
    for (customer, date) in seen {
        let known = first.entry(customer).or_insert(date);
        *known = date.min(*known);
    }
    let edge = edge(look);
    look.facts.customers.values().map(|customer| (customer.clone(), first.get(customer).copied().unwrap_or(edge).max(edge))).collect()
}

pub fn customers(look: &Look<'_>, all: &mut Expected) {
    let first = first_seen(look);
    all.tiles.insert("total_customers", Some(number(first.values().filter(|date| **date <= look.to).count())));
    all.tiles.insert("new_customers", Some(number(first.values().filter(|date| look.holds(**date)).count())));
    let silent: Vec<bool> = activity(look).values().filter_map(|days| is_silent(days, look.to)).collect();
    all.tiles.insert("churn_rate", share(number(silent.iter().filter(|is| **is).count()), number(silent.len())));
    if look.view.charts.iter().any(|chart| chart.id == "new_over_time") {
        let places = look.places("new_over_time");
        let values = places.iter().map(|(from, to)| Some(number(first.values().filter(|date| (from..=to).contains(date)).count())));
        all.series.insert(("new_over_time", "This period".to_owned()), values.collect());
    }
    let everybody: BTreeSet<&String> = look.facts.customers.values().collect();
    let without = |with: &BTreeSet<String>| Some(number(everybody.iter().filter(|customer| !with.contains(**customer)).count()));
    all.tiles.insert("without_email", without(&look.facts.with_email));
    all.tiles.insert("without_phone", without(&look.facts.with_phone));
    let mut segments = BTreeMap::new();
    segments_of(look).into_values().for_each(|segment| *segments.entry(segment.to_owned()).or_insert(0.0) += 1.0);
    all.bars.insert("customers_by_segment", segments);
    let (mut branches, mut tenures) = (BTreeMap::new(), BTreeMap::new());
    for (customer, (branch, since)) in &look.facts.homes {
        if first.get(customer).is_some_and(|date| *date <= look.to) {
            *branches.entry(branch_name(look, branch)).or_insert(0.0) += 1.0;
        }
        let opened = look.facts.accounts.iter().filter(|one| one.customer.as_ref() == Some(customer)).filter_map(|one| one.opened).min();
        let tenure = match since.or(opened).map(|since| (look.as_of - since).num_days()) {
            None => "not known",
            Some(..=90) => "New",
            Some(..=365) => "Established",
            Some(..=730) => "Loyal",
            Some(_) => "Long-term",
        };
        *tenures.entry(tenure.to_owned()).or_insert(0.0) += 1.0;
    }
    all.bars.insert("customers_by_branch", branches);
    all.bars.insert("customers_by_tenure", tenures);
}

/// What a branch is called on the pages.
fn branch_name(look: &Look<'_>, branch: &str) -> String {
    look.facts.branches.get(branch).map_or_else(|| label(branch), |(name, _)| name.clone())
}

/// Posted transactions of each customer until the as-of date.
pub fn by_customer<'a>(look: &Look<'a>) -> BTreeMap<&'a str, Vec<&'a Movement>> {
    let mut found: BTreeMap<&str, Vec<&Movement>> = BTreeMap::new();
    for one in look.facts.movements.iter().filter(|one| one.is_posted && one.date <= look.as_of) {
        if let Some(customer) = &one.customer {
            found.entry(customer).or_default().push(one);
        }
    }
    found
}

/// Months since the first transaction, at least one.
fn months(look: &Look<'_>, of: &[&Movement]) -> f64 {
    let first = of.iter().map(|one| one.date).min().unwrap();
    let days = u32::try_from((look.as_of - first).num_days() + 1).unwrap();
    f64::from(days).max(30.4375) / 30.4375
}

pub fn recent(look: &Look<'_>, of: &[&Movement]) -> usize {
    of.iter().filter(|one| one.date > look.as_of - Days::new(90)).count()
}

/// Customer -> segment, by the transactions.
fn segments_of<'a>(look: &Look<'a>) -> BTreeMap<&'a str, &'static str> {
    let moved = by_customer(look);
    let everybody: BTreeSet<&String> = look.facts.customers.values().collect();
    let segment = |customer: &str| match moved.get(customer) {
        None => "no transactions",
        Some(of) if recent(look, of) == 0 => "Inactive",
        Some(of) => {
            let monthly = (number(of.len()) / months(look, of) * 1e4).round() / 1e4;
            if monthly >= 4.0 {
                "Frequent"
            } else if monthly >= 1.0 {
                "Regular"
            } else {
                "Occasional"
            }
        }
    };
    everybody.into_iter().map(|customer| (customer.as_str(), segment(customer))).collect()
}

/// What a case is called by: its type, its priority, its origin.
type CaseName = fn(&Case) -> &String;

pub fn complaints(look: &Look<'_>, all: &mut Expected) {
    let cases = &look.facts.cases;
    let edge = edge(look);
    let is_open =
        |case: &&Case| case.opened.unwrap_or(edge) <= look.to && (case.is_open || case.closed.is_some_and(|closed| closed > look.to));
    let some = |value: f64| (!cases.is_empty()).then_some(value);
    all.tiles.insert("open_complaints", some(number(cases.iter().filter(is_open).count())));
    let opened: Vec<&Case> = cases.iter().filter(|case| case.opened.is_some_and(|day| look.holds(day))).collect();
    all.tiles.insert("complaints_opened", some(number(opened.len())));
    let closed: Vec<&Case> = cases.iter().filter(|case| case.closed.is_some_and(|day| look.holds(day))).collect();
    let days = closed.iter().filter_map(|case| Some((case.closed? - case.opened?).num_days())).filter(|days| *days >= 0).sum::<i64>();
    all.tiles.insert("average_resolution_days", (!closed.is_empty()).then(|| units(days * 100) / number(closed.len())));
    let scores: Vec<f64> = opened.iter().filter_map(|case| case.score).collect();
    all.tiles.insert("average_satisfaction", (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / number(scores.len())));
    let month = |date: NaiveDate| date.format("%Y-%m").to_string();
    let in_months_of = |day: NaiveDate| (month(look.from)..=month(look.to)).contains(&month(day)) && day <= look.as_of;
    let took: Vec<i64> = cases
        .iter()
        .filter(|case| case.closed.is_some_and(in_months_of))
        .filter_map(|case| Some((case.closed? - case.opened.filter(|day| *day <= look.as_of)?).num_days()))
        .filter(|days| *days >= 0)
        .collect();
    against_target(&took, all);
    let in_months = |case: &&Case| case.opened.is_some_and(in_months_of);
    let kinds: [(&str, CaseName); 3] = [
        ("complaints_by_type", |case| &case.kind),
        ("complaints_by_priority", |case| &case.priority),
        ("complaints_by_origin", |case| &case.origin),
    ];
    for (chart, name) in kinds {
        let mut bars = BTreeMap::new();
        cases.iter().filter(in_months).for_each(|case| *bars.entry(label(name(case))).or_insert(0.0) += 1.0);
        all.bars.insert(chart, bars);
    }
    let per_place = |id: &str, of: fn(&Case) -> Option<NaiveDate>| -> Vec<Option<f64>> {
        let within = |case: &&Case, from, to| of(case).is_some_and(|day| (from..=to).contains(&day));
        look.places(id).into_iter().map(|(from, to)| Some(number(cases.iter().filter(|case| within(case, from, to)).count()))).collect()
    };
    if look.view.charts.iter().any(|chart| chart.id == "complaints_over_time") {
        all.series.insert(("complaints_over_time", "This period".to_owned()), per_place("complaints_over_time", |case| case.opened));
        all.series.insert(("opened_and_closed", "Opened".to_owned()), per_place("opened_and_closed", |case| case.opened));
        all.series.insert(("opened_and_closed", "Closed".to_owned()), per_place("opened_and_closed", |case| case.closed));
    }
}

/// Days from opening to closing of each case: in time, late, and by how long they took. Fifteen days where nobody chose a target.
fn against_target(took: &[i64], all: &mut Expected) {
    let late = took.iter().filter(|days| **days > 15).count();
    all.tiles.insert("solved_in_time", share(number(took.len() - late), number(took.len())));
    all.tiles.insert("solved_late", (!took.is_empty()).then(|| number(late)));
    let mut steps = BTreeMap::new();
    for days in took {
        let step = match days {
            ..=1 => "1 day at most",
            2..=3 => "2 to 3 days",
            4..=5 => "4 to 5 days",
            6..=7 => "6 to 7 days",
            8..=10 => "8 to 10 days",
            11..=15 => "11 to 15 days",
            16..=30 => "16 to 30 days",
            31..=60 => "31 to 60 days",
            61.. => "Over 60 days",
        };
        *steps.entry(step.to_owned()).or_insert(0.0) += 1.0;
    }
    all.bars.insert("days_to_solve", steps);
}

pub fn app(look: &Look<'_>, all: &mut Expected) {
    let uses: Vec<_> = look.facts.uses.iter().filter(|one| look.holds(one.date)).collect();
    let sessions = uses.iter().filter(|one| one.seconds.is_some()).count();
    let some = |value: f64| (!look.facts.uses.is_empty()).then_some(value);
    all.tiles.insert("app_sessions", some(number(sessions)));
    all.tiles.insert("app_events", some(number(uses.len() - sessions)));
    let seconds: i64 = uses.iter().filter_map(|one| one.seconds).sum();
    all.tiles.insert("session_minutes", (sessions > 0).then(|| units(seconds * 100) / 60.0 / number(sessions)));
    let customer_days: BTreeSet<_> = uses.iter().map(|one| (&one.customer, one.date)).collect();
    let days = usize::try_from((look.to - look.from).num_days() + 1).unwrap();
    all.tiles.insert("app_customers", some(number(customer_days.len()) / number(days)));
    let places = look.places("sessions_over_time");
    let within = |date: NaiveDate, (from, to): &(NaiveDate, NaiveDate)| (*from..=*to).contains(&date);
    let of_sessions = |place| uses.iter().filter(|one| one.seconds.is_some() && within(one.date, place)).count();
    let of_customers = |place| customer_days.iter().filter(|(_, date)| within(*date, place)).count();
    all.series
        .insert(("sessions_over_time", "This period".to_owned()), places.iter().map(|place| Some(number(of_sessions(place)))).collect());
    all.series.insert(
        ("app_customers_over_time", "This period".to_owned()),
        places.iter().map(|place| Some(number(of_customers(place)))).collect(),
    );
    let mut features = BTreeMap::new();
    for feature in look.facts.uses.iter().filter_map(|one| one.feature.as_ref()) {
        *features.entry(feature.replace('_', " ")).or_insert(0.0) += 1.0;
    }
    all.bars.insert("features", features);
    let mut last: BTreeMap<&String, NaiveDate> = BTreeMap::new();
    for one in look.facts.uses.iter().filter(|one| one.date <= look.as_of) {
        let known = last.entry(&one.customer).or_insert(one.date);
        *known = one.date.max(*known);
    }
    let mut status = BTreeMap::new();
    for customer in look.facts.customers.values().collect::<BTreeSet<_>>() {
        let name = match last.get(customer).map(|last| (look.as_of - *last).num_days()) {
            _ if look.facts.uses.is_empty() => "not known",
            None => "Never",
            Some(..=30) => "Active",
            Some(..=90) => "Lapsing",
            Some(_) => "Dormant",
        };
        *status.entry(name.to_owned()).or_insert(0.0) += 1.0;
    }
    all.bars.insert("digital_status", status);
}

/// Which fifth each one is in, 5 the highest; the first fifths are one larger where five do not divide.
fn fifths<T: Ord>(mut of: Vec<(T, &str)>) -> BTreeMap<&str, usize> {
    of.sort();
    let (size, larger) = (of.len() / 5, of.len() % 5);
    let group = |at: usize| if at < larger * (size + 1) { at / (size + 1) } else { larger + (at - larger * (size + 1)) / size };
    of.iter().enumerate().map(|(at, (_, customer))| (*customer, group(at) + 1)).collect()
}

pub fn value(look: &Look<'_>, all: &mut Expected) {
    let moved = by_customer(look);
    let active = activity(look);
    let last = |of: &[&Movement]| of.iter().map(|one| one.date).max().unwrap();
    let recency = fifths(moved.iter().map(|(customer, of)| (last(of), *customer)).collect());
    let frequency = fifths(moved.iter().map(|(customer, of)| (recent(look, of), *customer)).collect());
    let mut amounts: BTreeMap<&str, Vec<(i64, &str)>> = BTreeMap::new();
    for (customer, of) in &moved {
        let currencies: BTreeSet<&str> = of.iter().map(|one| one.currency.as_str()).collect();
        if currencies.len() == 1 {
            amounts.entry(of[0].currency.as_str()).or_default().push((of.iter().map(|one| one.minor).sum(), customer));
        }
    }
    let monetary: BTreeMap<&str, usize> = amounts.values().flat_map(|of| fifths(of.clone())).collect();
    let mut groups = BTreeMap::new();
    for customer in look.facts.customers.values().collect::<BTreeSet<_>>() {
        let customer = customer.as_str();
        let group = match (recency.get(customer), frequency.get(customer), monetary.get(customer)) {
            (Some(4..), Some(4..), None | Some(4..)) => "Champions",
            (Some(4..), Some(3..), _) => "Loyal",
            (Some(4..), _, _) => "Recent",
            (Some(..=2), Some(4..), _) | (Some(..=2), _, Some(4..)) => "Slipping",
            (Some(..=2), _, _) => "Lapsed",
            (Some(_), _, _) => "Average",
            (None, _, _) => "no transactions",
        };
        *groups.entry(group.to_owned()).or_insert(0.0) += 1.0;
    }
    all.bars.insert("rfm_groups", groups);
    let lost = |customer: &str| active.get(customer).and_then(|days| is_silent(days, look.as_of)) == Some(true);
    let high_value_lost: Vec<&str> = monetary.iter().filter(|(who, fifth)| **fifth == 5 && lost(who)).map(|(who, _)| *who).collect();
    all.tiles.insert("high_value_lost", Some(number(high_value_lost.len())));
    let mut by_branch = BTreeMap::new();
    for customer in high_value_lost {
        *by_branch.entry(branch_name(look, &look.facts.homes[customer].0)).or_insert(0.0) += 1.0;
    }
    all.bars.insert("lost_by_branch", by_branch);
    let values = lifetime_values(look, &amounts, &moved);
    all.tiles.insert("lifetime_value", (!values.is_empty()).then(|| values.values().sum()));
    let (segments, mut by_segment) = (segments_of(look), BTreeMap::new());
    for (customer, value) in values {
        *by_segment.entry(segments[customer].to_owned()).or_insert(0.0) += value;
    }
    all.bars.insert("value_by_segment", by_segment);
}

/// What customers with money of the page's currency are worth, in units of it.
fn lifetime_values<'a>(
    look: &Look<'_>,
    amounts: &BTreeMap<&str, Vec<(i64, &'a str)>>,
    moved: &BTreeMap<&str, Vec<&Movement>>,
) -> BTreeMap<&'a str, f64> {
    let mut held: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for account in &look.facts.accounts {
        if let Some(customer) = &account.customer {
            held.entry(customer).or_default().insert(&account.currency);
        }
    }
    let mut values = BTreeMap::new();
    for (currency, of) in amounts {
        for (minor, customer) in of {
            // A customer's money is of the currency of the accounts, where there are any.
            let own = held.get(customer).map_or(Some(*currency), |all| (all.len() == 1).then(|| *all.first().unwrap()));
            if own.unwrap_or_default() == look.currency {
                values.insert(*customer, (units(*minor) * 36.0 / months(look, &moved[customer])).round() / 100.0);
            }
        }
    }
    values
}

pub fn identity(look: &Look<'_>, all: &mut Expected) {
    let mut of_customer: BTreeMap<&String, usize> = BTreeMap::new();
    look.facts.customers.values().for_each(|customer| *of_customer.entry(customer).or_default() += 1);
    let (records, customers) = (number(look.facts.customers.len()), number(of_customer.len()));
    all.tiles.insert("source_records", Some(records));
    all.tiles.insert("records_per_customer", Some(records / customers));
    let mut sizes = BTreeMap::new();
    for count in of_customer.values() {
        let name = if *count == 1 { "1 record".to_owned() } else { format!("{count} records") };
        *sizes.entry(name).or_insert(0.0) += 1.0;
    }
    all.bars.insert("cluster_sizes", sizes);
    let mut systems: BTreeMap<String, f64> = look.facts.records.iter().map(|(name, count)| ((*name).to_owned(), number(*count))).collect();
    let sheets = look.facts.customers.keys().filter(|id| id.starts_with("google_sheets/")).count();
    systems.insert("Sheets".to_owned(), number(sheets));
    all.bars.insert("records_by_system", systems);
    all.tiles.insert("waiting_in_review", Some(number(look.facts.asked_about.len())));
    let mut known_to: BTreeMap<&String, BTreeSet<&str>> = BTreeMap::new();
    for (id, customer) in &look.facts.customers {
        known_to.entry(customer).or_default().insert(id.split_once('/').unwrap().0);
    }
    duplicates(look, all);
    let mut together = BTreeMap::new();
    for systems in known_to.values() {
        let own = [("erpnext", "ERP"), ("salesforce", "CRM"), ("supabase", "App"), ("google_sheets", "Sheets")];
        let named = own.iter().filter(|(system, _)| systems.contains(system)).map(|(_, name)| *name);
        let other = systems.iter().rfind(|system| own.iter().all(|(known, _)| known != *system)).copied();
        *together.entry(named.chain(other).collect::<Vec<_>>().join(" + ")).or_insert(0.0) += 1.0;
    }
    all.bars.insert("systems", together);
}

/// What a system is called on the pages.
fn system_name(system: &str) -> &str {
    match system {
        "erpnext" => "ERP",
        "salesforce" => "CRM",
        "supabase" => "App",
        "google_sheets" => "Sheets",
        other => other,
    }
}

/// Records that their customer has beyond the first in one system.
fn duplicates(look: &Look<'_>, all: &mut Expected) {
    let mut of_system: BTreeMap<&str, BTreeMap<&String, usize>> = BTreeMap::new();
    for (id, customer) in &look.facts.customers {
        *of_system.entry(id.split_once('/').unwrap().0).or_default().entry(customer).or_default() += 1;
    }
    let beyond = |of: &BTreeMap<&String, usize>| number(of.values().map(|count| count - 1).sum());
    all.tiles.insert("duplicate_records", Some(of_system.values().map(beyond).sum()));
    let shares = of_system.iter().map(|(system, of)| {
        let percent = share(beyond(of), number(of.values().sum())).unwrap_or_default();
        (system_name(system).to_owned(), (percent * 100.0).round() / 100.0)
    });
    all.bars.insert("duplicates_by_system", shares.collect());
}
