//! Writing into a silver file under construction, attached as `silver`.

use std::collections::BTreeMap;

use rusqlite::{Connection, params, params_from_iter};

use crate::base::{CustomerKey, DecisionId, RecordKey};
use crate::stewardship::{CustomerRecord, Field, GoldenRecord, Identity, QueueItem, RawField, Relation};

/// One customer with its records (indices) and its golden record.
#[derive(Debug, Clone)]
pub struct SilverRows<'a> {
    pub records: &'a [CustomerRecord],
    pub customers: &'a [(CustomerKey, Vec<u32>, GoldenRecord)],
}

/// The source system of values that people typed.
pub const STEWARD: &str = "steward";

pub fn create_tables(conn: &Connection) -> rusqlite::Result<()> {
    let columns =
        |names: &mut dyn Iterator<Item = &'static str>| names.map(|name| format!("{name} TEXT")).collect::<Vec<_>>().join(",\n  ");
    let script = include_str!("../../../assets/migrations/silver.sql")
        .replace("{fields}", &columns(&mut Field::ALL.iter().map(|field| field.column())))
        .replace("{raws}", &columns(&mut RawField::ALL.iter().map(|field| field.column())));
    conn.execute_batch(&script)
}

/// `record_id` is the index plus one: rows stand in the order of their keys.
pub fn write_records(conn: &Connection, records: &[CustomerRecord]) -> rusqlite::Result<()> {
    let columns = Field::COUNT + RawField::COUNT + 7;
    let mut insert = conn.prepare(&format!("INSERT INTO silver.customer_record VALUES ({})", marks(columns)))?;
    for (at, record) in records.iter().enumerate() {
        let mut place = 1;
        let mut bind = |insert: &mut rusqlite::Statement<'_>, value: &dyn rusqlite::ToSql| -> rusqlite::Result<()> {
            insert.raw_bind_parameter(place, value)?;
            place += 1;
            Ok(())
        };
        bind(&mut insert, &row_id(at))?;
        bind(&mut insert, &record.key.source_system)?;
        bind(&mut insert, &record.key.source_customer_id)?;
        for field in Field::ALL {
            bind(&mut insert, &record.get(*field))?;
        }
        for field in RawField::ALL {
            bind(&mut insert, &record.raw(*field))?;
        }
        bind(&mut insert, &record.updated_at)?;
        bind(&mut insert, &serde_json::to_string(&record.flags).unwrap_or_else(|_| "[]".to_owned()))?;
        bind(&mut insert, &record.file)?;
        bind(&mut insert, &i64::try_from(record.line).unwrap_or(i64::MAX))?;
        insert.raw_execute()?;
    }
    conn.execute_batch("CREATE UNIQUE INDEX silver.customer_record_by_key ON customer_record (source_system, source_customer_id)")
}

/// Bridge, golden records and their origins, aliases.
pub fn write_customers(conn: &Connection, rows: &SilverRows<'_>, identity: &Identity) -> rusqlite::Result<()> {
    let mut bridge = conn.prepare("INSERT INTO silver.bridge_customer_ids VALUES (?1, ?2, ?3)")?;
    let mut customer = conn.prepare(&format!("INSERT INTO silver.dim_customer VALUES ({})", marks(Field::COUNT + 5)))?;
    let mut source = conn.prepare("INSERT INTO silver.golden_source VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (key, members, golden) in rows.customers {
        let key = key.to_string();
        for member in members {
            let RecordKey { source_system, source_customer_id } = &rows.records[*member as usize].key;
            bridge.execute(params![key, source_system, source_customer_id])?;
        }
        let mut systems: Vec<&str> = members.iter().map(|member| rows.records[*member as usize].key.source_system.as_str()).collect();
        systems.sort_unstable();
        systems.dedup();
        let updated = members.iter().filter_map(|member| rows.records[*member as usize].updated_at.as_deref()).max();
        let mut values: Vec<Option<String>> = vec![Some(key.clone())];
        values.extend(Field::ALL.iter().map(|field| golden.value(*field).map(str::to_owned)));
        values.push(Some(members.len().to_string()));
        values.push(Some(systems.len().to_string()));
        values.push(Some(systems.join(",")));
        values.push(updated.map(str::to_owned));
        customer.execute(params_from_iter(values))?;
        for field in Field::ALL {
            if let Some(survivor) = golden.get(*field) {
                // What a steward typed came from no record.
                let from = survivor.record.map(|at| &rows.records[members[at] as usize].key);
                source.execute(params![
                    key,
                    field.column(),
                    survivor.value,
                    from.map_or(STEWARD, |from| from.source_system.as_str()),
                    from.map_or("", |from| from.source_customer_id.as_str()),
                    survivor.rule.name()
                ])?;
            }
        }
    }
    let mut alias = conn.prepare("INSERT INTO silver.customer_key_alias VALUES (?1, ?2)")?;
    for (retired, target) in &identity.retired {
        alias.execute(params![retired.to_string(), target.to_string()])?;
    }
    conn.execute_batch("CREATE INDEX silver.bridge_by_customer ON bridge_customer_ids (customer_key)")
}

/// Customers that belong together; both ways round, as they are given.
pub fn write_relations(
    conn: &Connection,
    relations: &BTreeMap<(CustomerKey, CustomerKey), (Relation, DecisionId)>,
) -> rusqlite::Result<()> {
    let mut insert = conn.prepare("INSERT INTO silver.customer_relation VALUES (?1, ?2, ?3, ?4)")?;
    for ((customer, other), (relation, decision)) in relations {
        insert.execute(params![customer.to_string(), other.to_string(), relation.name(), decision.0])?;
    }
    Ok(())
}

/// What is left to ask; groups are record indices.
pub fn write_questions(conn: &Connection, items: &[(QueueItem, Vec<Vec<u32>>)]) -> rusqlite::Result<()> {
    let mut item_row = conn.prepare("INSERT OR IGNORE INTO silver.review_item VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    let mut member = conn.prepare("INSERT OR IGNORE INTO silver.review_member VALUES (?1, ?2, ?3)")?;
    for (item, groups) in items {
        let about = item.about.as_ref();
        item_row.execute(params![
            item.id.0,
            item.kind.name(),
            item.match_weight,
            item.match_probability,
            item.pattern,
            item.telling_place,
            about.map(|about| about.decision.0),
            about.map(|about| about.why.name())
        ])?;
        for (group_no, records) in groups.iter().enumerate() {
            for record in records {
                member.execute(params![item.id.0, row_id(group_no) - 1, row_id(*record as usize)])?;
            }
        }
    }
    conn.execute_batch(
        "INSERT INTO silver.pending_review SELECT b.customer_key, count(DISTINCT m.item_id) FROM silver.review_member m
         JOIN silver.customer_record r USING (record_id) JOIN silver.bridge_customer_ids b USING (source_system, source_customer_id) GROUP BY 1",
    )
}

/// Values that several customers use.
pub fn write_shared(conn: &Connection, shared: &[(Field, String, u64)]) -> rusqlite::Result<()> {
    let mut insert = conn.prepare("INSERT INTO silver.shared_value VALUES (?1, ?2, ?3)")?;
    for (field, value, records) in shared {
        insert.execute(params![field.column(), value, i64::try_from(*records).unwrap_or(i64::MAX)])?;
    }
    Ok(())
}

/// Says what the file in `schema` was built from. Keys that begin with `_built_` take no part in content hashes.
pub fn set_manifest(conn: &Connection, schema: &str, entries: &[(&str, &str)]) -> rusqlite::Result<()> {
    conn.execute_batch(&format!("CREATE TABLE IF NOT EXISTS {schema}.manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"))?;
    let mut insert = conn.prepare(&format!("INSERT OR REPLACE INTO {schema}.manifest VALUES (?1, ?2)"))?;
    for (key, value) in entries {
        insert.execute([key, value])?;
    }
    Ok(())
}

fn row_id(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX - 1) + 1
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
