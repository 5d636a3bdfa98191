//! Customers: the list and one of them.

use std::str::FromStr;
use std::sync::Arc;

use rusqlite::Connection;

use crate::base::CustomerKey;
use crate::engine::error::EngineError;
use crate::engine::ops::steward::golden::rules_of;
use crate::engine::pages::{
    BalanceLine, CustomerHistory, CustomerPage, CustomerRow, CustomersPage, GoldenField, RecordVersion, SourceRecord, TimelineEntry,
};
use crate::engine::session::Session;
use crate::stewardship::{CustomerRecord, Field, Rule};
use crate::store::gold::{self, CustomerFigures};
use crate::store::silver::{self, CustomerBrief};
use crate::warehouse;

use super::customer_risk::{judged, line_of};
use super::effects::balances_in_words;
use super::review::{history_of, in_words};
use super::sqlite;
use super::words::{counted, day, in_order, short_name, system_rank};

/// Rows of the list; whoever looks for more narrows the search.
const LISTED: u32 = 100_000;
/// Rows of a search: the nearest ones.
const MOST_FOUND: u32 = 500;

pub fn list(session: &Session, search: &str) -> Result<CustomersPage, EngineError> {
    let conn = session.reader_of_published()?;
    if !sqlite(silver::has_table(&conn, "silver", "dim_customer"))? {
        return Ok(CustomersPage::default());
    }
    let (briefs, total) = found(session, &conn, search, LISTED)?;
    Ok(CustomersPage { rows: Arc::new(rows_of(&conn, briefs)?), total })
}

/// Customers by what was typed, nearest first; all by name where nothing was. At most `limit`, and how many there are.
pub fn found(session: &Session, conn: &Connection, search: &str, limit: u32) -> Result<(Vec<CustomerBrief>, u64), EngineError> {
    if search.trim().is_empty() {
        return sqlite(silver::search_customers(conn, "", limit));
    }
    let finder = session.finder()?;
    let keys = finder.find(search);
    let total = keys.len() as u64;
    let most = limit.min(MOST_FOUND) as usize;
    let briefs = keys.into_iter().take(most).map(|key| sqlite(silver::brief_of(conn, key))).collect::<Result<Vec<_>, _>>()?;
    Ok((briefs.into_iter().flatten().collect(), total))
}

/// Briefs with their balances and risk.
pub fn rows_of(conn: &Connection, briefs: Vec<CustomerBrief>) -> Result<Vec<CustomerRow>, EngineError> {
    let balances = sqlite(silver::balances(conn))?;
    let branches = sqlite(silver::branch_names(conn))?;
    let keys: Vec<String> = briefs.iter().map(|brief| brief.key.clone()).collect();
    let risks = sqlite(gold::risk_tiers(conn, &keys))?;
    Ok(briefs
        .into_iter()
        .zip(risks)
        .map(|(brief, risk)| CustomerRow {
            key: CustomerKey::from_str(&brief.key).unwrap_or(CustomerKey(0)),
            name: brief.name,
            email: brief.email,
            phone: brief.phone,
            birth_date: day(&brief.birth_date),
            branch: branches.get(&brief.branch_id).cloned().unwrap_or(brief.branch_id),
            sources: in_order(brief.sources.split(',').map(str::to_owned).collect()),
            records: brief.records,
            balance: balances.get(&brief.key).and_then(|held| balances_in_words(held)).unwrap_or_default(),
            risk: risk.unwrap_or_default(),
        })
        .collect())
}

pub fn one(session: &Session, key: CustomerKey) -> Result<CustomerPage, EngineError> {
    let (decisions, overrides, replaced_by) = {
        let control = session.control();
        (control.decisions()?, control.overrides()?, control.retired_into(key)?)
    };
    let rules = rules_of(session)?;
    let conn = session.reader_of_published()?;
    let Some(brief) = sqlite(silver::brief_of(&conn, &key.to_string()))? else {
        return retired(key, replaced_by);
    };
    let records = sqlite(silver::records_of_customers(&conn, key))?;
    let branches = sqlite(silver::branch_names(&conn))?;
    let figures = sqlite(gold::customer_figures(&conn, key))?;
    let origins = sqlite(silver::golden_origins(&conn, key))?;
    let fields = Field::ALL.iter().map(|field| {
        let origin = origins.iter().find(|origin| origin.field == field.column());
        let rule = origin.and_then(|origin| Rule::from_name(&origin.rule));
        GoldenField {
            field: field.column(),
            rules: rules.in_words(*field),
            overridden: rule.and_then(Rule::word).map(str::to_owned),
            label: field.label().to_owned(),
            value: origin.map(|origin| in_words(*field, &origin.value, &branches)),
            source_system: origin.map(|origin| origin.source_system.clone()),
            rule: origin.zip(rule).map(|(origin, rule)| rule.words(short_name(&origin.source_system))).unwrap_or_default(),
        }
    });
    let systems = brief.sources.split(',').count() as u64;
    let since = figures.customer_since.as_deref().map(|since| format!(", customer since {}", day(since))).unwrap_or_default();
    Ok(CustomerPage {
        key,
        name: brief.name,
        subtitle: format!("{} in {}{since}", counted(u64::from(brief.records), "record"), counted(systems, "system")),
        replaced_by: None,
        fields: fields.collect(),
        figures: figures_in_words(&figures),
        accounts: sqlite(gold::accounts(&conn, key))?,
        timeline: sqlite(gold::timeline(&conn, key, 200))?
            .into_iter()
            .map(|(date, kind, text)| TimelineEntry { date: day(&date), at: date, kind, text })
            .collect(),
        balance: balance_of(&conn, key)?,
        risk: sqlite(gold::risk_of(&conn, key))?.and_then(|found| judged(found, &session.workspace.config.churn)),
        decisions: history_of(&decisions, &overrides, &records),
        history: over_time(sqlite(silver::versions_of(&conn, key))?),
        records: in_reading_order(records)
            .into_iter()
            .map(|record| SourceRecord {
                name: record.get(Field::FullName).or(record.get(Field::Email)).or(record.get(Field::Phone)).unwrap_or("no name").to_owned(),
                birth_date: record.get(Field::BirthDate).map(day).unwrap_or_default(),
                phone: record.get(Field::Phone).unwrap_or_default().to_owned(),
                street: record.get(Field::Street).unwrap_or_default().to_owned(),
                key: record.key,
                file: record.file,
                line: record.line,
            })
            .collect(),
    })
}

/// Records by system, the ones that tell most first.
fn in_reading_order(mut records: Vec<CustomerRecord>) -> Vec<CustomerRecord> {
    records.sort_by(|a, b| (system_rank(&a.key.source_system), &a.key).cmp(&(system_rank(&b.key.source_system), &b.key)));
    records
}

fn retired(key: CustomerKey, replaced_by: Option<CustomerKey>) -> Result<CustomerPage, EngineError> {
    let Some(target) = replaced_by else {
        return Err(EngineError::Refused(format!("there is no customer {key}.")));
    };
    Ok(CustomerPage {
        key,
        name: key.to_string(),
        subtitle: format!("This key was retired: its records belong to {target} now."),
        replaced_by: Some(target),
        fields: Vec::new(),
        records: Vec::new(),
        figures: Vec::new(),
        accounts: crate::base::DataTable::default(),
        timeline: Vec::new(),
        balance: None,
        risk: None,
        decisions: Vec::new(),
        history: CustomerHistory::default(),
    })
}

/// Only what a source ever said something of.
fn over_time(versions: Vec<silver::RecordVersion>) -> CustomerHistory {
    let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
    let told: Vec<usize> =
        (0..silver::VERSION_FIELDS.len()).filter(|at| versions.iter().any(|version| version.values[*at].is_some())).collect();
    CustomerHistory {
        labels: told.iter().map(|at| silver::VERSION_FIELDS[*at].1.to_owned()).collect(),
        versions: versions
            .into_iter()
            .map(|mut version| RecordVersion {
                from: day(&version.valid_from),
                to: version.valid_to.as_deref().map(day),
                is_deleted: version.is_deleted,
                values: told.iter().map(|at| version.values[*at].take()).collect(),
                key: version.key,
            })
            .collect(),
    }
}

fn figures_in_words(figures: &CustomerFigures) -> Vec<(String, String)> {
    let number = |value: Option<i64>| value.map(|n| n.to_string());
    [
        ("Balance", balances_in_words(&figures.balances)),
        ("Accounts", number(figures.accounts)),
        ("Transactions", number(figures.transactions)),
        ("Complaints, 90 days", number(figures.complaints_90_days)),
        ("Open complaints", number(figures.open_complaints)),
        ("Last activity", figures.last_activity.as_deref().map(day)),
        ("Risk", figures.risk_tier.clone()),
        ("Strongest reason", figures.strongest_reason.clone()),
        ("Tenure", figures.tenure_segment.clone()),
        ("Segment", figures.customer_segment.clone()),
        ("Digital", figures.digital_status.clone()),
        ("Most used feature", figures.most_used_feature.clone()),
    ]
    .into_iter()
    .filter_map(|(label, value)| value.map(|value| (label.to_owned(), value)))
    .collect()
}

/// What the customer's accounts hold over time, until the day that the published gold counts from; None without gold.
fn balance_of(conn: &Connection, customer: CustomerKey) -> Result<Option<BalanceLine>, EngineError> {
    if !sqlite(silver::has_table(conn, "gold", "manifest"))? {
        return Ok(None);
    }
    let Some(as_of) = warehouse::as_of(conn, "gold")? else { return Ok(None) };
    let told = sqlite(gold::account_balances(conn, customer, &as_of))?;
    Ok(as_of.parse().ok().and_then(|day| line_of(&told, day)))
}
