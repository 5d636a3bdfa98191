//! What publishing would change: the candidate gold beside the one that people see.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::error::{Result, SqlContext, WarehouseError};
use super::kpi;
use super::sources::columns_of;
use crate::base::money::{format_minor, group_thousands};
use crate::base::{Cell, DataTable};

const MINUS: char = '\u{2212}';
/// More rows than this are counted, not listed.
const MOST_ROWS: usize = 2_000;

/// Tables carry at most 2,000 rows each and say when they are cut.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PublishDiff {
    /// KPIs in their order, one for each currency.
    pub figures: Vec<Figure>,
    pub new_customers: Change,
    /// Customers that take over one or more others.
    pub merged: Change,
    /// Customers that are cut into several.
    pub split: Change,
    /// Customers with the same records under another key.
    pub rekeyed: Change,
    /// Surviving values that differ; customers are counted.
    pub values_changed: Change,
    /// Keys that only the published one has and that no alias leads on from: nobody's records any more.
    pub gone: Change,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Change {
    pub count: u64,
    /// "22 keys, 11 aliases kept"; empty where there is nothing to add.
    pub detail: String,
    pub rows: DataTable,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figure {
    pub kpi_id: String,
    /// "Total Balance, EUR" where there are several currencies.
    pub name: String,
    /// None: not in that file, or it cannot be formed.
    pub old: Option<String>,
    pub new: Option<String>,
    /// "−8", "+0.6 pt", "0.00"; empty where one side is missing.
    pub change: String,
    pub changed: bool,
    pub why: String,
    pub definition: String,
}

/// Compares two gold files, both only read. Without a published one every customer is new.
pub fn publish_diff(published: Option<&Path>, candidate: &Path) -> Result<PublishDiff> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(":memory:", flags).at("publish diff")?;
    attach(&conn, candidate, "new")?;
    match published {
        Some(path) => attach(&conn, path, "old")?,
        None => conn
            .execute_batch(
                "ATTACH ':memory:' AS old; CREATE TABLE old.dim_customer AS SELECT * FROM new.dim_customer WHERE 0;
                 CREATE TABLE old.bridge_customer_ids AS SELECT * FROM new.bridge_customer_ids WHERE 0;
                 CREATE TABLE old.kpi AS SELECT * FROM new.kpi WHERE 0;",
            )
            .at("publish diff")?,
    }
    moves(&conn)?;
    let mut diff = PublishDiff {
        new_customers: new_customers(&conn)?,
        merged: merged(&conn)?,
        split: split(&conn)?,
        rekeyed: rekeyed(&conn)?,
        values_changed: values_changed(&conn)?,
        gone: gone(&conn)?,
        figures: Vec::new(),
    };
    diff.figures = figures(&conn, &diff)?;
    Ok(diff)
}

fn attach(conn: &Connection, path: &Path, name: &str) -> Result<()> {
    if !path.is_file() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(WarehouseError::Io { path: path.display().to_string(), source: missing });
    }
    conn.execute(&format!("ATTACH ?1 AS {name}"), [path.display().to_string()]).at("publish diff").map(drop)
}

/// `temp.move`: how many records went from which old customer to which new one.
fn moves(conn: &Connection) -> Result<()> {
    conn.execute_batch(
        "CREATE TEMP TABLE move AS
             SELECT o.customer_key AS old_key, n.customer_key AS new_key, count(*) AS records
             FROM old.bridge_customer_ids o
             JOIN new.bridge_customer_ids n ON n.source_system = o.source_system AND n.source_customer_id = o.source_customer_id
             GROUP BY 1, 2;
         CREATE INDEX temp.move_by_new ON move (new_key);
         CREATE INDEX temp.move_by_old ON move (old_key);
         CREATE TEMP TABLE stayed AS SELECT customer_key FROM new.dim_customer INTERSECT SELECT customer_key FROM old.dim_customer;
         CREATE UNIQUE INDEX temp.stayed_key ON stayed (customer_key);",
    )
    .at("publish diff")
}

fn change(conn: &Connection, sql: &str) -> Result<Change> {
    let rows = table(conn, sql)?;
    let count: i64 = conn.query_row(&format!("SELECT count(*) FROM ({sql})"), [], |row| row.get(0)).at("publish diff")?;
    Ok(Change { count: u64::try_from(count).unwrap_or(0), detail: String::new(), rows })
}

fn table(conn: &Connection, sql: &str) -> Result<DataTable> {
    let mut statement = conn.prepare(sql).at("publish diff")?;
    let columns: Vec<String> = statement.column_names().map(|name| name.replace('_', " ")).collect();
    let mut table = DataTable { columns, ..DataTable::default() };
    let mut rows = statement.query([]).at("publish diff")?;
    while let Some(row) = rows.next().at("publish diff")? {
        if table.rows.len() == MOST_ROWS {
            table.truncated = true;
            break;
        }
        let cells = (0..table.columns.len()).map(|at| {
            Ok(match row.get_ref(at).at("publish diff")? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(text) | ValueRef::Blob(text) => Cell::text(String::from_utf8_lossy(text)),
            })
        });
        let cells = cells.collect::<Result<Vec<Cell>>>()?;
        table.rows.push(cells);
    }
    Ok(table)
}

fn new_customers(conn: &Connection) -> Result<Change> {
    let mut change = change(
        conn,
        "SELECT n.customer_key AS key, coalesce(n.full_name, '') AS customer, n.records, n.sources FROM new.dim_customer n
         WHERE n.customer_key NOT IN (SELECT customer_key FROM stayed) AND NOT EXISTS (SELECT 1 FROM move m WHERE m.new_key = n.customer_key) ORDER BY 1",
    )?;
    if change.count > 0 {
        "first seen in this run".clone_into(&mut change.detail);
    }
    Ok(change)
}

fn merged(conn: &Connection) -> Result<Change> {
    let mut change = change(
        conn,
        "SELECT n.customer_key AS key, coalesce(n.full_name, '') AS customer,
             (SELECT group_concat(DISTINCT b.source_system) FROM new.bridge_customer_ids b WHERE b.customer_key = n.customer_key) AS sources,
             (SELECT group_concat(m.old_key, ', ' ORDER BY m.old_key) FROM move m WHERE m.new_key = n.customer_key AND m.old_key <> n.customer_key) AS takes_over
         FROM new.dim_customer n
         WHERE (SELECT count(*) FROM move m WHERE m.new_key = n.customer_key AND (m.old_key = n.customer_key OR m.old_key NOT IN (SELECT customer_key FROM stayed))) > 1
         ORDER BY 1",
    )?;
    let keys: i64 = conn
        .query_row(
            "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM move m WHERE m.old_key = m.new_key OR m.old_key NOT IN (SELECT customer_key FROM stayed)
                 GROUP BY m.new_key HAVING count(*) > 1)",
            [],
            |row| row.get(0),
        )
        .at("publish diff")?;
    if change.count > 0 {
        change.detail = format!("{keys} keys, {} aliases kept", keys - i64::try_from(change.count).unwrap_or(0));
    }
    Ok(change)
}

fn split(conn: &Connection) -> Result<Change> {
    change(
        conn,
        "SELECT m.old_key AS key, coalesce((SELECT full_name FROM old.dim_customer o WHERE o.customer_key = m.old_key), '') AS customer,
             group_concat(m.new_key, ', ' ORDER BY m.new_key) AS now
         FROM move m
         WHERE m.new_key = m.old_key OR m.new_key NOT IN (SELECT customer_key FROM stayed)
         GROUP BY m.old_key HAVING count(*) > 1 ORDER BY 1",
    )
}

fn rekeyed(conn: &Connection) -> Result<Change> {
    let mut change = change(
        conn,
        "SELECT m.old_key AS old_key, m.new_key AS new_key FROM move m
         WHERE m.old_key <> m.new_key AND m.records = (SELECT count(*) FROM old.bridge_customer_ids o WHERE o.customer_key = m.old_key)
             AND m.records = (SELECT count(*) FROM new.bridge_customer_ids n WHERE n.customer_key = m.new_key) ORDER BY 1",
    )?;
    if change.count == 0 {
        "unchanged keys stay".clone_into(&mut change.detail);
    }
    Ok(change)
}

fn gone(conn: &Connection) -> Result<Change> {
    change(
        conn,
        "SELECT o.customer_key AS key, coalesce(o.full_name, '') AS customer FROM old.dim_customer o
         WHERE NOT EXISTS (SELECT 1 FROM move m WHERE m.old_key = o.customer_key) ORDER BY 1",
    )
}

/// One row per value; customers are counted.
fn values_changed(conn: &Connection) -> Result<Change> {
    let new_columns = columns_of(conn, "new", "dim_customer")?;
    let fields: Vec<String> = columns_of(conn, "old", "dim_customer")?
        .into_iter()
        .filter(|column| !matches!(column.as_str(), "customer_key" | "records" | "sources") && new_columns.contains(column))
        .collect();
    if fields.is_empty() {
        return Ok(Change::default());
    }
    let one = |field: &String| {
        format!(
            "SELECT n.customer_key AS key, coalesce(n.full_name, '') AS customer, '{field}' AS field, o.\"{field}\" AS was, n.\"{field}\" AS now
             FROM new.dim_customer n JOIN old.dim_customer o ON o.customer_key = n.customer_key WHERE n.\"{field}\" IS NOT o.\"{field}\""
        )
    };
    let sql = format!("{} ORDER BY 1, 3", fields.iter().map(one).collect::<Vec<_>>().join(" UNION ALL "));
    let mut found = change(conn, &sql)?;
    let values = found.count;
    let customers: i64 = conn.query_row(&format!("SELECT count(DISTINCT key) FROM ({sql})"), [], |row| row.get(0)).at("publish diff")?;
    found.count = u64::try_from(customers).unwrap_or(0);
    if values > 0 {
        found.detail = format!("{values} value{}", if values == 1 { "" } else { "s" });
    }
    Ok(found)
}

type Values = BTreeMap<(String, String), Option<i64>>;

fn kpi_values(conn: &Connection, schema: &str) -> Result<Values> {
    let mut statement = conn.prepare(&format!("SELECT kpi_id, currency, value FROM {schema}.kpi WHERE part = ''")).at("kpi")?;
    let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).at("kpi")?;
    rows.collect::<rusqlite::Result<_>>().at("kpi")
}

fn figures(conn: &Connection, diff: &PublishDiff) -> Result<Vec<Figure>> {
    let (old, new) = (kpi_values(conn, "old")?, kpi_values(conn, "new")?);
    let mut figures = Vec::new();
    for kpi in kpi::all()? {
        let mut currencies: Vec<&String> =
            old.keys().chain(new.keys()).filter(|(id, _)| *id == kpi.id).map(|(_, currency)| currency).collect();
        currencies.sort_unstable();
        currencies.dedup();
        for currency in currencies {
            let key = (kpi.id.clone(), currency.clone());
            let (was, now) = (old.get(&key).copied().flatten(), new.get(&key).copied().flatten());
            if was.is_none() && now.is_none() {
                continue;
            }
            figures.push(Figure {
                kpi_id: kpi.id.clone(),
                name: if currency.is_empty() { kpi.name.clone() } else { format!("{}, {currency}", kpi.name) },
                old: was.map(|value| written(value, kpi.scale, &kpi.unit)),
                new: now.map(|value| written(value, kpi.scale, &kpi.unit)),
                change: was.zip(now).map(|(was, now)| signed(now - was, kpi.scale, &kpi.unit)).unwrap_or_default(),
                changed: was != now,
                why: if kpi.id == "total_customers" && was.is_some() { why_customers(diff) } else { String::new() },
                definition: kpi.definition.clone(),
            });
        }
    }
    Ok(figures)
}

fn why_customers(diff: &PublishDiff) -> String {
    let counts = [(diff.new_customers.count, "new"), (diff.split.count, "split"), (diff.merged.count, "merged"), (diff.gone.count, "gone")];
    counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", group_thousands(*count)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `14.7 %`, `2,269,461.62`, `498`; a percentage is shown with one digit.
fn written(value: i64, scale: u8, unit: &str) -> String {
    match unit {
        "percent" => format!("{} %", tenths(value, scale)),
        _ => format_minor(value, scale),
    }
}

fn tenths(value: i64, scale: u8) -> String {
    let factor = 10_i64.pow(u32::from(scale.saturating_sub(1)));
    format_minor((value + factor / 2 * value.signum()) / factor, 1)
}

fn signed(change: i64, scale: u8, unit: &str) -> String {
    let text = if unit == "percent" { tenths(change, scale) } else { format_minor(change, scale) };
    let plus = if change > 0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "+" } else { "" };
    let text = if text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { text } else { text.replace(MINUS, "") };
    if unit == "percent" { format!("{plus}{text} pt") } else { format!("{plus}{text}") }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
