//! CSV with a header, and a JSON array of objects.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Sink;
use crate::base::Cell;
use crate::store::StoreError;

pub struct Csv {
    writer: csv::Writer<BufWriter<File>>,
    path: PathBuf,
}

impl Csv {
    pub fn create(path: &Path, columns: &[String]) -> Result<Self, StoreError> {
        let file = File::create(path).map_err(|source| StoreError::io(path, source))?;
        let mut made = Self { writer: csv::Writer::from_writer(BufWriter::new(file)), path: path.to_owned() };
        made.writer.write_record(columns).map_err(|error| made.refused(error))?;
        Ok(made)
    }

    fn refused(&self, error: csv::Error) -> StoreError {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            other => std::io::Error::other(format!("{other:?}")),
        };
        StoreError::io(&self.path, source)
    }
}

impl Sink for Csv {
    fn row(&mut self, row: &[Cell]) -> Result<(), StoreError> {
        self.writer.write_record(row.iter().map(Cell::plain)).map_err(|error| self.refused(error))
    }

    fn finish(mut self: Box<Self>) -> Result<(), StoreError> {
        self.writer.flush().map_err(|source| StoreError::io(&self.path, source))
    }
}

pub struct Json {
    file: BufWriter<File>,
    path: PathBuf,
    columns: Vec<String>,
    rows: u64,
}

impl Json {
    pub fn create(path: &Path, columns: &[String]) -> Result<Self, StoreError> {
        let file = File::create(path).map_err(|source| StoreError::io(path, source))?;
        Ok(Self { file: BufWriter::new(file), path: path.to_owned(), columns: columns.to_vec(), rows: 0 })
    }

    fn say(&mut self, text: &str) -> Result<(), StoreError> {
        self.file.write_all(text.as_bytes()).map_err(|source| StoreError::io(&self.path, source))
    }
}

impl Sink for Json {
    fn row(&mut self, row: &[Cell]) -> Result<(), StoreError> {
        let object: serde_json::Map<String, serde_json::Value> =
            self.columns.iter().zip(row).map(|(name, cell)| (name.clone(), serde_json::to_value(cell).unwrap_or_default())).collect();
        let line = format!("{}{}", if self.rows == 0 { "[\n" } else { ",\n" }, serde_json::Value::Object(object));
        self.rows += 1;
        self.say(&line)
    }

    fn finish(mut self: Box<Self>) -> Result<(), StoreError> {
        let end = if self.rows == 0 { "[]\n" } else { "\n]\n" };
        self.say(end)?;
        self.file.flush().map_err(|source| StoreError::io(&self.path, source))
    }
}
