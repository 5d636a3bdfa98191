//! Fills `gold.kpi`: runs every figure of the list and keeps its SQL beside the result.

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde::Deserialize;

use super::embedded::KPIS;
use super::error::{Result, SqlContext, WarehouseError};
use crate::base::RunCtx;

#[derive(Debug, Clone, Deserialize)]
pub struct Kpi {
    pub id: String,
    pub name: String,
    /// count, money, percent, days or score.
    pub unit: String,
    pub scale: u8,
    /// Without rows in one of these the figure is NULL.
    pub needs: Vec<String>,
    pub definition: String,
    /// Gives part, currency, value.
    pub sql: String,
}

#[derive(Deserialize)]
struct KpiFile {
    kpi: Vec<Kpi>,
}

/// All figures, in the order in which pages show them.
pub fn all() -> Result<Vec<Kpi>> {
    toml::from_str::<KpiFile>(KPIS).map(|file| file.kpi).map_err(|e| WarehouseError::Other(format!("assets/models/gold/kpi.toml: {e}")))
}

pub(crate) fn fill(conn: &Connection, ctx: &RunCtx, present: &BTreeSet<String>) -> Result<()> {
    let mut insert = conn
        .prepare(
            "INSERT INTO gold.kpi (kpi_id, name, part, currency, value, scale, unit, definition, sql) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .at("gold.kpi")?;
    for kpi in all()? {
        ctx.check()?;
        let mut found: Vec<(String, String, Option<i64>)> = Vec::new();
        if kpi.needs.iter().all(|need| present.contains(need)) {
            let mut statement = conn.prepare(&kpi.sql).at(&kpi.id)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).at(&kpi.id)?;
            found = rows.collect::<rusqlite::Result<_>>().at(&kpi.id)?;
        }
        if found.is_empty() {
            found.push((String::new(), String::new(), None));
        }
        for (part, currency, value) in found {
            insert
                .execute(rusqlite::params![kpi.id, kpi.name, part, currency, value, kpi.scale, kpi.unit, kpi.definition, kpi.sql])
                .at(&kpi.id)?;
        }
    }
    Ok(())
}
