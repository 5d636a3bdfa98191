//! The head of a model file and what has to be true of it. Flow: text -> head lines, body -> Model -> checks.

use std::collections::BTreeSet;

use super::error::Result;
use super::incremental::{Increment, Intake, Lookback, SchemaChange};
use super::lineage::{ColumnId, Made, ROWS};
use super::model::{Column, Live, Model, ModelKind, ModelLayer};
use super::snapshot::{self, HardDeletes, Rule, Strategy};
use crate::base::hash::digest_of;
use crate::store::data_test::DataTest;

/// Reads a model file. Its head is the comment lines `-- word: value` before the first other line:
/// model, layer, kind (or materialized), about, owner, inputs, any, optional, key (or unique_key), live, tag, index (repeatable), column (repeatable:
/// `name TYPE [pii:kind] | description`), strategy, deletes (of a snapshot), lookback, on_schema_change (of an incremental model),
/// from (repeatable, where no SQL tells it: `column, column = schema.table.column, ...`, `= generated` or `= constant`),
/// test (repeatable: `kind = "not_null", column = "x"`, as in workspace.toml).
pub fn parse(file: &str, text: &str) -> Result<Model> {
    let mut model = Model {
        name: String::new(),
        layer: ModelLayer::Silver,
        kind: ModelKind::Table,
        about: String::new(),
        owner: String::new(),
        inputs: Vec::new(),
        any: Vec::new(),
        optional: Vec::new(),
        key: Vec::new(),
        indexes: Vec::new(),
        live: None,
        columns: Vec::new(),
        history: None,
        increment: None,
        from: Vec::new(),
        tags: Vec::new(),
        tests: Vec::new(),
        body: String::new(),
        file: file.to_owned(),
        head_lines: 0,
        hash: String::new(),
    };
    for (at, line) in text.lines().enumerate() {
        let Some(comment) = line.strip_prefix("--") else { break };
        model.head_lines = at + 1;
        if let Some((word, value)) = comment.split_once(':') {
            head_line(&mut model, at + 1, word.trim(), value.trim())?;
        }
    }
    let id = model.id();
    for (_, test) in &mut model.tests {
        test.table.clone_from(&id);
    }
    model.head_lines += text.lines().skip(model.head_lines).take_while(|line| line.trim().is_empty()).count();
    model.body = text.lines().skip(model.head_lines).collect::<Vec<_>>().join("\n").trim().trim_end_matches(';').to_owned();
    let head: Vec<&str> = text.lines().take(model.head_lines).map(str::trim_end).collect();
    model.hash = format!("{:.16}.{:.16}", digest_of([head.join("\n").trim_end()]), digest_of([model.body.as_str()]));
    if let Some(rule) = &mut model.history {
        rule.key = model.key.clone();
        model.key.push("version".to_owned());
        model.columns.extend(snapshot::tail());
    }
    check(&model, text)?;
    Ok(model)
}

fn head_line(model: &mut Model, line: usize, word: &str, value: &str) -> Result<()> {
    let list = || value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    match word {
        "model" => value.clone_into(&mut model.name),
        "layer" => {
            model.layer = match value {
                "staging" => ModelLayer::Staging,
                "silver" => ModelLayer::Silver,
                "gold" => ModelLayer::Gold,
                other => return Err(model.wrong(line, format!("the layer {other} is none of staging, silver, gold"))),
            }
        }
        "kind" | "materialized" => {
            model.kind = match value {
                "table" => ModelKind::Table,
                "view" => ModelKind::View,
                "copy" => ModelKind::Copy,
                "alias" => ModelKind::Alias,
                "incremental" => {
                    model.increment = Some(Increment::default());
                    ModelKind::Incremental
                }
                "snapshot" => {
                    model.history = Some(Rule { key: Vec::new(), strategy: Strategy::Check, deletes: HardDeletes::Ignore });
                    ModelKind::Snapshot
                }
                "rust" => ModelKind::Rust,
                "external" => ModelKind::External,
                other => {
                    return Err(model.wrong(
                        line,
                        format!("the kind {other} is none of table, view, copy, alias, incremental, snapshot, rust, external"),
                    ));
                }
            }
        }
        "strategy" if model.increment.is_some() => return increment_line(model, line, word, value),
        "lookback" | "on_schema_change" => return increment_line(model, line, word, value),
        "strategy" | "deletes" => return history_line(model, line, word, value),
        "about" => {
            if !model.about.is_empty() {
                model.about.push(' ');
            }
            model.about.push_str(value);
        }
        "owner" => value.clone_into(&mut model.owner),
        "inputs" => model.inputs.extend(list()),
        "any" => model.any.extend(list()),
        "optional" => model.optional.extend(list()),
        "key" | "unique_key" => model.key = list(),
        "index" => model.indexes.push(list()),
        "live" => {
            let live =
                live(value).ok_or_else(|| model.wrong(line, "live reads `rows of A, B`, `COLUMN of A, B` or `sum over A`".into()))?;
            model.live = Some(live);
        }
        "column" => {
            let column = column(value).ok_or_else(|| model.wrong(line, "a column reads `name TYPE [pii:kind] | description`".into()))?;
            model.columns.push(column);
        }
        "from" => {
            let (columns, made) = from(value).ok_or_else(|| {
                model.wrong(line, "`from` reads `column, column = schema.table.column, ...`, or `= generated` or `= constant`".into())
            })?;
            model.from.extend(columns.into_iter().map(|column| (column, made.clone())));
        }
        "tag" => model.tags.extend(list()),
        "test" => {
            let test = toml::from_str::<HeadTest>(&format!("test = {{ {value} }}"));
            let test = test
                .map_err(|error| model.wrong(line, format!("a test reads `kind = \"not_null\", column = \"x\"`: {}", error.message())))?;
            model.tests.push((line, test.test));
        }
        other => return Err(model.wrong(line, format!("the head has no word {other}"))),
    }
    Ok(())
}

fn history_line(model: &mut Model, line: usize, word: &str, value: &str) -> Result<()> {
    let Some(rule) = &mut model.history else {
        return Err(model.wrong(line, format!("{word} belongs to a snapshot: say `kind: snapshot` above it")));
    };
    match (word, value) {
        ("strategy", "timestamp") => rule.strategy = Strategy::Timestamp,
        ("strategy", "check") => rule.strategy = Strategy::Check,
        ("deletes", "ignore") => rule.deletes = HardDeletes::Ignore,
        ("deletes", "invalidate") => rule.deletes = HardDeletes::Invalidate,
        ("deletes", "new_record") => rule.deletes = HardDeletes::NewRecord,
        _ => return Err(model.wrong(line, format!("the {word} {value} is none of timestamp, check; ignore, invalidate, new_record"))),
    }
    Ok(())
}

fn increment_line(model: &mut Model, line: usize, word: &str, value: &str) -> Result<()> {
    let Some(rule) = &mut model.increment else {
        return Err(model.wrong(line, format!("{word} belongs to an incremental model: say `materialized: incremental` above it")));
    };
    match word {
        "strategy" if let Some(intake) = Intake::of(value) => rule.intake = Some(intake),
        "lookback" if let Some(lookback) = Lookback::of(value) => rule.lookback = Some(lookback),
        "on_schema_change" if let Some(change) = SchemaChange::of(value) => rule.on_schema_change = change,
        "strategy" => return Err(model.wrong(line, format!("the strategy {value} is none of append, delete+insert, merge, microbatch"))),
        "lookback" => return Err(model.wrong(line, "a look-back window reads `3 days over COLUMN`".to_owned())),
        _ => {
            let message = format!("on_schema_change {value} is none of ignore, fail, append_new_columns, sync_all_columns");
            return Err(model.wrong(line, message));
        }
    }
    Ok(())
}

#[derive(serde::Deserialize)]
struct HeadTest {
    test: DataTest,
}

fn live(value: &str) -> Option<Live> {
    if let Some(input) = value.strip_prefix("sum over ") {
        return Some(Live::Sum(input.trim().to_owned()));
    }
    let (column, inputs) = value.split_once(" of ")?;
    let inputs = inputs.split(',').map(|input| input.trim().to_owned()).collect();
    Some(if column == "rows" { Live::Rows(inputs) } else { Live::By { column: column.to_owned(), inputs } })
}

fn column(value: &str) -> Option<Column> {
    let (definition, description) = value.split_once('|').unwrap_or((value, ""));
    let mut words = definition.split_whitespace();
    let name = words.next()?.to_owned();
    let sql_type = words.next().filter(|t| matches!(*t, "TEXT" | "INTEGER" | "REAL"))?.to_owned();
    let pii = match words.next() {
        None => None,
        Some(tag) => Some(tag.strip_prefix("pii:")?.to_owned()),
    };
    Some(Column { name, sql_type, description: description.trim().to_owned(), pii })
}

/// `a, b = silver.t.x, silver.u.y`: what columns are made from.
fn from(value: &str) -> Option<(Vec<String>, Made)> {
    let (columns, sources) = value.split_once('=')?;
    let mut made = Made::default();
    for source in sources.split(',').map(str::trim) {
        match source {
            "generated" => made.generated = true,
            "constant" => {}
            column => made.columns.extend([ColumnId::parse(column)?]),
        }
    }
    Some((columns.split(',').map(|column| column.trim().to_owned()).collect(), made))
}

fn check(model: &Model, text: &str) -> Result<()> {
    if model.name.is_empty() {
        return Err(model.wrong(1, "the head names no model".into()));
    }
    let names: BTreeSet<&str> = model.columns.iter().map(|c| c.name.as_str()).collect();
    if names.len() != model.columns.len() {
        return Err(model.wrong(1, "a column is declared twice".into()));
    }
    for wanted in model.key.iter().chain(model.indexes.iter().flatten()) {
        if !model.is_copy() && !names.contains(wanted.as_str()) {
            return Err(model.wrong(1, format!("{wanted} is a key or an index but no column")));
        }
    }
    if let Some((unknown, _)) = model.from.iter().find(|(column, _)| column != ROWS && !names.contains(column.as_str())) {
        return Err(model.wrong(1, format!("`from` speaks of {unknown}, which is no column")));
    }
    if model.is_copy() && model.all_inputs().count() != 1 {
        return Err(model.wrong(1, "a copy has exactly one input".into()));
    }
    check_live(model)?;
    check_increment(model)?;
    if !matches!(model.kind, ModelKind::Table | ModelKind::View | ModelKind::Incremental | ModelKind::Snapshot) {
        return Ok(());
    }
    let used = tables_used(text);
    for (table, line) in &used {
        if !model.all_inputs().any(|input| input == table) {
            return Err(model.wrong(*line, format!("{table} is read but not declared as an input")));
        }
        if model.kind == ModelKind::View && !table.starts_with(model.layer.schema()) {
            return Err(model.wrong(*line, format!("a view cannot read {table}: it lives in another file")));
        }
    }
    for input in model.all_inputs() {
        if !used.iter().any(|(table, _)| table == input) {
            return Err(model.wrong(1, format!("{input} is declared as an input but never read")));
        }
    }
    Ok(())
}

/// What the head says of increments fits the model, and `:since` is asked where a window tells it.
fn check_increment(model: &Model) -> Result<()> {
    let code = blank_out(&model.body);
    let asks_at = code.find(":since").map(|at| 1 + model.head_lines + code[..at].matches('\n').count());
    let Some(rule) = &model.increment else {
        return match asks_at {
            Some(line) => {
                Err(model.wrong(line, ":since belongs to an incremental model: say `materialized: incremental` in its head".into()))
            }
            None => Ok(()),
        };
    };
    if let (Some(line), None) = (asks_at, &rule.lookback) {
        let message = ":since is asked, and no look-back window tells it: say `lookback: 3 days over COLUMN` in its head";
        return Err(model.wrong(line, message.into()));
    }
    match rule.wrong(model) {
        Some(message) => Err(model.wrong(1, message)),
        None => Ok(()),
    }
}

/// What the head says of live gold fits the model.
fn check_live(model: &Model) -> Result<()> {
    let named: Vec<&String> = match &model.live {
        None => return Ok(()),
        Some(Live::Rows(inputs)) => inputs.iter().collect(),
        Some(Live::By { column, inputs }) => {
            if !matches!(column.as_str(), "customer_key" | "account_id") || !model.columns.iter().any(|own| own.name == *column) {
                return Err(
                    model.wrong(1, format!("live speaks of {column}: it goes by customer_key or account_id, where that is a column"))
                );
            }
            inputs.iter().collect()
        }
        Some(Live::Sum(input)) => vec![input],
    };
    if model.kind != ModelKind::Table || model.key.is_empty() {
        return Err(model.wrong(1, "live belongs to a table with a key".into()));
    }
    match named.iter().find(|name| !model.all_inputs().any(|input| input == **name)) {
        Some(name) => Err(model.wrong(1, format!("live names {name}, which is no input"))),
        None => Ok(()),
    }
}

/// `schema.table` wherever it stands in the SQL, with its line; comments and strings are not looked at.
pub(crate) fn tables_used(sql: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let code = blank_out(sql);
    let bytes = code.as_bytes();
    for schema in ["bronze.", "silver.", "gold.", "control."] {
        for (at, _) in code.match_indices(schema) {
            let free_before = at == 0 || !is_word(bytes[at - 1]) && bytes[at - 1] != b'.';
            let name: &str = code[at + schema.len()..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            if free_before && !name.is_empty() {
                let line = 1 + code[..at].matches('\n').count();
                found.push((format!("{schema}{name}"), line));
            }
        }
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The same text with comments and string literals as spaces; lines keep their numbers.
fn blank_out(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let (mut in_comment, mut in_string) = (false, false);
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => {
                in_comment = false;
                out.push('\n');
            }
            '-' if !in_string && !in_comment && chars.peek() == Some(&'-') => {
                in_comment = true;
                out.push(' ');
            }
            '\'' if !in_comment => {
                in_string = !in_string;
                out.push(' ');
            }
            _ if in_comment || in_string => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
