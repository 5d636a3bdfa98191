//! What one customer holds over time and how likely they are to leave. Flow: balances of accounts -> one line in one currency; gold's risk -> page.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};

use crate::analytics::Policy;
use crate::engine::pages::{BalanceLine, CustomerRisk, RiskJudge, Tier};
use crate::store::gold::{AccountBalance, RiskFound};

/// Months that the line goes back.
const SHOWN: Months = Months::new(36);

/// All accounts' balance in the currency in which most is held; None where no source tells it. `told` by date.
pub fn line_of(told: &[AccountBalance], as_of: NaiveDate) -> Option<BalanceLine> {
    let mut sums: BTreeMap<&str, BTreeMap<NaiveDate, i64>> = BTreeMap::new();
    let mut held: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut first_moved: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    for one in told {
        let Ok(day) = one.date.parse::<NaiveDate>() else { continue };
        let before = held.insert((&one.currency, &one.account), one.balance_minor).unwrap_or(0);
        let days = sums.entry(&one.currency).or_default();
        let sum = days.last_key_value().map_or(0, |(_, sum)| *sum);
        days.insert(day, sum + one.balance_minor - before);
        if one.moved {
            first_moved.entry(&one.currency).or_insert(day);
        }
    }
    let (currency, days) = sums.iter().max_by_key(|(_, days)| (days.last_key_value().map(|(_, sum)| *sum), days.len()))?;
    // What lies before the first movement says only when the account was opened.
    let first = first_moved.get(currency).or_else(|| days.keys().next()).copied()?;
    let from = as_of.checked_sub_months(SHOWN)?.max(first);
    if from >= as_of {
        return None;
    }
    let on = |day: NaiveDate| days.range(..=day).next_back().map(|(_, sum)| *sum);
    let later = days.range(from..).filter(|(day, _)| **day > from).map(|(day, sum)| (*day, *sum));
    let steps = on(from).map(|sum| (from, sum)).into_iter().chain(later);
    Some(BalanceLine {
        currency: (*currency).to_owned(),
        steps: steps.map(|(day, sum)| (day.to_string(), sum)).collect(),
        to: as_of.to_string(),
        falls: falls(on, as_of),
    })
}

/// Less at the end of each of the last three times 30 days than before it.
fn falls(on: impl Fn(NaiveDate) -> Option<i64>, as_of: NaiveDate) -> bool {
    let ago = |days: u64| as_of.checked_sub_days(Days::new(days)).and_then(&on);
    let ends: Vec<i64> = [90, 60, 30, 0].into_iter().filter_map(ago).collect();
    ends.len() == 4 && ends.windows(2).all(|pair| pair[0] > pair[1])
}

/// Where the rules' tiers begin: `gold.agg_customer_risk` says so of its points.
const RULE_BANDS: [f64; 3] = [0.3, 0.5, 0.7];

/// What the page says of it; None where gold's tier is none of ours.
pub fn judged(found: RiskFound, policy: &Policy) -> Option<CustomerRisk> {
    let tier = Tier::ALL.into_iter().find(|tier| tier.name() == found.tier)?;
    let (judge, bands) = match (found.model, found.score) {
        (Some((probability, version)), _) => (RiskJudge::Model { version, probability }, [policy.medium, policy.high, policy.critical]),
        (None, Some(score)) => (RiskJudge::Rule { score }, RULE_BANDS),
        (None, None) => return None,
    };
    Some(CustomerRisk { tier, judge, bands, reasons: found.reasons, recommended_action: found.recommended_action })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(account: &str, date: &str, currency: &str, balance_minor: i64, moved: bool) -> AccountBalance {
        AccountBalance { account: account.into(), date: date.into(), currency: currency.into(), balance_minor, moved }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn accounts_of_one_currency_are_summed_day_by_day() {
        let told = [
            told("a", "2025-01-01", "USD", 0, false),
            told("a", "2025-02-01", "USD", 1_000, true),
            told("b", "2025-03-01", "USD", 500, true),
            told("e", "2025-03-02", "EUR", 900, true),
            told("a", "2025-03-05", "USD", 700, true),
            told("b", "2025-03-05", "USD", 600, true),
        ];
        let line = line_of(&told, day("2025-06-30")).expect("a line");
        assert_eq!((line.currency.as_str(), line.to.as_str()), ("USD", "2025-06-30"));
        let steps: Vec<(&str, i64)> = line.steps.iter().map(|(day, sum)| (day.as_str(), *sum)).collect();
        assert_eq!(steps, [("2025-02-01", 1_000), ("2025-03-01", 1_500), ("2025-03-05", 1_300)]);
        assert!(!line.falls);
    }

    #[test]
    fn what_is_older_than_three_years_is_the_first_step() {
        let told = [told("a", "2015-05-01", "USD", 100, true), told("a", "2019-05-01", "USD", 250, true)];
        let line = line_of(&told, day("2025-06-30")).expect("a line");
        assert_eq!(line.steps, [("2022-06-30".to_owned(), 250)]);
        assert_eq!(line_of(&told[..1], day("2015-05-01")), None, "a line has a length");
        assert_eq!(line_of(&[], day("2015-05-01")), None);
    }

    #[test]
    fn three_months_less_each_time_is_a_fall() {
        let mut rows = vec![told("a", "2025-01-01", "USD", 900, true)];
        for (date, balance) in [("2025-04-20", 800), ("2025-05-20", 700), ("2025-06-20", 600)] {
            rows.push(told("a", date, "USD", balance, true));
        }
        assert!(line_of(&rows, day("2025-06-30")).expect("a line").falls);
        rows[2].balance_minor = 800;
        assert!(!line_of(&rows, day("2025-06-30")).expect("a line").falls);
    }
}
