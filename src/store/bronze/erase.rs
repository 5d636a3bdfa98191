//! A person's values out of bronze, and kept out. Flow: identifiers -> their rows -> emptied cells and what stood there; rows to come -> emptied.

use std::collections::BTreeSet;

use rusqlite::params_from_iter;

use super::BronzeStore;
use super::schema::{physical_columns, quoted, rows_table};
use crate::store::erasure::{Matcher, Person, Suppression, is_personal, links, rewrite, scrub};
use crate::store::open::DbError;

impl BronzeStore {
    /// Rows of these identifiers come in empty from now on.
    pub fn suppress(&mut self, known: Suppression) {
        self.suppression = Some(known).filter(|known| !known.is_empty());
    }

    /// What stands in personal columns of the rows that carry one of the identifiers.
    pub fn values_of(&self, identifiers: &BTreeSet<String>) -> Result<BTreeSet<String>, DbError> {
        let mut found = BTreeSet::new();
        self.each_own_row(identifiers, |columns, cells, _, _| {
            found.extend(
                (0..columns.len())
                    .filter(|at| is_personal(&columns[*at]))
                    .map(|at| cells[at].trim().to_owned())
                    .filter(|cell| !cell.is_empty()),
            );
            Ok(())
        })?;
        Ok(found)
    }

    /// Empties the person's rows, then takes their values out of every other cell, and writes the file anew.
    pub fn erase(&mut self, person: &Person, matcher: &Matcher) -> Result<u64, DbError> {
        let wrong = self.wrong();
        let mut emptied = 0;
        self.conn.execute_batch("BEGIN IMMEDIATE").map_err(&wrong)?;
        let done = self
            .each_own_row(&person.identifiers, |columns, cells, table, rowid| {
                let personal: Vec<usize> = (0..columns.len()).filter(|at| is_personal(&columns[*at]) && !cells[*at].is_empty()).collect();
                let set: Vec<String> = personal.iter().map(|at| format!("{} = ?", quoted(&columns[*at]))).collect();
                if set.is_empty() {
                    return Ok(());
                }
                // An address that is a key of rows keeps telling that they are one person's, and no longer whose.
                let after = personal.iter().map(|at| person.pseudonyms.get(&cells[*at].trim().to_lowercase()).cloned().unwrap_or_default());
                emptied += 1;
                self.conn
                    .prepare_cached(&format!("UPDATE {} SET {} WHERE rowid = {rowid}", rows_table(table), set.join(", ")))?
                    .execute(params_from_iter(after))
                    .map(drop)
            })
            .and_then(|()| scrub(&self.conn, person, matcher, &BTreeSet::new()).map_err(&wrong));
        match done {
            Ok(()) => self.conn.execute_batch("COMMIT").map_err(&wrong)?,
            Err(error) => {
                // The first error is the one that matters.
                let _ = self.conn.execute_batch("ROLLBACK");
                return Err(error);
            }
        }
        rewrite(&self.conn).map_err(&wrong)?;
        Ok(emptied)
    }

    /// Calls back for each row that carries one of the identifiers in a column that says whose it is: columns, cells, table, rowid.
    fn each_own_row(
        &self,
        identifiers: &BTreeSet<String>,
        mut visit: impl FnMut(&[String], &[String], &str, i64) -> rusqlite::Result<()>,
    ) -> Result<(), DbError> {
        let mut work = || -> rusqlite::Result<()> {
            let mut tables =
                self.conn.prepare("SELECT DISTINCT table_name FROM batch WHERE table_name IS NOT NULL AND first_rowid IS NOT NULL")?;
            let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            for table in tables {
                let columns = physical_columns(&self.conn, &table)?;
                let linking: Vec<&String> = columns.iter().filter(|column| links(column, "123456")).collect();
                if linking.is_empty() {
                    continue;
                }
                let list: String = columns.iter().map(|column| format!(", {}", quoted(column))).collect();
                let mut rows = self.conn.prepare(&format!("SELECT rowid{list} FROM {}", rows_table(&table)))?;
                let mut found = rows.query([])?;
                while let Some(row) = found.next()? {
                    let is_own = |at: usize| -> rusqlite::Result<bool> {
                        let cell = row.get_ref(at + 1)?.as_str_or_null().ok().flatten().unwrap_or_default();
                        Ok(links(&columns[at], cell) && identifiers.contains(&cell.trim().to_lowercase()))
                    };
                    let mut own = false;
                    for at in 0..columns.len() {
                        own = own || is_own(at)?;
                    }
                    if own {
                        let cells: Vec<String> = (0..columns.len())
                            .map(|at| row.get::<_, Option<String>>(at + 1).map(Option::unwrap_or_default))
                            .collect::<rusqlite::Result<_>>()?;
                        visit(&columns, &cells, &table, row.get(0)?)?;
                    }
                }
            }
            Ok(())
        };
        work().map_err(self.wrong())
    }
}
