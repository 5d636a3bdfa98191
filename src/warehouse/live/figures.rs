//! What follows from facts. Flow: touched keys -> their rows made anew; changed rows -> what they gave off the sums, what they give now on.

use super::{Increment, Result, SqlContext};
use crate::warehouse::model::Model;

impl Increment<'_> {
    /// Makes the rows of touched keys anew. Whether there were any.
    pub(super) fn make_anew(&mut self, model: &Model, target: &Model, column: &str, inputs: &[String]) -> Result<bool> {
        let any: bool =
            self.conn.query_row(&format!("SELECT EXISTS (SELECT 1 FROM temp.touched_{column})"), [], |row| row.get(0)).at(&target.id())?;
        if !any || !self.may_change(model) || !self.is_built(&target.name)? {
            return Ok(false);
        }
        for input in model.all_inputs() {
            match input.strip_prefix("bronze.") {
                Some(table) => crate::warehouse::sources::prepare_one(self.conn, table, crate::warehouse::sources::Seen::Whole)?,
                None => {
                    let touched = format!("WHERE {column} IN (SELECT key FROM temp.touched_{column})");
                    self.make_view(input, inputs.contains(input).then_some(touched.as_str()))?;
                }
            }
        }
        let name = &target.name;
        self.make_table(&format!("made_{name}"), model)?;
        self.fill(model, &format!("made_{name}"), &self.as_of, Some(column))?;
        self.replace_rows(model, target, &format!("{column} IN (SELECT key FROM temp.touched_{column})"))?;
        self.changed.insert(name.clone());
        Ok(true)
    }

    /// Takes what the changed rows of `input` gave off a table of counts and sums, and puts on what they give now.
    pub(super) fn correct_sums(&mut self, model: &Model, input: &str) -> Result<bool> {
        let Some(of) = input.strip_prefix("gold.").filter(|of| self.changed.contains(*of)) else { return Ok(false) };
        let name = &model.name;
        for other in model.all_inputs().filter(|other| *other != input) {
            self.make_view(other, None)?;
        }
        for (part, as_of) in [("old", &self.before), ("made", &self.as_of)] {
            self.conn
                .execute_batch(&format!(
                    "DROP VIEW IF EXISTS temp.live_gold_{of}; CREATE TEMP VIEW live_gold_{of} AS SELECT * FROM temp.{part}_{of}"
                ))
                .at(&model.id())?;
            self.make_table(&format!("sum_{part}"), model)?;
            self.fill(model, &format!("sum_{part}"), as_of, None)?;
        }
        let key: Vec<String> = model.key.iter().map(|key| format!("\"{key}\"")).collect();
        let key = key.join(", ");
        let sums: Vec<&String> = model.columns.iter().map(|column| &column.name).filter(|column| !model.key.contains(column)).collect();
        let Some(count) = sums.first() else { return Ok(false) };
        let off: String = sums.iter().map(|column| format!(", -\"{column}\"")).collect();
        let on: String = sums.iter().map(|column| format!(", \"{column}\"")).collect();
        let total: String = sums.iter().map(|column| format!(", sum(\"{column}\") AS \"{column}\"")).collect();
        let add: Vec<String> =
            sums.iter().map(|column| format!("\"{column}\" = \"{name}\".\"{column}\" + excluded.\"{column}\"")).collect();
        self.conn
            .execute_batch(&format!(
                "DROP TABLE IF EXISTS temp.sum_change;
                 CREATE TEMP TABLE sum_change AS SELECT {key}{total} FROM (SELECT {key}{on} FROM temp.sum_made UNION ALL SELECT {key}{off} FROM temp.sum_old)
                     GROUP BY {key};
                 INSERT INTO gold.\"{name}\" ({key}{on}) SELECT {key}{on} FROM temp.sum_change WHERE true
                     ON CONFLICT ({key}) DO UPDATE SET {add};
                 DELETE FROM gold.\"{name}\" WHERE ({key}) IN (SELECT {key} FROM temp.sum_change) AND \"{count}\" = 0;",
                add = add.join(", ")
            ))
            .at(&model.id())?;
        self.changed.insert(name.clone());
        Ok(true)
    }

    /// A row can be another one than it was: an input changed, or it counts from an as-of date that is not the published one.
    fn may_change(&self, model: &Model) -> bool {
        let is_changed = |input: &String| {
            let shown = self.graph.get(input).and_then(|model| self.target(model));
            shown.is_some_and(|shown| self.changed.contains(&shown.name))
        };
        model.all_inputs().any(is_changed) || self.as_of != self.base_as_of && model.body.contains(":as_of")
    }

    /// The run that made the gold built this table; one without a source stays empty.
    fn is_built(&self, name: &str) -> Result<bool> {
        self.conn
            .query_row("SELECT coalesce(max(state = 'built'), 0) FROM gold.model_run WHERE model = ?1", [format!("gold.{name}")], |row| {
                row.get(0)
            })
            .at("gold.model_run")
    }
}
