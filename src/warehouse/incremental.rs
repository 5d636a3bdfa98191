//! Models that keep the rows they have and take in what is new. Flow: earlier table -> columns by on_schema_change -> rows since -> strategy.
//!
//! The semantics are those of dbt's incremental models (docs.getdbt.com, "Incremental models", "What if the columns of my incremental model
//! change"): the SELECT says by `:since` which rows it wants, and a change of the SQL does not touch rows that are there. What `is_incremental()`
//! asks there is `:since IS NOT NULL` here.

use rusqlite::Connection;

use super::build::bind;
use super::ddl::{create_with, index_sql, quoted};
use super::error::{Result, SqlContext, WarehouseError, in_file};
use super::model::{Column, Model};
use super::snapshot::doubled;
use super::sources::typed_columns_of;

/// How new rows meet those that stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intake {
    /// They are put behind them.
    Append,
    /// Rows of the same unique key go first. (dbt's `delete+insert`; its `merge` comes to the same where whole rows are written.)
    DeleteInsert,
    /// Everything since the start of the look-back window goes first.
    Microbatch,
}

impl Intake {
    pub fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::DeleteInsert => "delete+insert",
            Self::Microbatch => "microbatch",
        }
    }

    pub fn of(word: &str) -> Option<Self> {
        match word {
            "append" => Some(Self::Append),
            "delete+insert" | "merge" => Some(Self::DeleteInsert),
            "microbatch" => Some(Self::Microbatch),
            _ => None,
        }
    }
}

/// What becomes of the table when the model's columns are others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SchemaChange {
    /// New columns are left out; without one that the table has the model fails.
    #[default]
    Ignore,
    Fail,
    /// New columns are added, NULL in the rows that stand; columns that went stay, NULL in new rows.
    AppendNewColumns,
    /// The table gets the model's columns, types included.
    SyncAllColumns,
}

impl SchemaChange {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Fail => "fail",
            Self::AppendNewColumns => "append_new_columns",
            Self::SyncAllColumns => "sync_all_columns",
        }
    }

    pub fn of(word: &str) -> Option<Self> {
        [Self::Ignore, Self::Fail, Self::AppendNewColumns, Self::SyncAllColumns].into_iter().find(|change| change.name() == word)
    }
}

/// The window that is read again: from so many days before the latest value of a column that holds a date or a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookback {
    pub days: u32,
    pub column: String,
}

impl Lookback {
    /// `3 days over posting_date`
    pub fn of(words: &str) -> Option<Self> {
        let (days, column) = words.split_once(" over ")?;
        let (days, unit) = days.trim().split_once(' ')?;
        let days = days.parse().ok().filter(|_| matches!(unit.trim(), "day" | "days"))?;
        Some(Self { days, column: column.trim().to_owned() })
    }
}

/// What the head of an incremental model says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Increment {
    /// None: by key where there is one, else append.
    pub intake: Option<Intake>,
    pub lookback: Option<Lookback>,
    pub on_schema_change: SchemaChange,
}

impl Increment {
    pub fn intake_of(&self, model: &Model) -> Intake {
        self.intake.unwrap_or(if model.key.is_empty() { Intake::Append } else { Intake::DeleteInsert })
    }

    /// Why the head cannot be, in words.
    pub(crate) fn wrong(&self, model: &Model) -> Option<String> {
        let column = self.lookback.as_ref().map(|lookback| &lookback.column);
        if let Some(unknown) = column.filter(|column| !model.columns.iter().any(|own| own.name == **column)) {
            return Some(format!("the look-back window goes over {unknown}, which is no column"));
        }
        match self.intake_of(model) {
            Intake::DeleteInsert if model.key.is_empty() => Some("delete+insert wants a unique_key".to_owned()),
            Intake::Microbatch if column.is_none() => {
                Some("microbatch wants a look-back window: `lookback: 3 days over COLUMN`".to_owned())
            }
            Intake::Append if !model.key.is_empty() => Some("append has no unique_key: rows would meet themselves".to_owned()),
            _ => None,
        }
    }
}

/// What an increment did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Rows that stand now.
    pub rows: u64,
    /// "12 rows since 2025-12-28"
    pub note: String,
}

/// Builds the model's table from the one that stands in the schema `earlier` (its own schema, or one of another file) and the rows that its SELECT
/// gives now. None: the earlier table tells no start of the window, so the whole has to be built.
pub(crate) fn fill(conn: &Connection, model: &Model, rule: &Increment, earlier: &str, as_of: &str) -> Result<Option<Taken>> {
    let id = model.id();
    let known = typed_columns_of(conn, earlier, &model.name)?;
    let since = match &rule.lookback {
        None => None,
        Some(lookback) => match since(conn, model, earlier, lookback)? {
            None => return Ok(None),
            since => since,
        },
    };
    let change = change(model, rule.on_schema_change, &known)?;
    let kept = list(&change.kept);
    conn.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.earlier; CREATE TEMP TABLE earlier AS SELECT {kept} FROM {earlier}.\"{}\"; DROP TABLE IF EXISTS {target};
         {}; INSERT INTO {target} ({kept}) SELECT {kept} FROM temp.earlier; DROP TABLE temp.earlier",
        model.name,
        create_with(model, &change.columns),
        target = quoted(model),
    ))
    .at(&id)?;
    let taken = incoming(conn, model, as_of, since.as_deref())?;
    take_in(conn, model, rule, &change, since.as_deref())?;
    conn.execute_batch(&format!("DROP TABLE temp.incoming; {}", index_sql(model))).at(&id)?;
    let rows: i64 = conn.query_row(&format!("SELECT count(*) FROM {}", quoted(model)), [], |row| row.get(0)).at(&id)?;
    let window = since.map_or_else(String::new, |since| format!(" since {since}"));
    let noun = if taken == 1 { "row" } else { "rows" };
    let mut note = format!("took in {taken} {noun}{window}");
    if !change.note.is_empty() {
        note.push_str(&format!("; {}", change.note));
    }
    Ok(Some(Taken { rows: u64::try_from(rows).unwrap_or(0), note }))
}

/// Where the window begins; None where the table has no date.
fn since(conn: &Connection, model: &Model, earlier: &str, lookback: &Lookback) -> Result<Option<String>> {
    let sql = format!("SELECT date(max(\"{}\"), '-{} days') FROM {earlier}.\"{}\"", lookback.column, lookback.days, model.name);
    // A table from before the column was there tells nothing.
    if !typed_columns_of(conn, earlier, &model.name)?.iter().any(|column| column.name == lookback.column) {
        return Ok(None);
    }
    conn.query_row(&sql, [], |row| row.get(0)).at(&model.id())
}

/// The columns of the table to be, and which of the old and of the new rows fill them.
struct Change {
    columns: Vec<Column>,
    kept: Vec<String>,
    taken: Vec<String>,
    note: String,
}

fn change(model: &Model, rule: SchemaChange, known: &[Column]) -> Result<Change> {
    let has = |columns: &[Column], name: &str| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    let names = |columns: &[&Column]| columns.iter().map(|column| column.name.clone()).collect::<Vec<String>>();
    let added: Vec<&Column> = model.columns.iter().filter(|column| !has(known, &column.name)).collect();
    let gone: Vec<&Column> = known.iter().filter(|column| !has(&model.columns, &column.name)).collect();
    let common: Vec<&Column> = model.columns.iter().filter(|column| has(known, &column.name)).collect();
    let wrong = |message: String| WarehouseError::Model { file: model.file.clone(), line: 1, message };
    let told = |word: &str, columns: &[&Column]| format!("{word} {}", names(columns).join(", "));
    let mut differences = Vec::new();
    if !added.is_empty() {
        differences.push(told("new:", &added));
    }
    if !gone.is_empty() {
        differences.push(told("gone:", &gone));
    }
    let all = names(&model.columns.iter().collect::<Vec<_>>());
    let (columns, taken, note) = match rule {
        SchemaChange::Fail if !differences.is_empty() => {
            let why = differences.join("; ");
            return Err(wrong(format!(
                "its columns are not those of its table ({why}), and on_schema_change is fail. Build it anew with --full-refresh, or say append_new_columns or sync_all_columns."
            )));
        }
        SchemaChange::Ignore if !gone.is_empty() => {
            let why = told("gone:", &gone);
            return Err(wrong(format!(
                "its table has columns that it does not give any more ({why}), and on_schema_change is ignore. Build it anew with --full-refresh, or say sync_all_columns."
            )));
        }
        SchemaChange::Ignore => {
            let note = if added.is_empty() {
                String::new()
            } else {
                format!("left out by on_schema_change = ignore: {}", names(&added).join(", "))
            };
            (known.to_vec(), names(&common), note)
        }
        SchemaChange::Fail => (model.columns.clone(), all, String::new()),
        SchemaChange::AppendNewColumns => (known.iter().chain(added.iter().copied()).cloned().collect(), all, differences.join("; ")),
        SchemaChange::SyncAllColumns => (model.columns.clone(), all, differences.join("; ")),
    };
    let kept = columns.iter().filter(|column| has(known, &column.name)).map(|column| column.name.clone()).collect();
    if let Some(missing) = model.key.iter().find(|key| !has(&columns, key)) {
        return Err(wrong(format!("its table has no column {missing}, which is its key now. Build it anew with --full-refresh.")));
    }
    Ok(Change { columns, kept, taken, note })
}

/// The rows that the SELECT gives, in `temp.incoming`; how many. Rows that share a key are an error that names it.
fn incoming(conn: &Connection, model: &Model, as_of: &str, since: Option<&str>) -> Result<usize> {
    let id = model.id();
    let columns: Vec<String> = model.columns.iter().map(|column| format!("\"{}\" {}", column.name, column.sql_type)).collect();
    conn.execute_batch(&format!("DROP TABLE IF EXISTS temp.incoming; CREATE TEMP TABLE incoming ({})", columns.join(", "))).at(&id)?;
    let names: Vec<String> = model.columns.iter().map(|column| column.name.clone()).collect();
    let sql = format!("INSERT INTO temp.incoming ({})\n{}", list(&names), model.body.replace("bronze.", "temp.src_"));
    let mut statement = conn.prepare(&sql).map_err(|error| in_file(model, &sql, error))?;
    bind(&mut statement, as_of, since).at(&id)?;
    let taken = statement.raw_execute().at(&id)?;
    if model.key.is_empty() {
        return Ok(taken);
    }
    let keys = model.key.join(", ");
    let sql = format!("SELECT concat_ws(' ', {keys}) FROM temp.incoming GROUP BY {keys} HAVING count(*) > 1 ORDER BY 1");
    let mut again = conn.prepare(&sql).at(&id)?;
    let mut found: Vec<String> = again.query_map([], |row| row.get(0)).at(&id)?.collect::<rusqlite::Result<_>>().at(&id)?;
    if found.is_empty() { Ok(taken) } else { Err(doubled(&id, &mut found)) }
}

fn take_in(conn: &Connection, model: &Model, rule: &Increment, change: &Change, since: Option<&str>) -> Result<()> {
    let (id, target) = (model.id(), quoted(model));
    if let (Intake::Microbatch, Some(lookback), Some(since)) = (rule.intake_of(model), &rule.lookback, since) {
        conn.execute(&format!("DELETE FROM {target} WHERE \"{}\" >= ?1", lookback.column), [since]).at(&id)?;
    }
    if !model.key.is_empty() {
        let keys = list(&model.key);
        conn.execute(&format!("DELETE FROM {target} WHERE ({keys}) IN (SELECT {keys} FROM temp.incoming)"), []).at(&id)?;
    }
    let taken = list(&change.taken);
    conn.execute(&format!("INSERT INTO {target} ({taken}) SELECT {taken} FROM temp.incoming"), []).at(&id).map(drop)
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[path = "incremental_tests.rs"]
mod tests;
