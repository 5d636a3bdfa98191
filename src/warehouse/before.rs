//! What stood before a selection is made: what models were built with, and which sources have come in since.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::error::{Result, SqlContext};
use super::sources::columns_of;

/// What selections compare with. None: nothing was kept that could be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before {
    /// What became of each model in the last run: id -> built, absent, failed, skipped. None: that run put nothing in place.
    pub results: Option<BTreeMap<String, String>>,
    /// Id -> hashes of head and SQL (`head.body`) with which the model was built.
    pub hashes: Option<BTreeMap<String, String>>,
    /// Source tables (`bronze.erp_customers`) with batches that silver was not built from.
    pub fresher: Option<BTreeSet<String>>,
}

impl Before {
    /// Reads what silver and gold were built from. `conn` has bronze, silver and gold attached under their names, each of which may be empty.
    pub fn read(conn: &Connection, results: Option<BTreeMap<String, String>>) -> Result<Self> {
        let mut hashes = BTreeMap::new();
        for schema in ["silver", "gold"] {
            if !columns_of(conn, schema, "model_run")?.iter().any(|column| column == "_built_hash") {
                continue;
            }
            let sql = format!("SELECT model, _built_hash FROM {schema}.model_run WHERE _built_hash IS NOT NULL");
            let mut rows = conn.prepare(&sql).at("model_run")?;
            let found = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).at("model_run")?;
            hashes.extend(found.collect::<rusqlite::Result<BTreeMap<String, String>>>().at("model_run")?);
        }
        Ok(Self { results, hashes: (!hashes.is_empty()).then_some(hashes), fresher: fresher(conn)? })
    }
}

fn fresher(conn: &Connection) -> Result<Option<BTreeSet<String>>> {
    if columns_of(conn, "silver", "manifest")?.is_empty() || columns_of(conn, "bronze", "batch")?.is_empty() {
        return Ok(None);
    }
    let what = "batches that silver was built from";
    let known: Option<String> =
        conn.query_row("SELECT value FROM silver.manifest WHERE key = 'batches'", [], |row| row.get(0)).optional().at(what)?;
    let Some(known) = known else { return Ok(None) };
    let known: BTreeSet<i64> = known.split(',').filter_map(|batch| batch.trim().parse().ok()).collect();
    let mut rows =
        conn.prepare("SELECT batch_id, table_name FROM bronze.batch WHERE status = 'loaded' AND table_name IS NOT NULL").at(what)?;
    let loaded = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).at(what)?;
    let loaded: Vec<(i64, String)> = loaded.collect::<rusqlite::Result<_>>().at(what)?;
    Ok(Some(loaded.into_iter().filter(|(batch, _)| !known.contains(batch)).map(|(_, table)| format!("bronze.{table}")).collect()))
}
