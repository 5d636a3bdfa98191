//! New rows of facts. Flow: news of the source tables -> the model's SELECT over them alone -> old rows out, new rows in, by key.

use std::collections::BTreeMap;

use super::{Increment, Result, SqlContext, column_list};
use crate::warehouse::model::{Model, ModelKind};
use crate::warehouse::sources::{Seen, prepare_one};

impl Increment<'_> {
    /// Whether there was anything for it.
    pub(super) fn take_rows(
        &mut self,
        model: &Model,
        target: &Model,
        inputs: &[String],
        by_table: &BTreeMap<&str, Vec<i64>>,
    ) -> Result<bool> {
        let news: Vec<&str> =
            inputs.iter().filter_map(|input| input.strip_prefix("bronze.")).filter(|table| by_table.contains_key(table)).collect();
        if news.is_empty() {
            return Ok(false);
        }
        let name = &target.name;
        let key = model.key.join(", ");
        self.prepare_inputs(model, &news, "_gone = 0")?;
        self.make_table(&format!("made_{name}"), model)?;
        self.fill(model, &format!("made_{name}"), &self.as_of, None)?;
        // Rows that the source deleted are made once more for their keys alone.
        self.prepare_inputs(model, &news, "_gone = 1")?;
        self.make_table(&format!("gone_{name}"), model)?;
        self.fill(model, &format!("gone_{name}"), &self.as_of, None)?;
        self.replace_rows(
            model,
            target,
            &format!("({key}) IN (SELECT {key} FROM temp.made_{name} UNION SELECT {key} FROM temp.gone_{name})"),
        )?;
        self.touch(model, name)?;
        self.changed.insert(name.clone());
        Ok(true)
    }

    /// Puts `temp.made_` in the place of the rows for which a condition holds; `temp.old_` shows these as they were. What is the same in both
    /// stays, and what changed is changed where it stands: no other page is written, and no index of a column that did not change.
    pub(super) fn replace_rows(&self, model: &Model, target: &Model, condition: &str) -> Result<()> {
        let (name, columns) = (&target.name, column_list(model));
        let keys: Vec<String> = model.key.iter().map(|key| format!("\"{key}\"")).collect();
        // A part of a key may be absent, and absent is the same as absent.
        let same_key = keys.iter().map(|key| format!("n.{key} IS o.{key}")).collect::<Vec<_>>().join(" AND ");
        let others = model.columns.iter().filter(|column| !model.key.contains(&column.name)).map(|column| format!("\"{}\"", column.name));
        let others: Vec<String> = others.collect();
        let change = if others.is_empty() {
            // A row that is nothing but its key cannot change.
            String::new()
        } else {
            format!(
                "UPDATE gold.\"{name}\" SET {values} FROM temp.place_{name} o JOIN temp.made_{name} n ON {same_key}
                     WHERE \"{name}\".rowid = o._place AND ({differs});",
                values = others.iter().map(|column| format!("{column} = n.{column}")).collect::<Vec<_>>().join(", "),
                differs = others.iter().map(|column| format!("n.{column} IS NOT o.{column}")).collect::<Vec<_>>().join(" OR "),
            )
        };
        self.conn
            .execute_batch(&format!(
                "DROP VIEW IF EXISTS temp.old_{name}; DROP TABLE IF EXISTS temp.place_{name};
                 CREATE TEMP TABLE place_{name} AS SELECT rowid AS _place, {columns} FROM gold.\"{name}\" WHERE {condition};
                 CREATE TEMP VIEW old_{name} AS SELECT {columns} FROM temp.place_{name};
                 CREATE INDEX temp.place_{name}_by_key ON place_{name} ({key});
                 CREATE INDEX temp.made_{name}_by_key ON made_{name} ({key});
                 DELETE FROM gold.\"{name}\" WHERE rowid IN
                     (SELECT _place FROM temp.place_{name} o WHERE NOT EXISTS (SELECT 1 FROM temp.made_{name} n WHERE {same_key}));
                 {change}
                 INSERT INTO gold.\"{name}\" ({columns}) SELECT {columns} FROM temp.made_{name} n
                     WHERE NOT EXISTS (SELECT 1 FROM temp.place_{name} o WHERE {same_key});",
                key = keys.join(", "),
            ))
            .at(&target.id())
    }

    /// Customers and accounts of rows that went or came.
    fn touch(&self, model: &Model, name: &str) -> Result<()> {
        for column in ["customer_key", "account_id"] {
            if model.columns.iter().any(|own| own.name == column) {
                self.conn
                    .execute_batch(&format!(
                        "INSERT OR IGNORE INTO temp.touched_{column} SELECT {column} FROM (SELECT {column} FROM temp.old_{name} UNION SELECT {column} FROM temp.made_{name})
                         WHERE {column} IS NOT NULL"
                    ))
                    .at("live gold")?;
            }
        }
        Ok(())
    }

    /// Source tables that have news show these, tables that rows come from are empty otherwise, and what is only looked up is whole.
    fn prepare_inputs(&self, model: &Model, news: &[&str], condition: &str) -> Result<()> {
        for input in model.all_inputs() {
            let is_looked_up =
                model.optional.contains(input) || self.graph.get(input).is_some_and(|model| model.kind == ModelKind::External);
            match input.strip_prefix("bronze.") {
                Some(table) if news.contains(&table) => prepare_one(self.conn, table, Seen::Part(&format!("news_{table}"), condition))?,
                Some(table) => prepare_one(self.conn, table, if is_looked_up { Seen::Whole } else { Seen::Empty })?,
                None => self.make_view(input, (!is_looked_up).then_some("WHERE 0"))?,
            }
        }
        Ok(())
    }

    /// An empty temporary table with the columns of a model.
    pub(super) fn make_table(&self, name: &str, model: &Model) -> Result<()> {
        let columns: Vec<String> = model.columns.iter().map(|column| format!("\"{}\" {}", column.name, column.sql_type)).collect();
        self.conn
            .execute_batch(&format!("DROP TABLE IF EXISTS temp.{name}; CREATE TEMP TABLE {name} ({});", columns.join(", ")))
            .at(&model.id())
    }

    /// Runs a model's SELECT over the views that stand into a temporary table; with a column, rows of touched keys alone.
    pub(super) fn fill(&self, model: &Model, into: &str, as_of: &str, column: Option<&str>) -> Result<()> {
        let columns = column_list(model);
        let touched = column.map_or_else(String::new, |column| format!(" WHERE \"{column}\" IN (SELECT key FROM temp.touched_{column})"));
        let sql = format!(
            "INSERT INTO temp.{into} ({columns}) WITH asked ({columns}) AS ({body}) SELECT * FROM asked{touched}",
            body = over_views(model)
        );
        self.run(&model.id(), &sql, as_of).map(drop)
    }

    /// `temp.live_<schema>_<table>`: a silver or gold table as live gold has it, or some of its rows.
    pub(super) fn make_view(&self, input: &str, condition: Option<&str>) -> Result<()> {
        let shown = match input.strip_prefix("silver.").and_then(|_| self.graph.get(input)).and_then(|model| self.target(model)) {
            Some(copy) => format!("gold.\"{}\"", copy.name),
            None => input.to_owned(),
        };
        let view = view_of(input);
        self.conn
            .execute_batch(&format!(
                "DROP VIEW IF EXISTS temp.{view}; CREATE TEMP VIEW {view} AS SELECT * FROM {shown} {}",
                condition.unwrap_or_default()
            ))
            .at(input)
    }
}

fn view_of(input: &str) -> String {
    format!("live_{}", input.replace('.', "_"))
}

/// A model's SELECT that reads the temporary views instead of its inputs.
fn over_views(model: &Model) -> String {
    let mut sql = model.body.replace("bronze.", "temp.src_");
    for input in model.all_inputs().filter(|input| !input.starts_with("bronze.")) {
        sql = replace_word(&sql, input, &format!("temp.{}", view_of(input)));
    }
    sql
}

/// Replaces a name where it is not part of a longer one.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let is_whole = !before.chars().next_back().is_some_and(is_of_name) && !after.chars().next().is_some_and(is_of_name);
        out.push_str(before);
        out.push_str(if is_whole { by } else { word });
        rest = after;
    }
    out.push_str(rest);
    out
}
