//! How much room tables take. Flow: dbstat -> bytes per table.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::base::Layer;

/// Files over this many bytes are not measured: dbstat reads every page.
const LARGEST: i64 = 512 << 20;

/// Bytes of every table of a layer, without its indexes; empty where the layer's file is too large to be measured.
pub fn table_sizes(conn: &Connection, layer: Layer) -> rusqlite::Result<BTreeMap<String, u64>> {
    let pragma = |name: &str| conn.query_row(&format!("PRAGMA {layer}.{name}"), [], |row| row.get::<_, i64>(0));
    if pragma("page_count")?.saturating_mul(pragma("page_size")?) > LARGEST {
        return Ok(BTreeMap::new());
    }
    let mut statement = conn.prepare("SELECT name, sum(pgsize) FROM dbstat WHERE schema = ?1 AND aggregate = 1 GROUP BY name")?;
    let rows = statement.query_map([layer.name()], |row| {
        let name: String = row.get(0)?;
        let bytes: i64 = row.get(1)?;
        // Bronze keeps the rows of T in T_rows.
        Ok((name.strip_suffix("_rows").map_or(name.clone(), str::to_owned), u64::try_from(bytes).unwrap_or(0)))
    })?;
    rows.collect()
}
