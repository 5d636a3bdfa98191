//! Who may leave and what warns of it: the rules once more, in plain Rust over bronze.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use karat::engine::pages::DashboardPage;

use super::bronze::Movement;
use super::money::{held_while, number};
use super::people::by_customer;
use super::{Expected, Look, same};

/// What a customer's accounts hold together, where they are of one currency and their levels are known.
#[derive(Debug, Clone, Copy)]
struct Levels {
    /// Now as the accounts state it, and 30, 60 and 90 days ago.
    stated: i64,
    ago: [i64; 3],
    trend: Option<f64>,
}

/// Customer -> levels.
fn levels(look: &Look<'_>) -> BTreeMap<String, Levels> {
    let on = |day: Option<NaiveDate>| -> BTreeMap<String, i64> {
        let held = held_while(look, &|date| day.is_none_or(|day| date <= day));
        held.into_iter().filter(|held| held.currency == held.account.currency).map(|held| (held.account.id.clone(), held.minor)).collect()
    };
    let ever = on(None);
    let now = on(Some(look.as_of));
    let ago = [30, 60, 90].map(|days| on(Some(look.as_of - Days::new(days))));
    let mut of_customer: BTreeMap<&String, Vec<&super::bronze::Account>> = BTreeMap::new();
    for account in &look.facts.accounts {
        if let Some(customer) = &account.customer {
            of_customer.entry(customer).or_default().push(account);
        }
    }
    let mut found = BTreeMap::new();
    for (customer, accounts) in of_customer {
        let currencies: BTreeSet<&String> = accounts.iter().map(|one| &one.currency).collect();
        if currencies.len() > 1 || accounts.iter().any(|one| !ever.contains_key(&one.id)) {
            continue;
        }
        let sum = |of: &BTreeMap<String, i64>| accounts.iter().map(|one| of.get(&one.id).copied().unwrap_or(0)).sum::<i64>();
        let ago = [sum(&ago[0]), sum(&ago[1]), sum(&ago[2])];
        let stated = accounts.iter().filter_map(|one| one.minor).sum();
        let last: i64 = accounts.iter().filter_map(|one| now.get(&one.id).copied().or(one.minor)).sum();
        let trend = (ago[2] > 0).then(|| super::money::units(last - ago[2]) / super::money::units(ago[2]));
        found.insert(customer.clone(), Levels { stated, ago, trend });
    }
    found
}

/// Everything that the rules and the signals ask of a customer.
struct Known<'a> {
    levels: BTreeMap<String, Levels>,
    moved: BTreeMap<&'a str, Vec<&'a Movement>>,
    /// Days on which the customer complained, and the scores that were given.
    complaints: BTreeMap<&'a str, Vec<NaiveDate>>,
    scores: BTreeMap<&'a str, Vec<f64>>,
    last_login: BTreeMap<&'a str, NaiveDate>,
}

impl<'a> Known<'a> {
    fn of(look: &Look<'a>) -> Self {
        let facts = look.facts;
        let mut complaints: BTreeMap<&str, Vec<NaiveDate>> = BTreeMap::new();
        let mut scores: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for case in facts.cases.iter().filter(|case| case.opened.is_none_or(|opened| opened <= look.as_of)) {
            let Some(customer) = &case.customer else { continue };
            complaints.entry(customer).or_default().extend(case.opened);
            scores.entry(customer).or_default().extend(case.score);
        }
        let mut last_login: BTreeMap<&str, NaiveDate> = BTreeMap::new();
        for one in facts.uses.iter().filter(|one| one.date <= look.as_of) {
            let known = last_login.entry(&one.customer).or_insert(one.date);
            *known = one.date.max(*known);
        }
        Self { levels: levels(look), moved: by_customer(look), complaints, scores, last_login }
    }

    fn is_falling(&self, customer: &str) -> bool {
        self.levels.get(customer).is_some_and(|of| of.ago[2] > of.ago[1] && of.ago[1] > of.ago[0] && of.ago[0] > of.stated)
    }

    fn complained(&self, look: &Look<'_>, customer: &str, days: u64) -> usize {
        let since = look.as_of - Days::new(days);
        self.complaints.get(customer).map_or(0, |all| all.iter().filter(|day| **day > since).count())
    }

    fn has_note(look: &Look<'_>, customer: &str, kind: &str) -> bool {
        let since = look.as_of - Days::new(90);
        look.facts.notes.iter().any(|(who, day, of)| who == customer && of == kind && *day > since && *day <= look.as_of)
    }

    fn days_away(&self, look: &Look<'_>, customer: &str) -> Option<i64> {
        self.last_login.get(customer).map(|last| (look.as_of - *last).num_days())
    }

    /// Points of the rules.
    fn points(&self, look: &Look<'_>, customer: &str) -> u32 {
        let mut points = 0;
        if let Some(trend) = self.levels.get(customer).and_then(|of| of.trend) {
            points += if trend < -0.5 {
                25
            } else if trend < -0.2 {
                15
            } else {
                0
            };
        }
        points += 10 * u32::from(self.is_falling(customer));
        if let Some(of) = self.moved.get(customer) {
            let ago = |days| look.as_of - Days::new(days);
            let last = of.iter().map(|one| one.date).max().unwrap();
            let recent = of.iter().filter(|one| one.date > ago(90)).count();
            let before = of.iter().filter(|one| one.date > ago(180) && one.date <= ago(90)).count();
            points += if last <= ago(90) {
                35
            } else if last <= ago(45) {
                18
            } else {
                0
            };
            points += if last > ago(45) && before >= 4 && 2 * recent <= before { 12 } else { 0 };
        }
        let (month, quarter) = (self.complained(look, customer, 30), self.complained(look, customer, 90));
        points += if month >= 3 {
            25
        } else if quarter >= 2 {
            18
        } else if quarter == 1 {
            6
        } else {
            0
        };
        let scores = self.scores.get(customer).filter(|scores| !scores.is_empty());
        let is_unhappy = scores.is_some_and(|scores| (scores.iter().sum::<f64>() / number(scores.len()) * 1e4).round() / 1e4 <= 2.0);
        points += 10 * u32::from(is_unhappy);
        points += match self.days_away(look, customer) {
            Some(91..) => 20,
            Some(31..) => 10,
            Some(15..) => 5,
            _ => 0,
        };
        points += if Self::has_note(look, customer, "negative") { 20 } else { 10 * u32::from(Self::has_note(look, customer, "warning")) };
        points.min(100)
    }
}

fn tier(points: u32) -> &'static str {
    match points {
        70.. => "Critical",
        50.. => "High",
        30.. => "Medium",
        _ => "Low",
    }
}

fn everybody<'a>(look: &Look<'a>) -> BTreeSet<&'a str> {
    look.facts.customers.values().map(String::as_str).collect()
}

pub fn tiers(look: &Look<'_>, all: &mut Expected) {
    let known = Known::of(look);
    let mut tiers = BTreeMap::new();
    everybody(look).into_iter().for_each(|customer| *tiers.entry(tier(known.points(look, customer)).to_owned()).or_insert(0.0) += 1.0);
    all.bars.insert("risk_tiers", tiers);
}

/// The list of whom to call: everybody of the two highest tiers, each with the points that bronze gives, the most urgent first.
pub fn calls(place: &str, look: &Look<'_>, page: DashboardPage) -> bool {
    if page != DashboardPage::Executive {
        return false;
    }
    let known = Known::of(look);
    let wanted: BTreeMap<&str, u32> =
        everybody(look).into_iter().map(|customer| (customer, known.points(look, customer))).filter(|(_, points)| *points >= 50).collect();
    let chart = look.chart("who_to_call");
    let column = |name: &str| chart.table.columns.iter().position(|column| column == name).unwrap_or_else(|| panic!("no {name}"));
    let (key, risk, value) = (column("key"), column("risk"), column("balance"));
    assert_eq!(chart.table.rows.len(), wanted.len().min(100), "{place}: who to call");
    let mut last = f64::INFINITY;
    for row in &chart.table.rows {
        let points = wanted.get(row[key].plain().as_str()).unwrap_or_else(|| panic!("{place}: {} need not be called", row[key].plain()));
        same(&format!("{place}: risk of {}", row[key].plain()), row[risk].as_f64(), Some(f64::from(*points)));
        let worth = (row[value].as_f64().unwrap_or(0.0) / 10_000.0).clamp(0.0, 40.0);
        let priority = ((0.6 * f64::from(*points) + worth) * 1e4).round() / 1e4;
        assert!(priority <= last, "{place}: {priority} stands behind {last}");
        last = priority;
    }
    true
}

fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) }
}

/// Transactions of the last 90 days far above what is usual for the customer, type and currency in two years: modified z-score above 3.5.
fn unusual<'a>(look: &Look<'a>, moved: &BTreeMap<&'a str, Vec<&'a Movement>>) -> Vec<(&'a str, &'a str)> {
    let (years, quarter) = (look.as_of - Days::new(730), look.as_of - Days::new(90));
    let mut found = Vec::new();
    for (customer, all) in moved {
        let mut groups: BTreeMap<(&str, &str), Vec<&Movement>> = BTreeMap::new();
        for one in all.iter().filter(|one| one.date > years) {
            groups.entry((&one.kind, &one.currency)).or_default().push(one);
        }
        for of in groups.values().filter(|of| of.len() >= 8) {
            let mut amounts: Vec<f64> = of.iter().map(|one| super::money::units(one.minor)).collect();
            amounts.sort_by(f64::total_cmp);
            let middle = median(&amounts);
            let mut away: Vec<f64> = amounts.iter().map(|amount| (amount - middle).abs()).collect();
            away.sort_by(f64::total_cmp);
            let (mad, mean) = (median(&away), away.iter().sum::<f64>() / number(away.len()));
            for one in of.iter().filter(|one| one.date > quarter) {
                let above = super::money::units(one.minor) - middle;
                let score = if mad > 0.0 { 0.6745 * above / mad } else { above / (1.253_314 * mean) };
                if (score * 100.0).round() / 100.0 > 3.5 {
                    found.push((*customer, one.id.as_str()));
                }
            }
        }
    }
    found
}

pub fn signals(look: &Look<'_>, all: &mut Expected) {
    let known = Known::of(look);
    let unusual = unusual(look, &known.moved);
    all.tiles.insert("unusual_transactions", Some(number(unusual.len())));
    let unusual: BTreeSet<&str> = unusual.into_iter().map(|(customer, _)| customer).collect();
    let mut bars = BTreeMap::new();
    for customer in everybody(look) {
        let speaks = [
            ("Balance falling three months", known.is_falling(customer)),
            ("Three complaints in 30 days", known.complained(look, customer, 30) >= 3),
            ("No login in 30 days", known.days_away(look, customer).is_some_and(|days| days > 30)),
            ("Unhappy note in 90 days", Known::has_note(look, customer, "negative")),
            ("Unusual transaction", unusual.contains(customer)),
        ];
        speaks.into_iter().filter(|(_, speaks)| *speaks).for_each(|(name, _)| *bars.entry(name.to_owned()).or_insert(0.0) += 1.0);
    }
    all.tiles.insert("customers_with_signals", Some(bars.values().sum()));
    all.bars.insert("signals", bars);
}
