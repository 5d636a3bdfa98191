//! The bank as a reader of its files sees it. Flow: generated folder -> rows of its CSV -> counted here, not by the generator's own sums.

mod bank;
mod files;
mod identity;
mod pieces;

use std::collections::HashMap;
use std::path::Path;

use super::{GenerateSpec, GenerateSummary, Thinning, generate_bank};
use crate::base::RunCtx;

/// One row by column name.
type Record = HashMap<String, String>;

fn made(customers: u32, seed: u64, thin: Option<Thinning>, folder: &Path) -> GenerateSummary {
    generate_bank(&GenerateSpec { customers, seed, thin }, folder, &RunCtx::default()).unwrap()
}

fn read(folder: &Path, file: &str) -> Vec<Record> {
    let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
    let header = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|row| header.iter().zip(&row.unwrap()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
        .collect()
}

fn bank(folder: &Path, table: &str) -> Vec<Record> {
    read(folder, &format!("bank/{table}.csv"))
}

fn cents(text: &str) -> i64 {
    crate::base::money::Decimal::parse(text).unwrap().at_scale(2).unwrap()
}

fn share(manifest: &serde_json::Value, path: &str) -> f64 {
    manifest.pointer(path).and_then(serde_json::Value::as_f64).unwrap_or_else(|| panic!("the manifest has no {path}"))
}
