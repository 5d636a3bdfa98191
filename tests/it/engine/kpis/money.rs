//! Transactions, balances, loans and investments, added up from bronze.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::bronze::{Account, Movement};
use super::{Expected, Look};

#[expect(clippy::cast_precision_loss, reason = "a sum of cents of a small bank")]
pub fn units(minor: i64) -> f64 {
    minor as f64 / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "a count of a small bank")]
pub fn number(count: usize) -> f64 {
    count as f64
}

pub fn share(part: f64, whole: f64) -> Option<f64> {
    (whole != 0.0).then(|| 100.0 * part / whole)
}

pub fn label(text: &str) -> String {
    if text.is_empty() { "not known".to_owned() } else { text.to_owned() }
}

fn sum<'a>(of: impl Iterator<Item = &'a Movement>) -> f64 {
    units(of.map(|one| one.minor).sum())
}

pub fn transactions(look: &Look<'_>, all: &mut Expected) {
    let in_branch = |one: &&Movement| look.branch.as_ref().is_none_or(|branch| one.branch == *branch);
    let posted: Vec<&Movement> =
        look.facts.movements.iter().filter(|one| one.is_posted && look.holds(one.date)).filter(in_branch).collect();
    let wanted = look.view.filter.currency.as_ref().filter(|_| look.view.chosen.iter().any(|(what, _)| what == "Currency"));
    let counted: Vec<&&Movement> = posted.iter().filter(|one| wanted.is_none_or(|currency| one.currency == *currency)).collect();
    let money: Vec<&Movement> = posted.iter().filter(|one| one.currency == look.currency).copied().collect();
    let of = |direction: &str| sum(money.iter().filter(|one| one.direction == direction).copied());
    let or_none = |value: f64| (!money.is_empty()).then_some(value);
    let (credit, debit) = (of("credit"), of("debit"));
    all.tiles.insert("total_transactions", (!posted.is_empty()).then(|| number(counted.len())));
    all.tiles.insert("total_transaction_amount", or_none(sum(money.iter().copied())));
    all.tiles.insert("credit_amount", or_none(credit));
    all.tiles.insert("debit_amount", or_none(debit));
    all.tiles.insert("credit_share", share(credit, credit + debit));
    for (chart, name) in [("amount_by_type", (|one| &one.kind) as fn(&Movement) -> &String), ("amount_by_channel", |one| &one.channel)] {
        let mut bars = BTreeMap::new();
        money.iter().for_each(|one| *bars.entry(label(name(one))).or_insert(0.0) += units(one.minor));
        all.bars.insert(chart, bars);
    }
    over_time(look, all, &money, &counted);
}

fn over_time(look: &Look<'_>, all: &mut Expected, money: &[&Movement], counted: &[&&Movement]) {
    let has = |id: &str| look.view.charts.iter().any(|chart| chart.id == id);
    let within = |place: &(NaiveDate, NaiveDate), one: &Movement| place.0 <= one.date && one.date <= place.1;
    let amounts = |places: &[(NaiveDate, NaiveDate)], direction: Option<&str>| -> Vec<Option<f64>> {
        let of = |one: &&&Movement, place| within(place, one) && direction.is_none_or(|wanted| one.direction == wanted);
        places.iter().map(|place| Some(sum(money.iter().filter(|one| of(one, place)).copied()))).collect()
    };
    if has("amount_over_time") {
        let places = look.places("amount_over_time");
        all.series.insert(("amount_over_time", "This period".to_owned()), amounts(&places, None));
    }
    if has("volume_over_time") {
        let places = look.places("volume_over_time");
        let counts = places.iter().map(|place| Some(number(counted.iter().filter(|one| within(place, one)).count()))).collect();
        all.series.insert(("volume_over_time", "This period".to_owned()), counts);
    }
    if has("credit_and_debit") {
        let places = look.places("credit_and_debit");
        for (name, direction) in [("Credit", "credit"), ("Debit", "debit")] {
            all.series.insert(("credit_and_debit", name.to_owned()), amounts(&places, Some(direction)));
        }
    }
}

/// What an account and currency held at the end of a month.
pub struct Held<'a> {
    pub account: &'a Account,
    pub currency: String,
    pub minor: i64,
}

fn month(date: NaiveDate) -> String {
    date.format("%Y-%m").to_string()
}

fn held<'a>(look: &Look<'a>, until: NaiveDate) -> Vec<Held<'a>> {
    held_while(look, &|date| date <= look.as_of && month(date) <= month(until))
}

/// The last level of every account among the days that are past.
pub fn held_while<'a>(look: &Look<'a>, is_past: &dyn Fn(NaiveDate) -> bool) -> Vec<Held<'a>> {
    let mut found = Vec::new();
    if !look.facts.levels.is_empty() {
        let mut last = BTreeMap::new();
        for level in look.facts.levels.iter().filter(|level| is_past(level.date)) {
            let held: &mut (NaiveDate, i64, i64) =
                last.entry((&level.account, &level.currency)).or_insert((level.date, level.part, level.minor));
            if (level.date, level.part) >= (held.0, held.1) {
                *held = (level.date, level.part, level.minor);
            }
        }
        for ((account, currency), (_, _, minor)) in last {
            let account = look.facts.accounts.iter().find(|one| one.id == *account).unwrap();
            found.push(Held { account, currency: currency.clone(), minor });
        }
        return found;
    }
    let mut by_account: BTreeMap<&str, Vec<&Movement>> = BTreeMap::new();
    for one in look.facts.movements.iter().filter(|one| one.after.is_some()) {
        by_account.entry(one.account.as_deref().unwrap_or_default()).or_default().push(one);
    }
    for account in &look.facts.accounts {
        let mut movements = by_account.remove(account.id.as_str()).unwrap_or_default();
        movements.sort_by(|a, b| (&a.at, a.id.len(), &a.id).cmp(&(&b.at, b.id.len(), &b.id)));
        let minor = match (movements.first(), movements.iter().rfind(|one| is_past(one.date))) {
            (_, Some(last)) => last.after,
            (Some(first), None) => {
                let before = first.date - Days::new(1);
                let opened = account.opened.filter(|opened| *opened < first.date).unwrap_or(before);
                let change = if first.direction == "credit" { first.minor } else { -first.minor };
                is_past(opened).then(|| first.after.unwrap() - change)
            }
            (None, None) => account.minor.filter(|_| account.opened.is_some_and(is_past)),
        };
        found.extend(minor.map(|minor| Held { account, currency: account.currency.clone(), minor }));
    }
    found
}

fn average<'a>(of: impl Iterator<Item = &'a Held<'a>>) -> Option<f64> {
    let minors: Vec<i64> = of.map(|held| held.minor).collect();
    (!minors.is_empty()).then(|| (units(minors.iter().sum::<i64>() * 100) / number(minors.len())).round() / 100.0)
}

pub fn balances(look: &Look<'_>, all: &mut Expected) {
    let every = held(look, look.to);
    let mine: Vec<&Held<'_>> = every.iter().filter(|held| held.currency == look.currency).collect();
    let total = |of: &dyn Fn(&Held<'_>) -> bool| {
        let minors: Vec<i64> = mine.iter().filter(|held| of(held)).map(|held| held.minor).collect();
        (!minors.is_empty()).then(|| units(minors.iter().sum()))
    };
    all.tiles.insert("total_balance", total(&|_| true));
    all.tiles.insert("total_customers_balance", total(&|held| held.account.customer.is_some()));
    all.tiles.insert("average_balance_per_account", average(mine.iter().copied()));
    let wanted = look.view.chosen.iter().any(|(what, _)| what == "Currency");
    let accounts = if wanted { mine.len() } else { every.len() };
    all.tiles.insert("total_accounts", (accounts > 0).then(|| number(accounts)));
    let branch = |held: &Held<'_>| look.facts.branches.get(&held.account.branch).cloned().unwrap_or_default();
    let of_kind = |held: &Held<'_>| label(&held.account.kind);
    let grouped = |name: &dyn Fn(&Held<'_>) -> String| {
        let mut groups: BTreeMap<String, Vec<&Held<'_>>> = BTreeMap::new();
        mine.iter().for_each(|held| groups.entry(name(held)).or_default().push(held));
        groups
    };
    let sums = |groups: &BTreeMap<String, Vec<&Held<'_>>>| {
        groups.iter().map(|(name, of)| (name.clone(), units(of.iter().map(|held| held.minor).sum()))).collect()
    };
    let averages = |groups: &BTreeMap<String, Vec<&Held<'_>>>| {
        groups.iter().map(|(name, of)| (name.clone(), average(of.iter().copied()).unwrap())).collect()
    };
    all.bars.insert("balance_by_branch", sums(&grouped(&|held| label(&branch(held).0))));
    all.bars.insert("balance_by_type", sums(&grouped(&of_kind)));
    all.bars.insert("average_by_type", averages(&grouped(&of_kind)));
    all.bars.insert("deposit_by_region", averages(&grouped(&|held| label(&branch(held).1))));
    if let Some(chart) = look.view.charts.iter().find(|chart| chart.id == "balance_by_type_over_time") {
        let ends: Vec<Vec<Held<'_>>> = look.places(&chart.id).iter().map(|(_, last)| held(look, *last)).collect();
        for series in &chart.series {
            let of = |held: &&Held<'_>| held.currency == look.currency && of_kind(held) == series.name;
            let values = ends.iter().map(|end| average(end.iter().filter(of))).collect();
            all.series.insert(("balance_by_type_over_time", series.name.clone()), values);
        }
    }
}

pub fn loans(look: &Look<'_>, all: &mut Expected) {
    let is_owed = |status: &str| ["approved", "defaulted"].contains(&status.to_lowercase().as_str());
    let is_approved = |status: &str| ["approved", "closed", "defaulted"].contains(&status.to_lowercase().as_str());
    let mut outstanding = BTreeMap::new();
    let (mut by_status, mut by_kind) = (BTreeMap::new(), BTreeMap::<String, (f64, f64)>::new());
    for loan in &look.facts.loans {
        if is_owed(&loan.status) && loan.currency == look.currency {
            *outstanding.entry(label(&loan.kind)).or_insert(0.0) += units(loan.outstanding);
        }
        *by_status.entry(label(&loan.status)).or_insert(0.0) += 1.0;
        let (approved, count) = by_kind.entry(label(&loan.kind)).or_default();
        *approved += f64::from(u8::from(is_approved(&loan.status)));
        *count += 1.0;
    }
    let approved: f64 = by_kind.values().map(|(approved, _)| approved).sum();
    all.tiles.insert("total_loan_portfolio", (!outstanding.is_empty()).then(|| outstanding.values().sum()));
    all.tiles.insert("loan_approval_rate", share(approved, number(look.facts.loans.len())));
    all.bars.insert("outstanding_by_type", outstanding);
    all.bars.insert("loans_by_status", by_status);
    all.bars.insert(
        "approval_by_type",
        by_kind.into_iter().map(|(kind, (approved, count))| (kind, share(approved, count).unwrap_or(0.0))).collect(),
    );
    let mut invested = BTreeMap::<String, (f64, f64)>::new();
    for one in look.facts.investments.iter().filter(|one| one.currency == look.currency) {
        let (amount, gain) = invested.entry(label(&one.kind)).or_default();
        *amount += units(one.amount);
        *gain += units(one.gain);
    }
    let (amount, gain) = invested.values().fold((0.0, 0.0), |(amount, gain), of| (amount + of.0, gain + of.1));
    all.tiles.insert("investments_total", (!invested.is_empty()).then_some(amount));
    all.tiles.insert("investment_roi", share(gain, amount));
    all.bars.insert("roi_by_type", invested.into_iter().map(|(kind, (amount, gain))| (kind, share(gain, amount).unwrap_or(0.0))).collect());
}
