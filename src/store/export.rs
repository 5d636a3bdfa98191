//! Files for others. Flow: rows -> a folder aside -> put in place, file by file, once all are whole.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::base::{CancelToken, RunCtx};

use super::StoreError;

/// A result of several files that is put in place when all are written; dropped before, it leaves nothing.
#[derive(Debug)]
pub struct OutFolder {
    place: PathBuf,
    aside: PathBuf,
    cancel: CancelToken,
}

impl OutFolder {
    pub fn create(place: &Path, ctx: &RunCtx) -> Result<Self, StoreError> {
        let aside = place.join(".unfinished");
        fs::create_dir_all(&aside).map_err(|source| StoreError::io(&aside, source))?;
        Ok(Self { place: place.to_owned(), aside, cancel: ctx.cancel.clone() })
    }

    /// Where a file is written until all are.
    pub fn path(&self, name: &str) -> PathBuf {
        self.aside.join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(name);
        fs::write(&path, bytes).map_err(|source| StoreError::io(&path, source))
    }

    /// A CSV file with a header.
    pub fn csv<R: AsRef<[String]>>(&self, name: &str, header: &[&str], rows: impl Iterator<Item = R>) -> Result<(), StoreError> {
        write_csv(&self.path(name), header, rows, &self.cancel)
    }

    pub fn put_in_place(self) -> Result<(), StoreError> {
        for entry in fs::read_dir(&self.aside).map_err(|source| StoreError::io(&self.aside, source))?.flatten() {
            let target = self.place.join(entry.file_name());
            fs::rename(entry.path(), &target).map_err(|source| StoreError::io(&target, source))?;
        }
        Ok(())
    }
}

impl Drop for OutFolder {
    fn drop(&mut self) {
        // What is left here is unfinished; if it cannot be removed now, the next run writes over it.
        let _ = fs::remove_dir_all(&self.aside);
    }
}

pub(crate) fn write_csv<R: AsRef<[String]>>(
    path: &Path,
    header: &[&str],
    rows: impl Iterator<Item = R>,
    cancel: &CancelToken,
) -> Result<(), StoreError> {
    let file = File::create(path).map_err(|source| StoreError::io(path, source))?;
    let mut writer = csv::Writer::from_writer(BufWriter::new(file));
    let refused = |error: csv::Error| StoreError::io(path, std::io::Error::other(error));
    writer.write_record(header).map_err(refused)?;
    for (at, row) in rows.enumerate() {
        if at % 4096 == 0 {
            cancel.check()?;
        }
        writer.write_record(row.as_ref()).map_err(refused)?;
    }
    writer.flush().map_err(|source| StoreError::io(path, source))?;
    writer.into_inner().map_err(|error| StoreError::io(path, error.into_error()))?.flush().map_err(|source| StoreError::io(path, source))
}
