//! Parquet, a row group after the other.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{BatchedWriter, Column, DataFrame, DataType, NamedFrom, ParquetWriter, PolarsError, Schema, Series};

use super::Sink;
use crate::base::Cell;
use crate::store::StoreError;
use crate::store::typed::CellKind;

/// Rows of a row group.
const GROUP: usize = 100_000;

enum Values {
    Integers(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
}

impl Values {
    fn of(kind: CellKind) -> Self {
        match kind {
            CellKind::Integer => Self::Integers(Vec::new()),
            CellKind::Real => Self::Reals(Vec::new()),
            CellKind::Text => Self::Texts(Vec::new()),
        }
    }

    fn push(&mut self, cell: &Cell) {
        match self {
            Self::Integers(values) => values.push(if let Cell::Integer(value) = cell { Some(*value) } else { None }),
            Self::Reals(values) => values.push(cell.as_f64()),
            Self::Texts(values) => values.push(if *cell == Cell::Null { None } else { Some(cell.plain()) }),
        }
    }

    fn take(&mut self, name: &str) -> Column {
        match self {
            Self::Integers(values) => Series::new(name.into(), std::mem::take(values)),
            Self::Reals(values) => Series::new(name.into(), std::mem::take(values)),
            Self::Texts(values) => Series::new(name.into(), std::mem::take(values)),
        }
        .into()
    }
}

/// A file that keeps why the disk refused a write: the library's own error does not say.
struct Kept {
    file: File,
    refusal: Arc<Mutex<Option<io::ErrorKind>>>,
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|error| *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.kind()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

pub struct Parquet {
    writer: BatchedWriter<Kept>,
    refusal: Arc<Mutex<Option<io::ErrorKind>>>,
    path: PathBuf,
    columns: Vec<(String, Values)>,
    held: usize,
}

impl Parquet {
    pub fn create(path: &Path, columns: &[String], kinds: &[CellKind]) -> Result<Self, StoreError> {
        let file = File::create(path).map_err(|source| StoreError::io(path, source))?;
        let mut schema = Schema::with_capacity(columns.len());
        for (name, kind) in columns.iter().zip(kinds) {
            let known = schema.with_column(
                name.as_str().into(),
                match kind {
                    CellKind::Integer => DataType::Int64,
                    CellKind::Real => DataType::Float64,
                    CellKind::Text => DataType::String,
                },
            );
            if known.is_some() {
                return Err(StoreError::Refused(format!(
                    "two columns are called {name}; Parquet wants a name for each. Rename one with AS."
                )));
            }
        }
        let refusal = Arc::default();
        let kept = Kept { file, refusal: Arc::clone(&refusal) };
        let writer = ParquetWriter::new(kept).batched(&schema).map_err(|error| refused(path, error))?;
        let columns = columns.iter().zip(kinds).map(|(name, kind)| (name.clone(), Values::of(*kind))).collect();
        Ok(Self { writer, refusal, path: path.to_owned(), columns, held: 0 })
    }

    fn write_group(&mut self) -> Result<(), StoreError> {
        if self.held == 0 {
            return Ok(());
        }
        let columns: Vec<Column> = self.columns.iter_mut().map(|(name, values)| values.take(name)).collect();
        let frame = DataFrame::new(self.held, columns).map_err(|error| refused(&self.path, error))?;
        self.held = 0;
        self.writer.write_batch(&frame).map_err(|error| self.because(error))
    }

    fn because(&self, error: PolarsError) -> StoreError {
        let refusal = *self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        refusal.map_or_else(|| refused(&self.path, error), |kind| StoreError::io(&self.path, kind.into()))
    }
}

fn refused(path: &Path, error: PolarsError) -> StoreError {
    StoreError::io(path, io::Error::other(error))
}

impl Sink for Parquet {
    fn row(&mut self, row: &[Cell]) -> Result<(), StoreError> {
        for ((_, values), cell) in self.columns.iter_mut().zip(row) {
            values.push(cell);
        }
        self.held += 1;
        if self.held == GROUP { self.write_group() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), StoreError> {
        self.write_group()?;
        self.writer.finish().map(drop).map_err(|error| self.because(error))
    }
}
