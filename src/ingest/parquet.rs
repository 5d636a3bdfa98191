//! Parquet to rows. Flow: path -> schema -> slices of rows -> AnyValue -> the text that the value has.
//!
//! Whole numbers stay whole whatever their type (ids are often stored as doubles), decimals keep their digits, times become ISO.

use std::fs::File;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::{AnyValue, DataFrame, ParquetReader, PolarsError, SerReader, TimeUnit};
use serde_json::{Map, Number, Value};

use super::cells::{CellReader, CellRow, CellStep};
use super::csv::RecordFault;
use super::error::IngestError;
use super::packing::{Packing, Whole};
use super::source::file_name;

/// Rows that are unpacked at once.
const SLICE_ROWS: usize = 16_384;

/// A Parquet file, packed or not.
#[derive(Debug, Clone)]
enum Bytes {
    File(PathBuf),
    Memory(Whole),
}

/// Reads a slice of the rows; a library that panics on damaged bytes is an error like any other.
fn frame(bytes: &Bytes, slice: Option<(usize, usize)>) -> Result<DataFrame, String> {
    let read = || -> Result<DataFrame, PolarsError> {
        match bytes {
            Bytes::File(path) => ParquetReader::new(File::open(path)?).with_slice(slice).finish(),
            Bytes::Memory(whole) => ParquetReader::new(Cursor::new(Arc::clone(whole.get_ref()))).with_slice(slice).finish(),
        }
    };
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| "its pages cannot be read".to_owned())?.map_err(|e| e.to_string())
}

/// Rows of one file, a slice at a time.
pub struct ParquetCells {
    bytes: Bytes,
    names: Vec<String>,
    rows: usize,
    size_bytes: u64,
    frame: DataFrame,
    /// First row of `frame` in the file, and the next one to hand out.
    start: usize,
    next: usize,
    /// Of the row handed out last, for quarantine.
    last: String,
}

impl std::fmt::Debug for ParquetCells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetCells").field("names", &self.names).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl ParquetCells {
    pub fn open(path: &Path, packing: Packing) -> Result<Self, IngestError> {
        let bytes = match packing {
            Packing::Plain => Bytes::File(path.to_owned()),
            packed => Bytes::Memory(packed.open_whole(path)?),
        };
        let damaged = |_: String| IngestError::DamagedParquet { file: file_name(path) };
        let rows = row_count(&bytes).map_err(damaged)?;
        let frame = frame(&bytes, Some((0, SLICE_ROWS))).map_err(damaged)?;
        let names = frame.get_column_names_owned().iter().map(ToString::to_string).collect();
        let size_bytes = std::fs::metadata(path).map_or(0, |facts| facts.len());
        Ok(Self { bytes, names, rows, size_bytes, frame, start: 0, next: 0, last: String::new() })
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }
}

fn row_count(bytes: &Bytes) -> Result<usize, String> {
    let count = || -> Result<usize, PolarsError> {
        match bytes {
            Bytes::File(path) => ParquetReader::new(File::open(path)?).num_rows(),
            Bytes::Memory(whole) => ParquetReader::new(Cursor::new(Arc::clone(whole.get_ref()))).num_rows(),
        }
    };
    catch_unwind(AssertUnwindSafe(count)).map_err(|_| "its footer cannot be read".to_owned())?.map_err(|e| e.to_string())
}

impl CellReader for ParquetCells {
    fn advance(&mut self, row: &mut CellRow) -> Result<CellStep, RecordFault> {
        if self.next >= self.rows {
            return Ok(CellStep::End);
        }
        if self.next >= self.start + self.frame.height() {
            let slice = frame(&self.bytes, Some((self.next, SLICE_ROWS)));
            self.frame = slice.ok().filter(|slice| slice.height() > 0).ok_or(RecordFault::Damaged { row: self.next as u64 + 1 })?;
            self.start = self.next;
        }
        let at = self.next - self.start;
        self.next += 1;
        row.clear();
        self.last.clear();
        for column in self.frame.columns() {
            let value = column.get(at).map_err(|_| RecordFault::Damaged { row: self.next as u64 })?;
            let text = text_of(&value);
            self.last.push_str(text.as_deref().unwrap_or_default());
            self.last.push('\t');
            row.push(text.as_deref());
        }
        Ok(CellStep::Row { line: self.next as u64 })
    }

    fn raw(&self) -> String {
        self.last.trim_end_matches('\t').to_owned()
    }

    fn offset(&self) -> u64 {
        self.size_bytes * self.next as u64 / self.rows.max(1) as u64
    }
}

/// A value as text; None for null.
pub fn text_of(value: &AnyValue<'_>) -> Option<String> {
    Some(match value {
        AnyValue::Null => return None,
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Boolean(flag) => flag.to_string(),
        AnyValue::Float32(number) => number.to_string(),
        AnyValue::Float64(number) => number.to_string(),
        AnyValue::Binary(bytes) => bytes_text(bytes),
        AnyValue::BinaryOwned(bytes) => bytes_text(bytes),
        AnyValue::Decimal(units, _, scale) => decimal_text(*units, *scale),
        AnyValue::Date(days) => date_text(*days)?,
        AnyValue::Datetime(ticks, unit, zone) => time_text(*ticks, *unit, zone.is_some())?,
        AnyValue::DatetimeOwned(ticks, unit, zone) => time_text(*ticks, *unit, zone.is_some())?,
        AnyValue::Time(nanos) => clock_text(*nanos)?,
        AnyValue::List(_) | AnyValue::Array(..) | AnyValue::Struct(..) | AnyValue::StructOwned(_) => json_of(value).to_string(),
        other => other.to_string(),
    })
}

/// Text where the bytes are text, otherwise their hexadecimal digits.
fn bytes_text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| crate::base::hash::hex(bytes), str::to_owned)
}

/// `units / 10^scale` with all its digits.
fn decimal_text(units: i128, scale: usize) -> String {
    let digits = format!("{:0width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if units < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn date_text(days: i32) -> Option<String> {
    Some(chrono::NaiveDate::from_epoch_days(days)?.to_string())
}

/// ISO, with as many digits of a second as there are; `Z` where the file says that it is UTC.
fn time_text(ticks: i64, unit: TimeUnit, has_zone: bool) -> Option<String> {
    let time = match unit {
        TimeUnit::Milliseconds => chrono::DateTime::from_timestamp_millis(ticks)?,
        TimeUnit::Microseconds => chrono::DateTime::from_timestamp_micros(ticks)?,
        TimeUnit::Nanoseconds => chrono::DateTime::from_timestamp_nanos(ticks),
    };
    Some(time.format(if has_zone { "%Y-%m-%dT%H:%M:%S%.fZ" } else { "%Y-%m-%dT%H:%M:%S%.f" }).to_string())
}

fn clock_text(nanos: i64) -> Option<String> {
    let nanos = u64::try_from(nanos).ok()?;
    let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(
        u32::try_from(nanos / 1_000_000_000).ok()?,
        u32::try_from(nanos % 1_000_000_000).ok()?,
    )?;
    Some(time.format("%H:%M:%S%.f").to_string())
}

/// A nested value as JSON; numbers keep their digits.
fn json_of(value: &AnyValue<'_>) -> Value {
    let number =
        |text: String| text.parse::<i64>().map(Number::from).ok().or_else(|| Number::from_f64(text.parse().ok()?)).map(Value::Number);
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(flag) => Value::Bool(*flag),
        AnyValue::List(items) | AnyValue::Array(items, _) => Value::Array(items.iter().map(|item| json_of(&item)).collect()),
        AnyValue::Struct(_, _, fields) => {
            let cells = value._iter_struct_av();
            Value::Object(fields.iter().zip(cells).map(|(field, cell)| (field.name().to_string(), json_of(&cell))).collect())
        }
        AnyValue::StructOwned(both) => {
            Value::Object(both.1.iter().zip(&both.0).map(|(field, cell)| (field.name().to_string(), json_of(cell))).collect::<Map<_, _>>())
        }
        other if other.is_primitive_numeric() => {
            let text = text_of(other).unwrap_or_default();
            number(text.clone()).unwrap_or(Value::String(text))
        }
        other => text_of(other).map_or(Value::Null, Value::String),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_digits() {
        let told = |value: AnyValue<'_>| text_of(&value).unwrap();
        assert_eq!(told(AnyValue::Float64(856.0)), "856");
        assert_eq!(told(AnyValue::Float64(12_345_678_901_234.0)), "12345678901234");
        assert_eq!(told(AnyValue::Float64(0.1)), "0.1");
        assert_eq!(told(AnyValue::Float32(0.1)), "0.1");
        assert_eq!(told(AnyValue::Decimal(-5, 10, 2)), "-0.05");
        assert_eq!(told(AnyValue::Decimal(123_450, 10, 2)), "1234.50");
        assert_eq!(told(AnyValue::Decimal(7, 10, 0)), "7");
        assert_eq!(told(AnyValue::Date(-1)), "1969-12-31");
        assert_eq!(told(AnyValue::Datetime(1_500, TimeUnit::Milliseconds, None)), "1970-01-01T00:00:01.500");
        assert_eq!(told(AnyValue::Time(3_661_000_000_000)), "01:01:01");
        assert_eq!(told(AnyValue::Binary(b"\xff\x00")), "ff00");
        assert_eq!(text_of(&AnyValue::Null), None);
    }
}
