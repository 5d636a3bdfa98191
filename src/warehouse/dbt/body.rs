//! One model of the project: its config, what it is, and a SELECT with the types that its columns have.

use crate::warehouse::incremental::Intake;
use crate::warehouse::kpi;
use crate::warehouse::model::{Column, Model, ModelKind};
use crate::warehouse::portable;
use crate::warehouse::selector::materialized;

use super::Said;

/// The portable SELECT of a model, or why there is none.
pub(super) fn select(model: &Model) -> Result<String, String> {
    let why = |part: String| format!("its SQL has {part}, for which there is no portable word");
    match model.kind {
        ModelKind::Incremental if model.increment.as_ref().is_some_and(|rule| rule.intake_of(model) == Intake::Microbatch) => {
            Err("dbt's microbatch wants an event time per source; this one is built whole by Karat".to_owned())
        }
        ModelKind::Table | ModelKind::View | ModelKind::Incremental => portable::select(&model.body).map_err(why),
        ModelKind::Copy | ModelKind::Alias => {
            let input = model.all_inputs().next().map_or("", String::as_str);
            let columns: Vec<&str> = model.columns.iter().map(|column| column.name.as_str()).collect();
            portable::select(&format!("SELECT {} FROM {input}", columns.join(", "))).map_err(why)
        }
        ModelKind::Rust if model.id() == "gold.kpi" => figures(),
        ModelKind::Rust if model.id() == "gold.catalogue" => Err("it lists the tables that Karat builds".to_owned()),
        ModelKind::Rust if model.name.ends_with("_predictions") => Err("a trained model of Karat predicts it, which is not SQL".to_owned()),
        ModelKind::Rust => Err("spellings are compared letter by letter, which is not SQL".to_owned()),
        ModelKind::External => Err("matching and people's decisions write it, which is not SQL".to_owned()),
        ModelKind::Snapshot => Err("a history is folded from all states in order; dbt's snapshots see one state at a time".to_owned()),
    }
}

/// `gold.kpi`: each figure by its own SQL; NULL where it cannot be formed.
fn figures() -> Result<String, String> {
    let mut parts = Vec::new();
    for kpi in kpi::all().map_err(|error| error.to_string())? {
        let inner = portable::select(&kpi.sql)?;
        let needs: Vec<String> = kpi.needs.iter().map(|need| format!("exists (select 1 from {need})")).collect();
        let needs = if needs.is_empty() { "true".to_owned() } else { needs.join(" and ") };
        let needs =
            kpi.needs.iter().fold(needs, |text, need| text.replace(&format!("from {need})"), &format!("from {})", reference(need))));
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let (id, name, unit) = (quoted(&kpi.id), quoted(&kpi.name), quoted(&kpi.unit));
        let (definition, sql) = (quoted(&kpi.definition), quoted(&kpi.sql));
        parts.push(format!(
            "select {id}, {name}, q.part, q.currency, q.value, {scale}, {unit}, {definition}, {sql}\nfrom (\n{inner}\n) q\nwhere {needs}\n\
             union all\nselect {id}, {name}, '', '', null, {scale}, {unit}, {definition}, {sql}\nwhere not ({needs}) or not exists (select 1 from (\n{inner}\n) q)",
            scale = kpi.scale,
        ));
    }
    Ok(parts.join("\nunion all\n"))
}

fn reference(table: &str) -> String {
    format!("{{{{ ref(\"{}\") }}}}", table.replace('.', "_"))
}

/// The file of a model.
pub(super) fn file(said: &Said<'_>) -> String {
    let model = said.model;
    let mut text = config(model);
    let mut note = |line: &str| text.push_str(&format!("-- {}\n", line.replace("{{", "{ {").replace("{%", "{ %")));
    note(&model.about);
    match &said.body {
        Ok(body) => {
            text.push_str(&since(model));
            let columns: Vec<String> = (1..=model.columns.len()).map(|at| format!("c{at}")).collect();
            let cells = columns.iter().zip(&model.columns).map(|(from, column)| typed(from, column));
            text.push_str(&format!(
                "select\n    {}\nfrom (\n{body}\n) as karat_rows ({})\n",
                cells.collect::<Vec<_>>().join(",\n    "),
                columns.join(", ")
            ));
        }
        Err(why) => {
            note(&format!("Read as Karat built it: {why}."));
            text.push_str(&depends_on(model));
            let cells: Vec<String> = model.columns.iter().map(|column| name(&column.name)).collect();
            let source = format!("{{{{ source(\"{}\", \"{}\") }}}}", model.layer.schema(), model.name);
            text.push_str(&format!("select\n    {}\nfrom {source}\n", cells.join(",\n    ")));
        }
    }
    text
}

/// What a model is made from whose SELECT does not say it: dbt's selections follow it.
fn depends_on(model: &Model) -> String {
    let inputs = model.all_inputs().map(|input| match input.strip_prefix("bronze.") {
        Some(table) => format!("-- depends_on: {{{{ source(\"bronze\", \"{table}\") }}}}\n"),
        None => format!("-- depends_on: {}\n", reference(input)),
    });
    inputs.collect()
}

fn typed(from: &str, column: &Column) -> String {
    let kind = match column.sql_type.as_str() {
        "INTEGER" => "bigint",
        "REAL" => "double",
        _ => "string",
    };
    format!("cast({from} as {kind}) as {}", name(&column.name))
}

/// Some names are words of the language.
fn name(column: &str) -> String {
    match column {
        "from" | "to" | "order" | "group" | "table" | "end" => format!("{{{{ adapter.quote(\"{column}\") }}}}"),
        _ => column.to_owned(),
    }
}

fn config(model: &Model) -> String {
    let quoted = |list: &[String]| list.iter().map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ");
    let mut parts = vec![format!("schema=\"{}\"", model.layer.schema()), format!("alias=\"{}\"", model.name)];
    if !model.tags.is_empty() {
        parts.push(format!("tags=[{}]", quoted(&model.tags)));
    }
    let mut kind = materialized(model);
    if let Some(rule) = &model.increment {
        match rule.intake_of(model) {
            Intake::Microbatch => kind = "table",
            intake => parts.push(format!("incremental_strategy=\"{}\"", intake.name())),
        }
        if !model.key.is_empty() {
            parts.push(format!("unique_key=[{}]", quoted(&model.key)));
        }
        parts.push(format!("on_schema_change=\"{}\"", rule.on_schema_change.name()));
    }
    parts.insert(0, format!("materialized=\"{kind}\""));
    format!("{{{{ config({}) }}}}\n", parts.join(", "))
}

/// Where the window of an incremental model begins.
fn since(model: &Model) -> String {
    match model.increment.as_ref().and_then(|rule| rule.lookback.as_ref()) {
        Some(window) => {
            format!("{{% set karat_since %}}{{{{ karat_window_start(\"{}\", {}) }}}}{{% endset %}}\n", window.column, window.days)
        }
        None => String::new(),
    }
}
