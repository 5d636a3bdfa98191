//! Quality of data. Flow: DataQuery -> control.db, quality.db, a reader -> Page.

use crate::base::DataTable;
use crate::engine::data_deed::DataQuery;
use crate::engine::error::EngineError;
use crate::engine::query::Page;
use crate::engine::session::Session;
use crate::store::failing;

pub fn answer(session: &Session, query: &DataQuery) -> Result<Page, EngineError> {
    match query {
        DataQuery::Failing { test, table, limit } => failing_rows(session, test, table.as_deref(), *limit).map(Page::Table),
    }
}

fn failing_rows(session: &Session, test: &str, table: Option<&str>, limit: usize) -> Result<DataTable, EngineError> {
    let known = session.control().newest_test_results()?;
    let meant: Vec<_> = known.iter().filter(|(_, row)| row.name == test && table.is_none_or(|table| row.table == table)).collect();
    let row = match meant.as_slice() {
        [] => {
            return Err(EngineError::Refused(format!("no test called {test} was ever run here. 'karat test' runs them and names them.")));
        }
        [(_, row)] => row,
        several => {
            let tables: Vec<&str> = several.iter().map(|(_, row)| row.table.as_str()).collect();
            return Err(EngineError::Refused(format!("{test} is a test of {}. Say of which: --table TABLE.", tables.join(", "))));
        }
    };
    let found = failing::failing_rows(&session.workspace.quality(), &row.table, &row.name, limit)?;
    match found {
        Some(rows) => Ok(rows),
        None if row.failing_rows == 0 => Ok(DataTable::default()),
        None => Err(EngineError::Refused(format!("the rows that failed {test} are not kept any more. Say 'karat test' once more."))),
    }
}
