//! What the sources write for branches and complaint types, and what it is taken for.

use rusqlite::{Connection, params};

use super::has_table;

/// One spelling of a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct BranchSpelling {
    pub spelling: String,
    pub branch_id: Option<String>,
    /// id, name, words, none or confirmed
    pub method: String,
    /// 0 to 1
    pub score: f64,
    /// Customer records that write it so.
    pub rows: u64,
}

/// Every spelling of a branch; none before the first run.
pub fn branch_spellings(conn: &Connection) -> rusqlite::Result<Vec<BranchSpelling>> {
    if !has_table(conn, "silver", "branch_alias")? {
        return Ok(Vec::new());
    }
    let mut rows = conn.prepare(
        "SELECT a.branch_raw, a.branch_id, a.method, a.score, coalesce(r.records, 0) FROM silver.branch_alias a
         LEFT JOIN (SELECT raw_branch, count(*) AS records FROM silver.customer_record GROUP BY 1) r ON r.raw_branch = a.branch_raw
         ORDER BY 1",
    )?;
    let found = rows.query_map([], |row| {
        Ok(BranchSpelling {
            spelling: row.get(0)?,
            branch_id: row.get(1)?,
            method: row.get(2)?,
            score: row.get(3)?,
            rows: u64::try_from(row.get::<_, i64>(4)?).unwrap_or_default(),
        })
    })?;
    found.collect()
}

/// Every complaint type and its complaints.
pub fn complaint_spellings(conn: &Connection) -> rusqlite::Result<Vec<(String, u64)>> {
    if !has_table(conn, "silver", "fct_complaints")? {
        return Ok(Vec::new());
    }
    let mut rows = conn.prepare(
        "SELECT complaint_type, count(*) FROM silver.fct_complaints WHERE complaint_type IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
    )?;
    let found = rows.query_map([], |row| Ok((row.get(0)?, u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default())))?;
    found.collect()
}

/// In a silver under construction: a spelling means this branch, or none.
pub fn confirm_branch(conn: &Connection, spelling: &str, branch: Option<&str>) -> rusqlite::Result<()> {
    conn.execute(
        "UPDATE silver.branch_alias SET branch_id = ?2, method = 'confirmed', score = 1.0 WHERE branch_raw = ?1",
        params![spelling, branch],
    )
    .map(drop)
}

/// In a silver under construction: complaints of this type are of that one, or of none.
pub fn confirm_complaint_type(conn: &Connection, spelling: &str, meaning: Option<&str>) -> rusqlite::Result<()> {
    conn.execute("UPDATE silver.fct_complaints SET complaint_type = ?2 WHERE complaint_type = ?1", params![spelling, meaning]).map(drop)
}
