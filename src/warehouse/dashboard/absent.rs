//! Tables of gold that are not there, and the files that would bring them. Flow: gold.model_run -> what it missed -> models' inputs -> tables of bronze.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rusqlite::Connection;

use super::figures::Absent;
use crate::warehouse::error::{Result, SqlContext};
use crate::warehouse::graph::Graph;
use crate::warehouse::model::Model;

static GRAPH: LazyLock<Option<Graph>> = LazyLock::new(|| Graph::builtin().ok());

/// How tables of bronze begin, and what people call the system that gives them.
const SYSTEMS: [(&str, &str); 9] = [
    ("erp_", "ERP"),
    ("raw_erp_", "ERP"),
    ("sf_", "CRM"),
    ("raw_crm_", "CRM"),
    ("sb_", "App"),
    ("gs_", "Sheets"),
    ("core_", "Core"),
    ("ledger_", "Ledger"),
    ("cdc_", "change events"),
];

/// Models of gold that the run could not build, with the reason.
pub(crate) fn absent(conn: &Connection) -> Result<Vec<Absent>> {
    let what = "gold.model_run";
    let mut statement = conn
        .prepare_cached("SELECT model, message FROM gold.model_run WHERE state <> 'built' AND model LIKE 'gold.%' ORDER BY model")
        .at(what)?;
    let found = statement.query_map([], |row| Ok(Absent { table: row.get(0)?, why: row.get(1)? })).at(what)?;
    let mut found = found.collect::<rusqlite::Result<Vec<Absent>>>().at(what)?;
    for one in &mut found {
        if let Some(why) = missing_files(&one.why) {
            one.why = why;
        }
    }
    Ok(found)
}

/// "no file of sf_cases (CRM) is loaded"; None where the reason is another one.
fn missing_files(message: &str) -> Option<String> {
    let named = message.strip_prefix("no source: ")?;
    let mut files = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for table in named.split([' ', ',']).filter(|word| word.contains('.')) {
        gather(table, &mut files, &mut seen);
    }
    let names: Vec<String> = files.iter().map(|file| named_file(file)).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("no file of {one} is loaded")),
        several => Some(format!("no file of {} is loaded", several.join(" or "))),
    }
}

/// The tables of bronze that a table is made from: its own where it reads any, else those of what it reads.
fn gather(table: &str, files: &mut BTreeSet<String>, seen: &mut BTreeSet<String>) {
    if !seen.insert(table.to_owned()) {
        return;
    }
    if let Some(file) = table.strip_prefix("bronze.") {
        files.insert(file.strip_suffix("_all").unwrap_or(file).to_owned());
        return;
    }
    let inputs: Vec<&String> = GRAPH.as_ref().and_then(|graph| graph.get(table)).into_iter().flat_map(Model::all_inputs).collect();
    let reads_files = inputs.iter().any(|input| input.starts_with("bronze."));
    for input in inputs.into_iter().filter(|input| !reads_files || input.starts_with("bronze.")) {
        gather(input, files, seen);
    }
}

fn named_file(file: &str) -> String {
    match SYSTEMS.iter().find(|(start, _)| file.starts_with(start)) {
        Some((_, system)) => format!("{file} ({system})"),
        None => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_table_names_the_files_that_would_bring_it() {
        assert_eq!(missing_files("no source: silver.fct_complaints has no rows").as_deref(), Some("no file of sf_cases (CRM) is loaded"));
        let loans = missing_files("no source: none of silver.fct_loans, silver.dim_loan has rows").unwrap();
        assert!(loans.contains("erp_loans (ERP) or") || loans.contains("or erp_loans (ERP)"), "{loans}");
        assert_eq!(missing_files("no source: no model of churn is in production."), None);
        assert_eq!(missing_files("silver.fct_loans failed"), None);
    }
}
