//! The project's YAML. Texts are written as JSON writes them, which is YAML, too.

use crate::store::data_test::{DataTest, Scalar, TestKind};
use crate::warehouse::model::{Column, Model};

use super::Said;

fn quoted(text: &str) -> String {
    // Braces are Jinja's in these files.
    serde_json::Value::String(text.replace("{{", "{ {").replace("{%", "{ %")).to_string()
}

pub(super) fn project(as_of: &str) -> String {
    format!(
        "name: karat\nversion: \"{}\"\nconfig-version: 2\nprofile: karat\nmodel-paths: [models]\nmacro-paths: [macros]\ntest-paths: [tests]\n\
         flags:\n  send_anonymous_usage_stats: false\nvars:\n  # The day that \"last 90 days\" counts from.\n  as_of: {}\n  # Where the Parquet files lie.\n  parquet: parquet\n\
         on-run-start: [\"{{{{ karat_register_sources() }}}}\"]\n",
        env!("CARGO_PKG_VERSION"),
        quoted(as_of)
    )
}

/// Bronze, and the tables that Karat itself writes.
pub(super) fn sources(bronze: &[(String, Vec<Column>)], said: &[Said<'_>]) -> String {
    let tables_of = |schema: &str| {
        let kept = said.iter().filter(|one| one.body.is_err() && one.model.layer.schema() == schema);
        kept.map(|one| (one.model.name.clone(), one.model.about.clone())).collect::<Vec<_>>()
    };
    let parts = [
        (
            "bronze",
            "Rows as the sources' files have them; every value is text.",
            bronze.iter().map(|(table, _)| (table.clone(), String::new())).collect(),
        ),
        ("silver", "Tables as Karat built them.", tables_of("silver")),
        ("gold", "Tables as Karat built them.", tables_of("gold")),
    ];
    let mut text = "version: 2\nsources:\n".to_owned();
    for (name, about, tables) in parts.iter().filter(|(_, _, tables)| !tables.is_empty()) {
        text.push_str(&format!("  - name: {name}\n    schema: karat_{name}\n    description: {}\n    tables:\n", quoted(about)));
        for (table, about) in tables {
            text.push_str(&format!("      - name: {table}\n"));
            if !about.is_empty() {
                text.push_str(&format!("        description: {}\n", quoted(about)));
            }
        }
    }
    text
}

/// Every model with its columns and tests.
pub(super) fn schema(said: &[Said<'_>]) -> String {
    let mut text = "version: 2\nmodels:\n".to_owned();
    for Said { model, .. } in said {
        text.push_str(&format!("  - name: {}\n    description: {}\n", model.flat_name(), quoted(&model.about)));
        if !model.is_view() && model.key.len() > 1 {
            let keys: Vec<String> = model.key.iter().map(|key| quoted(key)).collect();
            text.push_str(&format!(
                "    data_tests:\n      - karat_unique_key:\n          arguments:\n            columns: [{}]\n",
                keys.join(", ")
            ));
        }
        text.push_str("    columns:\n");
        for column in &model.columns {
            text.push_str(&format!("      - name: {}\n        data_type: {}\n", quoted(&column.name), column.sql_type.to_lowercase()));
            if !column.description.is_empty() {
                text.push_str(&format!("        description: {}\n", quoted(&column.description)));
            }
            let tests = tests(model, &column.name);
            if !tests.is_empty() {
                text.push_str(&format!("        data_tests:\n{}", tests.concat()));
            }
        }
    }
    text
}

/// The tests of a column that dbt knows by the same name.
fn tests(model: &Model, column: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !model.is_view() && model.key.len() == 1 && model.key[0] == column {
        found.push("          - unique\n".to_owned());
    }
    for (_, test) in model.tests.iter().filter(|(_, test)| test.column.as_deref() == Some(column) && test.condition.is_none()) {
        found.extend(known(test));
    }
    found.dedup();
    found
}

fn known(test: &DataTest) -> Option<String> {
    let arguments = match test.kind {
        TestKind::Unique => return Some("          - unique\n".to_owned()),
        TestKind::NotNull => return Some("          - not_null\n".to_owned()),
        TestKind::AcceptedValues => {
            let values: Vec<String> = test.values.iter().map(scalar).collect();
            format!("              values: [{}]\n", values.join(", "))
        }
        TestKind::Relationships => {
            let (table, column) = test.to.as_deref()?.rsplit_once('.')?;
            if table.starts_with("bronze.") {
                return None;
            }
            format!("              to: ref('{}')\n              field: {column}\n", table.replace('.', "_"))
        }
        _ => return None,
    };
    Some(format!(
        "          - {}:\n              arguments:\n{}",
        test.kind.name(),
        arguments.replace("              ", "                ")
    ))
}

fn scalar(value: &Scalar) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
