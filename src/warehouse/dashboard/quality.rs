//! Data quality (bronze and the data tests), and identity.

use super::Page;
use super::charts::{About, bars};
use super::common::{self, OF_BRANCH, Plain};
use super::figures::{Chart, ChartKind};
use super::reader::Reader;
use super::tiles::Measure;
use crate::base::Cell;
use crate::warehouse::error::Result;

/// Rows of batches that hold: one that was rejected whole is not counted twice.
const LOADED: &str = "status = 'loaded'";
/// The newest result of each data test.
const RESULTS: &str = "(SELECT r.* FROM control.test_result r
     WHERE r.test_run_id = (SELECT max(n.test_run_id) FROM control.test_result n WHERE n.table_name = r.table_name AND n.name = r.name))";
/// The newest score of each table.
const SCORES: &str =
    "(SELECT s.* FROM control.table_score s WHERE s.at = (SELECT max(n.at) FROM control.table_score n WHERE n.table_name = s.table_name))";
/// Rows that wait in quarantine, with the batch that they came in.
const WAITING: &str = "bronze.quarantine q JOIN {batches} b ON b.batch_id = q.batch_id WHERE q.state = 'open'";

/// Systems as people call them.
const SYSTEM: &str = "CASE source_system WHEN 'erpnext' THEN 'ERP' WHEN 'salesforce' THEN 'CRM' WHEN 'supabase' THEN 'App' WHEN 'google_sheets' THEN 'Sheets'
                     ELSE source_system END";

/// Counts only, never a value: open to everybody. Needs the schemas bronze and control.
pub(crate) fn data_quality(reader: &Reader<'_>) -> Page {
    let plain = |id, title, measure, sql: &str, definition, table: &str| {
        common::plain(reader, &Plain { id, title, measure, sql, definition, table })
    };
    let mut tiles = vec![
        plain(
            "rows_loaded",
            "Rows loaded",
            Measure::Count,
            &format!("SELECT sum(rows_loaded) AS rows FROM {{batches}} WHERE {LOADED}"),
            "Rows of all files that were loaded, older batches included.",
            &format!(
                "SELECT table_name AS source_table, source_system AS system, sum(rows_loaded) AS rows, count(*) AS files FROM {{batches}} WHERE {LOADED} GROUP BY 1, 2 ORDER BY 3 DESC, 1"
            ),
        )?,
        plain(
            "rows_in_quarantine",
            "Rows in quarantine",
            Measure::Count,
            &format!("SELECT count(*) AS rows FROM {WAITING}"),
            "Rows that could not be read and wait to be mended.",
            &format!("SELECT q.table_name AS source_table, q.reason, count(*) AS rows FROM {WAITING} GROUP BY 1, 2 ORDER BY 3 DESC, 1"),
        )?,
        plain(
            "tests_failed",
            "Tests that fail",
            Measure::Count,
            &format!("SELECT count(*) AS tests FROM {RESULTS} WHERE outcome IN ('error', 'broken')"),
            "Data tests of severity error whose newest run failed, and tests that could not be run.",
            &format!(
                "SELECT name, table_name, outcome, failing_rows FROM {RESULTS} WHERE outcome <> 'pass' ORDER BY outcome, failing_rows DESC, name"
            ),
        )?,
        plain(
            "tests_passed",
            "Tests that pass",
            Measure::Percent,
            &format!("SELECT 100.0 * sum(outcome = 'pass') / nullif(count(*), 0) AS passed FROM {RESULTS}"),
            "Data tests whose newest run passed, as a share of all.",
            &format!("SELECT outcome, count(*) AS tests FROM {RESULTS} GROUP BY 1 ORDER BY 2 DESC, 1"),
        )?,
    ];
    for tile in &mut tiles {
        tile.settled_share = None;
    }
    Ok((tiles, quality_charts(reader)?))
}

fn quality_charts(reader: &Reader<'_>) -> Result<Vec<Chart>> {
    let mut charts = vec![
        freshness(reader)?,
        bars(
            reader,
            About::new("rows_by_system", "Rows loaded by system", "rows", "Rows of all files that were loaded, older batches included.")
                .by("source_system"),
            9,
            &format!(
                "SELECT {SYSTEM} AS system, sum(rows_loaded) AS rows, count(*) AS files, source_system AS filter_key FROM {{batches}} WHERE {LOADED} GROUP BY source_system ORDER BY 2 DESC, 1"
            ),
        )?,
        bars(
            reader,
            About::new(
                "failing_by_table",
                "Rows that fail a test, by table",
                "failing rows",
                "Failing rows of the newest run of each data test; a row that fails two tests counts twice.",
            ),
            9,
            &format!(
                "SELECT table_name, sum(failing_rows) AS failing_rows, count(*) AS tests FROM {RESULTS} WHERE failing_rows > 0 GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        failing_tests(reader)?,
        bars(
            reader,
            About::new(
                "score_by_table",
                "Quality score by table",
                "score, 0 to 100",
                "Average of how complete, valid, unique and fresh a table is, when it was last profiled by a test run. Lowest first.",
            ),
            9,
            &format!("SELECT table_name, round(score, 1) AS score, rows FROM {SCORES} ORDER BY score, table_name"),
        )?,
        bars(
            reader,
            About::new("quarantine_by_reason", "Quarantine by reason", "rows", "Rows that could not be read and wait to be mended."),
            9,
            &format!("SELECT q.reason, count(*) AS rows FROM {WAITING} GROUP BY 1 ORDER BY 2 DESC, 1"),
        )?,
    ];
    let of_nothing = [
        ("failing_by_table", "No row fails a test, or none was run yet."),
        ("score_by_table", "No table was scored yet: run the tests on the Quality page."),
        ("quarantine_by_reason", "No row waits in quarantine."),
    ];
    for chart in charts.iter_mut().filter(|chart| chart.x_labels.is_empty()) {
        if let Some((_, words)) = of_nothing.iter().find(|(id, _)| *id == chart.id) {
            chart.note = Some((*words).to_owned());
        }
    }
    Ok(charts)
}

/// How far each source table reaches, the oldest first.
fn freshness(reader: &Reader<'_>) -> Result<Chart> {
    let sql = format!(
        "SELECT table_name AS source_table, {SYSTEM} AS system, max(last_date) AS newest_day,
             CAST(julianday(:as_of) - julianday(max(last_date)) AS INTEGER) AS days_before_as_of, max(ingested_at) AS loaded_at,
             count(*) AS files, sum(rows_loaded) AS rows
         FROM {{batches}} WHERE {LOADED} AND table_name IS NOT NULL GROUP BY table_name, source_system ORDER BY max(last_date) IS NULL, 3, 1"
    );
    let about = About::new(
        "freshness",
        "How fresh the data are",
        "",
        "The newest business date in each source table, the days from there to the as-of date, and when a file of it was loaded last. No day: its rows carry no date.",
    );
    let mut chart = about.when("oldest first").chart(reader, ChartKind::Table, &sql);
    chart.table = reader.table(&sql)?;
    chart.keys = chart.table.rows.iter().map(|row| row.first().map(Cell::plain).into_iter().collect()).collect();
    if chart.table.rows.is_empty() {
        chart.note = Some("No file was loaded yet.".to_owned());
    }
    Ok(chart)
}

fn failing_tests(reader: &Reader<'_>) -> Result<Chart> {
    let sql = format!(
        "SELECT name AS test, table_name AS of_table, outcome, failing_rows, checked_rows, message FROM {RESULTS} WHERE outcome <> 'pass'
         ORDER BY CASE outcome WHEN 'error' THEN 1 WHEN 'broken' THEN 2 ELSE 3 END, failing_rows DESC, name LIMIT 200"
    );
    let about = About::new("failing_tests", "Tests that do not pass", "", "The newest run of each data test.");
    let mut chart = about.when("worst first").chart(reader, ChartKind::Table, &sql);
    chart.table = reader.table(&sql)?;
    if chart.table.rows.is_empty() {
        chart.note = Some("Every test passes, or none was run yet.".to_owned());
    }
    Ok(chart)
}

pub(crate) fn identity(reader: &Reader<'_>) -> Page {
    let plain =
        |id, title, measure, sql: &str, definition| common::plain(reader, &Plain { id, title, measure, sql, definition, table: "" });
    let tiles = vec![
        common::total_customers(reader)?,
        plain(
            "source_records",
            "Source records",
            Measure::Count,
            &format!("SELECT sum(records) AS records FROM {{records}} WHERE {OF_BRANCH}"),
            "Customer records of all systems.",
        )?,
        plain(
            "records_per_customer",
            "Records per customer",
            Measure::Score,
            &format!(
                "SELECT sum(records * customers) * 1.0 / nullif(sum(customers), 0) AS records_per_customer FROM {{identity}} WHERE {OF_BRANCH}"
            ),
            "Source records divided by real customers.",
        )?,
        plain(
            "duplicate_records",
            "Duplicate records",
            Measure::Count,
            &format!("SELECT sum(records) - sum(customers) AS duplicates FROM {{records}} WHERE {OF_BRANCH}"),
            "Records of a customer beyond the first in the same system.",
        )?,
        plain(
            "waiting_in_review",
            "Customers in Review",
            Measure::Count,
            &format!("SELECT sum(pending) AS waiting FROM {{identity}} WHERE {OF_BRANCH}"),
            "Customers whose identity waits for a decision.",
        )?,
    ];
    let settled = common::settled_customers(reader)?;
    let mut charts = vec![
        bars(
            reader,
            About::new("systems", "Customers by the systems that know them", "customers", "Which source systems hold a record of a customer.")
                .by("systems")
                .settled(settled),
            12,
            &format!("SELECT systems, sum(customers) AS customers FROM {{identity}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
        )?,
        bars(
            reader,
            About::new("cluster_sizes", "Customers by number of records", "customers", "How many source records are one customer.")
                .by("records")
                .settled(settled),
            10,
            &format!(
                "SELECT CASE WHEN records = 1 THEN '1 record' ELSE records || ' records' END AS size, sum(customers) AS customers, records AS filter_key
                 FROM {{identity}} WHERE {OF_BRANCH} GROUP BY records ORDER BY records"
            ),
        )?,
        bars(
            reader,
            About::new("records_by_system", "Records by system", "records", "Customer records per source system.").by("source_system").settled(settled),
            8,
            &format!(
                "SELECT {SYSTEM} AS system, sum(records) AS records, sum(customers) AS customers, source_system AS filter_key
                 FROM {{records}} WHERE {OF_BRANCH} GROUP BY source_system ORDER BY 2 DESC, 1"
            ),
        )?,
    ];
    charts.push(duplicates(reader, settled)?);
    Ok((tiles, charts))
}

/// Records of a system beyond the first of their customer there.
fn duplicates(reader: &Reader<'_>, settled: Option<f64>) -> Result<Chart> {
    bars(
        reader,
        About::new(
            "duplicates_by_system",
            "Duplicate records by system",
            "percent",
            "Records of a customer beyond the first in the same system, as a share of the system's records.",
        )
        .by("source_system")
        .settled(settled),
        8,
        &format!(
            "SELECT {SYSTEM} AS system, round(100.0 * (sum(records) - sum(customers)) / nullif(sum(records), 0), 2) AS duplicate_percent,
                 sum(records) - sum(customers) AS duplicates, sum(records) AS records, source_system AS filter_key
             FROM {{records}} WHERE {OF_BRANCH} GROUP BY source_system ORDER BY 2 DESC, 1"
        ),
    )
}
