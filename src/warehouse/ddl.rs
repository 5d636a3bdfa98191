//! The statements that make a model's table as its head declares it.

use super::model::{Column, Model};

/// `gold."kpi"`
pub(crate) fn quoted(model: &Model) -> String {
    format!("{}.\"{}\"", model.layer.schema(), model.name)
}

/// `CREATE TABLE` of a model as its head declares it.
pub fn create_sql(model: &Model) -> String {
    create_with(model, &model.columns)
}

/// The same with other columns.
pub(crate) fn create_with(model: &Model, columns: &[Column]) -> String {
    let mut parts: Vec<String> = columns.iter().map(|column| format!("\"{}\" {}", column.name, column.sql_type)).collect();
    if !model.key.is_empty() {
        parts.push(format!("PRIMARY KEY ({})", model.key.join(", ")));
    }
    format!("CREATE TABLE {} ({})", quoted(model), parts.join(", "))
}

/// Its indexes, made after the rows are in.
pub fn index_sql(model: &Model) -> String {
    let schema = model.layer.schema();
    model
        .indexes
        .iter()
        .map(|columns| {
            format!("CREATE INDEX {schema}.\"{}_{}\" ON \"{}\" ({});", model.name, columns.join("_"), model.name, columns.join(", "))
        })
        .collect()
}
