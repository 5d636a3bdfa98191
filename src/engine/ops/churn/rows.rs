//! Rows with known outcomes. Flow: silver -> cut-off dates -> features at each -> who was active afterwards -> labels.

use chrono::{Days, Months, NaiveDate};

use crate::analytics::model::is_learnt_from;
use crate::analytics::{AnalyticsError, Labelled, Target};
use crate::base::{FeatureTable, RunCtx, Stage};
use crate::engine::error::EngineError;
use crate::engine::pages::LeftOut;
use crate::store::reader::Connection;
use crate::warehouse::{Graph, predictions};

/// No activity for so long after the cut-off is churn.
pub const HORIZON_DAYS: u64 = 90;
/// Months back that cut-off dates go; one each month.
const MOST_CUTOFFS: u32 = 13;
/// Of larger banks fewer dates say as much.
const FEW_CUTOFFS: u32 = 4;
const LARGE_BANK: usize = 50_000;

/// What can be learnt from, and who is left out.
pub fn labelled(
    conn: &mut Connection,
    graph: &Graph,
    target: Target,
    as_of: &str,
    ctx: &RunCtx,
) -> Result<(Labelled, LeftOut), EngineError> {
    match target {
        Target::Churn => churn_rows(conn, graph, as_of, ctx),
        Target::LoanDefault => loan_rows(conn, graph, as_of, ctx),
    }
}

/// Active customers on each cut-off date, and whether they showed any activity in the days after it.
fn churn_rows(conn: &mut Connection, graph: &Graph, as_of: &str, ctx: &RunCtx) -> Result<(Labelled, LeftOut), EngineError> {
    let (mut found, mut left_out) = (Labelled::default(), LeftOut::default());
    let span = predictions::activity_span(conn, as_of)?.and_then(|(first, last)| first.parse().ok().zip(last.parse().ok()));
    let Some((first, last)) = span else {
        return Err(
            AnalyticsError::NoRows("No transaction and no day in the app has a date: load an export that has them.".to_owned()).into()
        );
    };
    let mut cutoffs = cutoffs(first, last);
    ctx.progress.enter(Stage::Learning, cutoffs.len() as u64);
    let mut at = 0;
    while at < cutoffs.len() {
        ctx.check()?;
        let cutoff = cutoffs[at];
        ctx.progress.say(&format!("features of {cutoff}"));
        let mut table = predictions::at(conn, graph, Target::Churn.features(), &cutoff.to_string(), ctx)?;
        let gate = table.take(Target::Churn.gate()).unwrap_or_default();
        if at == 0 {
            left_out.not_covered = gate.iter().filter(|value| value.is_nan()).count() as u64;
            left_out.gone_before = gate.iter().filter(|value| **value == 0.0).count() as u64;
            if table.rows() > LARGE_BANK {
                cutoffs.truncate(FEW_CUTOFFS as usize);
            }
        }
        let until = cutoff.checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(last);
        let active = predictions::active_between(conn, &cutoff.to_string(), &until.to_string())?;
        let expected = table.rows() * cutoffs.len();
        let rows: Vec<usize> =
            (0..table.rows()).filter(|row| gate[*row] == 1.0 && is_learnt_from(&table.subjects[*row], expected)).collect();
        found.labels.extend(rows.iter().map(|row| !active.contains(&table.subjects[*row])));
        found.table.append(table.select(&rows));
        ctx.progress.advance(1);
        at += 1;
    }
    Ok((found, left_out))
}

/// One each month, the newest first: the newest whose outcome is known on the last day of activity, the oldest with 90 days before it.
fn cutoffs(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let Some(newest) = last.checked_sub_days(Days::new(HORIZON_DAYS)) else { return Vec::new() };
    let Some(oldest) = first.checked_add_days(Days::new(HORIZON_DAYS)) else { return Vec::new() };
    (0..MOST_CUTOFFS).filter_map(|month| newest.checked_sub_months(Months::new(month))).filter(|cutoff| *cutoff >= oldest).collect()
}

/// Loans whose outcome is known, as they were applied for.
fn loan_rows(conn: &mut Connection, graph: &Graph, as_of: &str, ctx: &RunCtx) -> Result<(Labelled, LeftOut), EngineError> {
    let mut table = predictions::at(conn, graph, Target::LoanDefault.features(), as_of, ctx)?;
    let labels = table.take("is_defaulted").unwrap_or_default();
    table.take(Target::LoanDefault.gate());
    let known: Vec<usize> = (0..table.rows()).filter(|row| !labels[*row].is_nan()).collect();
    if known.is_empty() {
        return Err(AnalyticsError::NoRows(no_outcome(&table)).into());
    }
    Ok((Labelled { labels: known.iter().map(|row| labels[*row] == 1.0).collect(), table: table.select(&known) }, LeftOut::default()))
}

fn no_outcome(table: &FeatureTable) -> String {
    match table.rows() {
        0 => "There is no loan that was paid out.".to_owned(),
        _ => "None of the loans that were paid out is closed or defaulted: what became of them is not in the files.".to_owned(),
    }
}
