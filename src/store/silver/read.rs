//! Reading silver (and the golden figures beside it) for pages. `conn` has the four schemas attached read-only.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use rustc_hash::FxHashMap;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};
use crate::stewardship::queue::{About, Contradicted, ItemKind, QueueItem};
use crate::stewardship::{CustomerRecord, Field, RawField};

/// A customer in one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerBrief {
    pub key: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub birth_date: String,
    pub branch_id: String,
    /// Source systems, comma between.
    pub sources: String,
    pub records: u32,
}

/// What the file in `schema` was built from; empty where it was never built.
pub fn manifest(conn: &Connection, schema: &str) -> rusqlite::Result<BTreeMap<String, String>> {
    if !has_table(conn, schema, "manifest")? {
        return Ok(BTreeMap::new());
    }
    let mut rows = conn.prepare(&format!("SELECT key, value FROM {schema}.manifest"))?;
    let found = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect()
}

/// What stands of each model, by id: state, rows, message.
pub type ModelRuns = BTreeMap<String, (String, u64, String)>;

/// What became of the models when the file in `schema` (silver, gold) was built; empty where nothing was.
pub fn model_runs(conn: &Connection, schema: &str) -> rusqlite::Result<ModelRuns> {
    if !has_table(conn, schema, "model_run")? {
        return Ok(ModelRuns::new());
    }
    let mut statement = conn.prepare(&format!("SELECT model, state, rows, message FROM {schema}.model_run"))?;
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0), row.get(3)?))))?;
    rows.collect()
}

/// Whether `schema` is attached and has the table or view.
pub fn has_table(conn: &Connection, schema: &str, table: &str) -> rusqlite::Result<bool> {
    let attached = conn.query_row("SELECT 1 FROM pragma_database_list WHERE name = ?1", [schema], |_| Ok(())).optional()?;
    if attached.is_none() {
        return Ok(false);
    }
    let found = conn.query_row(&format!("SELECT 1 FROM {schema}.sqlite_master WHERE name = ?1"), [table], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// Whether a table of silver has the column.
fn has_column(conn: &Connection, table: &str, column: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM pragma_table_info(?1, 'silver') WHERE name = ?2";
    Ok(conn.query_row(sql, [table, column], |_| Ok(())).optional()?.is_some())
}

/// A record as the queue shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueMember {
    pub record_id: i64,
    pub key: RecordKey,
    pub customer_key: String,
    /// Its name, or whatever it is known by.
    pub label: String,
    pub last_name: String,
    pub birth_date: String,
    pub branch_id: String,
}

/// A question of the last run with the members of its groups, in the order of the groups.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredItem {
    pub item: QueueItem,
    pub groups: Vec<Vec<QueueMember>>,
}

/// The questions of the last run, by id.
pub fn queue_items(conn: &Connection) -> rusqlite::Result<Vec<StoredItem>> {
    if !has_table(conn, "silver", "review_item")? {
        return Ok(Vec::new());
    }
    let mut groups: FxHashMap<String, Vec<Vec<QueueMember>>> = FxHashMap::default();
    let mut rows = conn.prepare(
        "SELECT m.item_id, m.group_no, m.record_id, r.source_system, r.source_customer_id, b.customer_key,
           coalesce(r.full_name, r.raw_name, r.email, r.phone, r.device_id, r.source_customer_id),
           coalesce(r.last_name, ''), coalesce(r.birth_date, ''), coalesce(r.branch_id, '')
         FROM silver.review_member m JOIN silver.customer_record r USING (record_id)
         JOIN silver.bridge_customer_ids b USING (source_system, source_customer_id) ORDER BY 1, 2, 3",
    )?;
    let mut found = rows.query([])?;
    while let Some(row) = found.next()? {
        let group = usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
        let held = groups.entry(row.get(0)?).or_default();
        held.resize_with(held.len().max(group + 1), Vec::new);
        held[group].push(QueueMember {
            record_id: row.get(2)?,
            key: RecordKey::new(row.get::<_, String>(3)?, row.get::<_, String>(4)?),
            customer_key: row.get(5)?,
            label: row.get(6)?,
            last_name: row.get(7)?,
            birth_date: row.get(8)?,
            branch_id: row.get(9)?,
        });
    }
    let with_groups = |mut item: QueueItem| {
        let groups = groups.remove(&item.id.0).unwrap_or_default();
        item.groups = groups.iter().map(|group| group.iter().map(|member| member.key.clone()).collect()).collect();
        StoredItem { item, groups }
    };
    Ok(queue_heads(conn)?.into_iter().map(with_groups).collect())
}

/// The questions of the last run, by id, without their records: what counting them needs.
pub fn queue_heads(conn: &Connection) -> rusqlite::Result<Vec<QueueItem>> {
    if !has_table(conn, "silver", "review_item")? {
        return Ok(Vec::new());
    }
    // Silver that an older program built knows neither places nor contradictions.
    let or = |column: &'static str, otherwise: &'static str| -> rusqlite::Result<&'static str> {
        Ok(if has_column(conn, "review_item", column)? { column } else { otherwise })
    };
    let (place, about, why) = (or("telling_place", "0")?, or("about_decision", "NULL")?, or("why", "NULL")?);
    let mut items = conn.prepare(&format!(
        "SELECT item_id, kind, match_weight, match_probability, pattern, {about}, {why}, {place} FROM silver.review_item ORDER BY item_id"
    ))?;
    let found = items.query_map([], |row| {
        Ok(QueueItem {
            id: ItemId(row.get(0)?),
            kind: ItemKind::from_name(&row.get::<_, String>(1)?),
            groups: Vec::new(),
            match_weight: row.get(2)?,
            match_probability: row.get(3)?,
            pattern: row.get(4)?,
            about: match (row.get::<_, Option<i64>>(5)?, row.get::<_, Option<String>>(6)?) {
                (Some(decision), Some(why)) => Contradicted::from_name(&why).map(|why| About { decision: DecisionId(decision), why }),
                _ => None,
            },
            telling_place: row.get(7)?,
        })
    })?;
    found.collect()
}

/// Records by their row ids, in the order asked for; ids that are not there are left out.
pub fn records_by_id(conn: &Connection, ids: &[i64]) -> rusqlite::Result<Vec<CustomerRecord>> {
    let mut row = conn.prepare(&format!("{} WHERE record_id = ?1", select_records_sql()))?;
    let mut records = Vec::with_capacity(ids.len());
    for id in ids {
        records.extend(row.query_row([id], record_of).optional()?);
    }
    Ok(records)
}

/// All records of one customer, by source system and id.
pub fn records_of_customers(conn: &Connection, customer: CustomerKey) -> rusqlite::Result<Vec<CustomerRecord>> {
    let mut rows = conn.prepare(&format!(
        "{} JOIN silver.bridge_customer_ids b USING (source_system, source_customer_id) WHERE b.customer_key = ?1 ORDER BY 1, 2",
        select_records_sql()
    ))?;
    let found = rows.query_map([customer.to_string()], record_of)?;
    found.collect()
}

/// Every record, in the order of its row id: row `i` has id `i + 1`.
pub fn all_records(conn: &Connection) -> rusqlite::Result<Vec<CustomerRecord>> {
    let mut rows = conn.prepare(&format!("{} ORDER BY record_id", select_records_sql()))?;
    let found = rows.query_map([], record_of)?;
    found.collect()
}

/// One record by its key.
pub fn record_by_key(conn: &Connection, key: &RecordKey) -> rusqlite::Result<Option<CustomerRecord>> {
    conn.query_row(
        &format!("{} WHERE source_system = ?1 AND source_customer_id = ?2", select_records_sql()),
        params![key.source_system, key.source_customer_id],
        record_of,
    )
    .optional()
}

/// The row id of a record.
pub fn record_id_of(conn: &Connection, key: &RecordKey) -> rusqlite::Result<Option<i64>> {
    conn.query_row(
        "SELECT record_id FROM silver.customer_record WHERE source_system = ?1 AND source_customer_id = ?2",
        params![key.source_system, key.source_customer_id],
        |row| row.get(0),
    )
    .optional()
}

/// The customer that a record belongs to.
pub fn customer_of_record(conn: &Connection, key: &RecordKey) -> rusqlite::Result<Option<String>> {
    conn.query_row(
        "SELECT customer_key FROM silver.bridge_customer_ids WHERE source_system = ?1 AND source_customer_id = ?2",
        params![key.source_system, key.source_customer_id],
        |row| row.get(0),
    )
    .optional()
}

/// Whatever a customer can be found by: key and values, several times for each. Names, e-mails, phones and ids of all its records, its
/// own and its earlier keys.
pub fn searchable(conn: &Connection, mut each: impl FnMut(&str, &[String])) -> rusqlite::Result<()> {
    let queries = [
        "SELECT customer_key, customer_key, full_name, email, phone FROM silver.dim_customer ORDER BY full_name IS NULL, full_name, customer_key",
        "SELECT b.customer_key, r.full_name, r.email, r.phone, r.source_customer_id
         FROM silver.bridge_customer_ids b JOIN silver.customer_record r USING (source_system, source_customer_id)",
        "SELECT customer_key, retired_key FROM silver.customer_key_alias",
    ];
    for query in queries {
        let mut statement = conn.prepare(query)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut values: Vec<String> = Vec::with_capacity(columns);
        while let Some(row) = rows.next()? {
            values.clear();
            for at in 1..columns {
                values.extend(row.get::<_, Option<String>>(at)?);
            }
            each(&row.get::<_, String>(0)?, &values);
        }
    }
    Ok(())
}

/// Customers in whose name, e-mail, phone, key or source ids `search` occurs; all where it is empty. By name; and how many there are.
pub fn search_customers(conn: &Connection, search: &str, limit: u32) -> rusqlite::Result<(Vec<CustomerBrief>, u64)> {
    let filter = "FROM silver.dim_customer c WHERE ?1 = '' OR c.full_name LIKE ?2 ESCAPE '\\' OR c.email LIKE ?2 ESCAPE '\\'
         OR c.phone LIKE ?2 ESCAPE '\\' OR c.customer_key LIKE ?2 ESCAPE '\\'
         OR c.customer_key IN (SELECT customer_key FROM silver.bridge_customer_ids WHERE source_customer_id LIKE ?2 ESCAPE '\\')
         OR c.customer_key IN (SELECT customer_key FROM silver.customer_key_alias WHERE retired_key LIKE ?2 ESCAPE '\\')";
    let pattern = format!("%{}%", search.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let mut rows = conn.prepare(&format!("{BRIEF_COLUMNS} {filter} ORDER BY c.full_name IS NULL, c.full_name, c.customer_key LIMIT ?3"))?;
    let found = rows.query_map(params![search.trim(), pattern, limit], brief_row)?;
    let briefs: rusqlite::Result<Vec<CustomerBrief>> = found.collect();
    let total: i64 = conn.query_row(&format!("SELECT count(*) {filter}"), params![search.trim(), pattern], |row| row.get(0))?;
    Ok((briefs?, u64::try_from(total).unwrap_or_default()))
}

/// Customers of the silver that stands.
pub fn customer_count(conn: &Connection) -> rusqlite::Result<u64> {
    conn.query_row("SELECT count(DISTINCT customer_key) FROM silver.bridge_customer_ids", [], |row| {
        Ok(row.get::<_, i64>(0)?.unsigned_abs())
    })
}

/// One customer in one line.
pub fn brief_of(conn: &Connection, customer: &str) -> rusqlite::Result<Option<CustomerBrief>> {
    conn.query_row(&format!("{BRIEF_COLUMNS} FROM silver.dim_customer c WHERE c.customer_key = ?1"), [customer], brief_row).optional()
}

/// Balance per customer and currency: (currency, minor units, scale 2). Empty where no source tells balances.
pub fn balances(conn: &Connection) -> rusqlite::Result<FxHashMap<String, Vec<(String, i64)>>> {
    let mut held: FxHashMap<String, Vec<(String, i64)>> = FxHashMap::default();
    if !has_table(conn, "gold", "customer_balance")? {
        return Ok(held);
    }
    let mut rows =
        conn.prepare("SELECT customer_key, currency, balance_minor FROM gold.customer_balance WHERE balance_minor IS NOT NULL")?;
    let mut found = rows.query([])?;
    while let Some(row) = found.next()? {
        held.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(held)
}

/// Where a surviving value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenOrigin {
    pub field: String,
    pub value: String,
    pub source_system: String,
    /// `Rule::name`
    pub rule: String,
}

/// The surviving values of one customer.
pub fn golden_origins(conn: &Connection, customer: CustomerKey) -> rusqlite::Result<Vec<GoldenOrigin>> {
    let mut rows = conn.prepare("SELECT field, value, source_system, rule FROM silver.golden_source WHERE customer_key = ?1")?;
    let found = rows.query_map([customer.to_string()], |row| {
        Ok(GoldenOrigin { field: row.get(0)?, value: row.get(1)?, source_system: row.get(2)?, rule: row.get(3)? })
    })?;
    found.collect()
}

/// Customer records per source system.
pub fn records_per_system(conn: &Connection) -> rusqlite::Result<Vec<(String, u64)>> {
    let mut rows = conn.prepare("SELECT source_system, count(*) FROM silver.customer_record GROUP BY 1 ORDER BY 1")?;
    let found = rows.query_map([], |row| Ok((row.get(0)?, u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default())))?;
    found.collect()
}

/// Every record with the customer it belongs to.
pub fn bridge(conn: &Connection) -> rusqlite::Result<Vec<(RecordKey, String)>> {
    let mut rows = conn.prepare("SELECT source_system, source_customer_id, customer_key FROM silver.bridge_customer_ids ORDER BY 1, 2")?;
    let found = rows.query_map([], |row| Ok((RecordKey::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?), row.get(2)?)))?;
    found.collect()
}

/// Branch names by id.
pub fn branch_names(conn: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    if !has_table(conn, "silver", "dim_branch")? {
        return Ok(BTreeMap::new());
    }
    let mut rows = conn.prepare("SELECT branch_id, branch_name FROM silver.dim_branch WHERE branch_name IS NOT NULL")?;
    let found = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect()
}

/// By how many records a value of a field is used, where that is more than one customer may have; None where it is not shared.
pub fn shared_counts(conn: &Connection, field: Field, value: &str) -> rusqlite::Result<Option<u64>> {
    conn.query_row("SELECT records FROM silver.shared_value WHERE field = ?1 AND value = ?2", [field.column(), value], |row| {
        row.get::<_, i64>(0)
    })
    .optional()
    .map(|found| found.map(|count| u64::try_from(count).unwrap_or_default()))
}

const BRIEF_COLUMNS: &str = "SELECT c.customer_key, coalesce(c.full_name, c.email, c.phone, c.customer_key), coalesce(c.email, ''), \
     coalesce(c.phone, ''), coalesce(c.birth_date, ''), coalesce(c.branch_id, ''), c.source_systems, c.records";

fn brief_row(row: &Row<'_>) -> rusqlite::Result<CustomerBrief> {
    Ok(CustomerBrief {
        key: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        phone: row.get(3)?,
        birth_date: row.get(4)?,
        branch_id: row.get(5)?,
        sources: row.get(6)?,
        records: row.get(7)?,
    })
}

/// Key, fields, raws, updated_at, flags, file, line.
fn select_records_sql() -> String {
    let columns: Vec<String> = Field::ALL
        .iter()
        .map(|field| format!("customer_record.{}", field.column()))
        .chain(RawField::ALL.iter().map(|field| field.column().to_owned()))
        .collect();
    format!(
        "SELECT customer_record.source_system, customer_record.source_customer_id, {}, customer_record.updated_at, flags, file, line
         FROM silver.customer_record",
        columns.join(", ")
    )
}

fn record_of(row: &Row<'_>) -> rusqlite::Result<CustomerRecord> {
    let mut record = CustomerRecord::new(RecordKey::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let mut at = 2;
    for field in Field::ALL {
        record.set(*field, row.get::<_, Option<String>>(at)?);
        at += 1;
    }
    for field in RawField::ALL {
        record.set_raw(*field, row.get::<_, Option<String>>(at)?);
        at += 1;
    }
    record.updated_at = row.get(at)?;
    record.flags = serde_json::from_str(&row.get::<_, String>(at + 1)?).unwrap_or_default();
    record.file = row.get(at + 2)?;
    record.line = u64::try_from(row.get::<_, i64>(at + 3)?).unwrap_or_default();
    Ok(record)
}
