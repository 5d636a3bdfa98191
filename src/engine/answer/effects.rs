//! What an answer changes downstream. Flow: figures of both customers -> "2 and 1 -> 3".

use rusqlite::Connection;

use crate::base::CustomerKey;
use crate::base::money::format_minor;
use crate::engine::error::EngineError;
use crate::engine::pages::{CompareCell, CompareRow, Effect, GoldenCell};
use crate::store::gold::{CustomerFigures, customer_figures};

use super::sqlite;
use super::words::day;

/// What "same" would change. Empty where both groups are one customer already (a doubtful cluster) or no figures are built.
pub fn effects(conn: &Connection, customers: &[CustomerKey]) -> Result<Vec<Effect>, EngineError> {
    let mut distinct: Vec<CustomerKey> = customers.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 2 {
        return Ok(Vec::new());
    }
    let figures = read(conn, &distinct)?;
    let mut effects = Vec::new();
    sum(&mut effects, "Accounts joined", &figures, |f| f.accounts);
    sum(&mut effects, "Complaints, 90 d", &figures, |f| f.complaints_90_days);
    sum(&mut effects, "Transactions", &figures, |f| f.transactions);
    if let Some(risk) = risk(&figures) {
        effects.push(risk);
    }
    effects.push(Effect { label: "Customers".to_owned(), before: distinct.len().to_string(), after: "1".to_owned(), warns: false });
    let keys = distinct.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    effects.push(Effect { label: "Key kept".to_owned(), before: keys, after: distinct[0].to_string(), warns: false });
    Ok(effects)
}

fn read(conn: &Connection, customers: &[CustomerKey]) -> Result<Vec<CustomerFigures>, EngineError> {
    customers.iter().map(|customer| sqlite(customer_figures(conn, *customer))).collect()
}

fn sum(effects: &mut Vec<Effect>, label: &str, figures: &[CustomerFigures], get: impl Fn(&CustomerFigures) -> Option<i64>) {
    let known: Vec<i64> = figures.iter().filter_map(get).collect();
    if known.is_empty() {
        return;
    }
    let before = known.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    effects.push(Effect { label: label.to_owned(), before, after: known.iter().sum::<i64>().to_string(), warns: false });
}

/// The joined customer is at least at the higher of both risks: its reasons are all reasons of one person.
fn risk(figures: &[CustomerFigures]) -> Option<Effect> {
    let word = |f: &CustomerFigures| f.risk_tier.clone().map(|tier| (f.risk_score.unwrap_or_default(), tier));
    let known: Vec<(i64, String)> = figures.iter().filter_map(word).collect();
    let first = known.first()?.clone();
    let highest = known.iter().max_by_key(|(score, _)| *score)?.clone();
    Some(Effect {
        label: "Risk tier".to_owned(),
        before: first.1.clone(),
        after: format!("at least {}", highest.1),
        warns: highest.0 > first.0,
    })
}

/// Rows below the line: what a steward wants to see but nobody compares. A customer's figure stands in its first record's column.
pub fn not_compared_rows(conn: &Connection, group_of: &[usize], customers: &[CustomerKey]) -> Result<Vec<CompareRow>, EngineError> {
    let figures = read(conn, customers)?;
    let is_one_customer = customers.windows(2).all(|pair| pair[0] == pair[1]);
    let counted: &[CustomerFigures] = if is_one_customer { &figures[..figures.len().min(1)] } else { &figures };
    let row = |field: &'static str, label: &'static str, show: &dyn Fn(&CustomerFigures) -> Option<String>, golden: Option<String>| {
        let mut cells = vec![CompareCell::default(); group_of.len()];
        for (group, figures) in counted.iter().enumerate() {
            if let (Some(at), Some(text)) = (group_of.iter().position(|of| *of == group), show(figures)) {
                cells[at].runs = vec![(false, text)];
            }
        }
        CompareRow { field, label, cells, golden: GoldenCell { value: golden, ..GoldenCell::default() }, agree: true, compared: false }
    };
    let total = |get: &dyn Fn(&CustomerFigures) -> Option<i64>| -> Option<String> {
        let known: Vec<i64> = counted.iter().filter_map(get).collect();
        (!known.is_empty()).then(|| known.iter().sum::<i64>().to_string())
    };
    let last = counted.iter().filter_map(|f| f.last_activity.as_deref()).max().map(day);
    let rows = vec![
        row("accounts", "Accounts", &|f| f.accounts.map(|n| n.to_string()), total(&|f| f.accounts)),
        row("balance", "Balance", &|f| balances_in_words(&f.balances), balances_in_words(&joined_balances(counted))),
        row("open_cases", "Open cases", &|f| f.open_complaints.map(|n| n.to_string()), total(&|f| f.open_complaints)),
        row("last_activity", "Last activity", &|f| f.last_activity.as_deref().map(day), last),
    ];
    Ok(rows.into_iter().filter(|row| row.golden.value.is_some()).collect())
}

fn joined_balances(figures: &[CustomerFigures]) -> Vec<(String, i64)> {
    let mut sums: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    for (currency, minor) in figures.iter().flat_map(|f| &f.balances) {
        *sums.entry(currency.clone()).or_default() += minor;
    }
    sums.into_iter().collect()
}

/// "48,210.55 USD, 12.00 EUR"; currencies are never added up.
pub fn balances_in_words(balances: &[(String, i64)]) -> Option<String> {
    let parts: Vec<String> =
        balances.iter().map(|(currency, minor)| format!("{} {currency}", format_minor(*minor, 2)).trim_end().to_owned()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
