//! What an answer changes downstream. Flow: clusters with it and without -> customers, keys; their rows joined -> figures: "2 and 1 -> 3"; and whether
//! a second person has to approve it.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::base::money::format_minor;
use crate::base::{CustomerKey, DecisionId, ItemId};
use crate::engine::error::EngineError;
use crate::engine::ops::churn::PinnedModels;
use crate::engine::ops::decide::{self, By, Entry};
use crate::engine::ops::trust_proposals::{needed, policy};
use crate::engine::pages::{CompareCell, CompareRow, Effect, EffectPage, GoldenCell};
use crate::engine::review_deed::Verdict;
use crate::engine::session::Session;
use crate::store::gold::{CustomerFigures, active_customers, customer_figures};
use crate::store::reader::{attach_read_only_as, in_memory};
use crate::store::silver::{brief_of, customer_count};
use crate::warehouse::joined::build_joined;

use super::review::DeckItem;
use super::sqlite;
use super::what_if::WhatIf;
use super::words::{counted, day};

/// What "same" would change: the item's customers joined as they stand. A run may join more through them, which only clusters formed
/// anew show: they are asked where they are at hand.
pub fn of_same(session: &Session, id: &ItemId) -> Result<EffectPage, EngineError> {
    let deck = session.deck()?;
    let newest = session.control().versions()?.first().map(|version| version.version);
    let conn = session.reader_of(newest)?;
    let item = deck.item(id)?;
    let entry = decide::of_item(session, &conn, item, &Verdict::Same, By { user: "", reason: None })?;
    let effects = match deck.what_if_if_ready() {
        Some(what_if) => by_clusters(session, &conn, what_if, &entry)?,
        None => joined_as_they_stand(session, &conn, item)?,
    };
    Ok(EffectPage { effects, waits_because: second_person(session, &entry)? })
}

/// Why a second person has to approve the answer; None where nobody has to.
fn second_person(session: &Session, entry: &Entry) -> Result<Option<String>, EngineError> {
    let reasons = needed(&policy(session)?, entry.new.answer, &entry.case);
    Ok((!reasons.is_empty()).then(|| reasons.join("; ")))
}

fn joined_as_they_stand(session: &Session, conn: &Connection, item: &DeckItem) -> Result<Vec<Effect>, EngineError> {
    let mut distinct: Vec<CustomerKey> = item.stored.groups.iter().filter_map(|group| group.first()?.customer_key.parse().ok()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 2 {
        return Ok(Vec::new());
    }
    let mut sized = Vec::with_capacity(distinct.len());
    for key in &distinct {
        let records = sqlite(brief_of(conn, &key.to_string()))?.map_or(0, |brief| brief.records);
        sized.push((std::cmp::Reverse(records), *key));
    }
    // The key of most records is kept; of two with as many the older.
    sized.sort_unstable();
    let kept = sized[0].1;
    let mut effects = figures(session, conn, &distinct, kept)?;
    let all = sqlite(customer_count(conn))?;
    effects.push(customers(all, all.saturating_sub(distinct.len() as u64 - 1)));
    effects.push(keys(&distinct, &[Some(kept)]));
    Ok(telling_first(effects))
}

/// What a verdict on an item would change: clusters formed anew with it and without it, as a run would.
pub fn of_verdict(session: &Session, id: &ItemId, verdict: &Verdict) -> Result<EffectPage, EngineError> {
    let deck = session.deck()?;
    let newest = session.control().versions()?.first().map(|version| version.version);
    let conn = session.reader_of(newest)?;
    let entry = decide::of_item(session, &conn, deck.item(id)?, verdict, By { user: "", reason: None })?;
    let effects = match deck.what_if(session)? {
        Some(what_if) => by_clusters(session, &conn, what_if, &entry)?,
        None => Vec::new(),
    };
    Ok(EffectPage { effects, waits_because: second_person(session, &entry)? })
}

fn by_clusters(session: &Session, conn: &Connection, what_if: &WhatIf, entry: &Entry) -> Result<Vec<Effect>, EngineError> {
    let decisions = session.control().decisions()?;
    let mut with = decisions.clone();
    with.push(entry.new.as_decided(DecisionId(i64::MAX)));
    let (old, new) = (what_if.clusters(&decisions)?, what_if.clusters(&with)?);
    let changed = old.regrouped(&new);
    if changed.before.is_empty() {
        return Ok(Vec::new());
    }
    let before: Vec<CustomerKey> = what_if.keys(&changed.before).into_iter().flatten().collect();
    let after = what_if.keys(&changed.after);
    let is_whole = changed.before.iter().all(|group| changed.after.iter().any(|larger| group.iter().all(|row| larger.contains(row))));
    // A part's figures are known when a run has made it.
    let mut effects = match after.as_slice() {
        [Some(kept)] if is_whole => figures(session, conn, &before, *kept)?,
        _ => Vec::new(),
    };
    effects.push(customers(old.count(), new.count()));
    effects.push(keys(&before, &after));
    effects.extend(gone_elsewhere(what_if, &changed.after, &after));
    Ok(telling_first(effects))
}

/// Records that would go from one customer to another while both go on: nobody asked about that.
fn gone_elsewhere(what_if: &WhatIf, groups: &[Vec<u32>], keys: &[Option<CustomerKey>]) -> Vec<Effect> {
    let mut moves: BTreeMap<(CustomerKey, CustomerKey), u64> = BTreeMap::new();
    for (group, to) in groups.iter().zip(keys).filter_map(|(group, key)| Some((group, (*key)?))) {
        for from in group.iter().filter_map(|row| what_if.key_of(*row)).filter(|from| *from != to && keys.contains(&Some(*from))) {
            *moves.entry((from, to)).or_default() += 1;
        }
    }
    let effect = |((from, to), records): ((CustomerKey, CustomerKey), u64)| Effect {
        label: format!("{} elsewhere", counted(records, "record")),
        before: from.to_string(),
        after: to.to_string(),
        warns: true,
    };
    moves.into_iter().map(effect).collect()
}

/// A narrow window shows the first of them only.
const ORDER: [&str; 8] = ["Accounts joined", "Complaints, 90 d", CHURN_TIER, ACTIVE, "Customers", "Key kept", "Risk tier", "Transactions"];
const CHURN_TIER: &str = "Churn tier";
const ACTIVE: &str = "Active customers";

fn telling_first(mut effects: Vec<Effect>) -> Vec<Effect> {
    let has_churn = effects.iter().any(|effect| effect.label == CHURN_TIER);
    effects.sort_by_key(|effect| {
        // Without a model the rule's tier stands in the place of the model's.
        let label = if effect.label == "Risk tier" && !has_churn { CHURN_TIER } else { effect.label.as_str() };
        ORDER.iter().position(|known| *known == label).unwrap_or(ORDER.len())
    });
    effects
}

/// All customers of the bank.
fn customers(before: u64, after: u64) -> Effect {
    Effect { label: "Customers".to_owned(), before: before.to_string(), after: after.to_string(), warns: false }
}

/// Of customers that become one: the keys that lead to the kept one from now on.
fn keys(before: &[CustomerKey], after: &[Option<CustomerKey>]) -> Effect {
    let kept = after.iter().map(|key| key.map_or("a new one".to_owned(), |key| key.to_string())).collect::<Vec<_>>().join(" and ");
    let gives_up = |key: &&CustomerKey| after.len() > 1 || !after.contains(&Some(**key));
    let before = before.iter().filter(gives_up).map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    let label = if after.len() == 1 { "Key kept" } else { "Keys" };
    Effect { label: label.to_owned(), before, after: kept, warns: false }
}

/// Figures of customers that are joined under one key: as they are, and as gold's own models make them of all their rows.
fn figures(session: &Session, conn: &Connection, before: &[CustomerKey], kept: CustomerKey) -> Result<Vec<Effect>, EngineError> {
    let now = read(conn, before)?;
    if now.iter().all(|figures| *figures == CustomerFigures::default()) {
        return Ok(Vec::new());
    }
    let mut memory = in_memory()?;
    attach_read_only_as(&memory, "whole", &session.workspace.silver())?;
    let joins: Vec<(String, String)> = before.iter().map(|key| (key.to_string(), kept.to_string())).collect();
    build_joined(&mut memory, &joins, &PinnedModels::of(session)?)?;
    let then = sqlite(customer_figures(&memory, kept))?;
    let mut effects = Vec::new();
    let number = |label: &str, get: &dyn Fn(&CustomerFigures) -> Option<i64>| {
        let known: Vec<String> = now.iter().filter_map(get).map(|n| n.to_string()).collect();
        let after = get(&then)?;
        (!known.is_empty()).then(|| Effect { label: label.to_owned(), before: known.join(" and "), after: after.to_string(), warns: false })
    };
    effects.extend(number("Accounts joined", &|f| f.accounts));
    effects.extend(number("Complaints, 90 d", &|f| f.complaints_90_days));
    effects.extend(churn(&now, &then));
    effects.extend(active(sqlite(active_customers(conn))?, &now, &then));
    effects.extend(risk(&now, &then));
    effects.extend(number("Transactions", &|f| f.transactions));
    Ok(effects)
}

fn read(conn: &Connection, customers: &[CustomerKey]) -> Result<Vec<CustomerFigures>, EngineError> {
    customers.iter().map(|customer| sqlite(customer_figures(conn, *customer))).collect()
}

/// What the production model says of them: "Medium 0.41 and High 0.53" becomes "High 0.61".
fn churn(now: &[CustomerFigures], then: &CustomerFigures) -> Option<Effect> {
    let told = |figures: &CustomerFigures| Some(format!("{} {:.2}", figures.churn_tier.as_deref()?, figures.churn_probability?));
    let known: Vec<String> = now.iter().filter_map(told).collect();
    let after = told(then)?;
    // Another model than the one that the gold was scored with would tell of itself, not of the answer.
    if now.iter().any(|figures| figures.churn_model.is_some_and(|model| Some(model) != then.churn_model)) {
        return None;
    }
    let highest = now.iter().filter_map(|figures| figures.churn_probability).fold(0.0, f64::max);
    let is_new = now.iter().all(|figures| figures.churn_tier != then.churn_tier);
    let warns = is_new && then.churn_probability.is_some_and(|probability| probability > highest);
    (!known.is_empty()).then(|| Effect { label: CHURN_TIER.to_owned(), before: known.join(" and "), after, warns })
}

/// Customers of the bank with a sign of life in the last 90 days.
fn active(all: Option<u64>, now: &[CustomerFigures], then: &CustomerFigures) -> Option<Effect> {
    let count = |figures: &CustomerFigures| u64::from(figures.is_active == Some(true));
    let before = all?;
    let after = (before + count(then)).saturating_sub(now.iter().map(count).sum());
    Some(Effect { label: ACTIVE.to_owned(), before: before.to_string(), after: after.to_string(), warns: false })
}

fn risk(now: &[CustomerFigures], then: &CustomerFigures) -> Option<Effect> {
    let known: Vec<&str> = now.iter().filter_map(|figures| figures.risk_tier.as_deref()).collect();
    let after = then.risk_tier.clone()?;
    let highest = now.iter().filter_map(|figures| figures.risk_score).max()?;
    let is_higher = then.risk_score.is_some_and(|score| score > highest) && !known.contains(&after.as_str());
    Some(Effect { label: "Risk tier".to_owned(), before: known.join(" and "), after, warns: is_higher })
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
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
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
