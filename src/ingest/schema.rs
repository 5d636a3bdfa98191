//! What columns hold, told from every value seen, and how a table's columns changed since the batch before.

use serde::{Deserialize, Serialize};

use super::profile::ValueType;
use crate::base::dates::{DateOrder, parse_date};

/// A column of one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// Name in bronze.
    pub name: String,
    /// As the file's header wrote it.
    pub header: String,
    /// What every value is; None where the column is empty.
    pub inferred: Option<ValueType>,
    /// Values that are not empty.
    pub filled: u64,
    /// Values that are not what the profile says the column holds, and the line of the first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub misfits: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_misfit_line: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    Added,
    Vanished,
    TypeChanged,
}

impl DriftKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Vanished => "vanished",
            Self::TypeChanged => "type_changed",
        }
    }
}

/// One change of a table's columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    pub column: String,
    pub kind: DriftKind,
    /// One sentence.
    pub detail: String,
}

/// What changed from one batch of a table to the next.
pub fn drift(before: &[ColumnInfo], now: &[ColumnInfo]) -> Vec<Drift> {
    let find = |columns: &[ColumnInfo], name: &str| columns.iter().position(|c| c.name == name);
    let mut found = Vec::new();
    for column in now {
        let Some(old) = find(before, &column.name).map(|at| &before[at]) else {
            let detail = format!("New column {}; earlier rows have no value in it.", column.name);
            found.push(Drift { column: column.name.clone(), kind: DriftKind::Added, detail });
            continue;
        };
        if let (Some(was), Some(is)) = (old.inferred, column.inferred)
            && was != is
        {
            let detail = format!("{} held {} before and holds {} now.", column.name, was.name(), is.name());
            found.push(Drift { column: column.name.clone(), kind: DriftKind::TypeChanged, detail });
        }
    }
    for column in before.iter().filter(|c| find(now, &c.name).is_none()) {
        let detail = format!("{} is gone; the new rows have no value in it.", column.name);
        found.push(Drift { column: column.name.clone(), kind: DriftKind::Vanished, detail });
    }
    found
}

const INTEGER: u16 = 1;
const DECIMAL: u16 = 1 << 1;
const BOOLEAN: u16 = 1 << 2;
const DATE: u16 = 1 << 3;
const TIMESTAMP: u16 = 1 << 4;
const UUID: u16 = 1 << 5;
const JSON: u16 = 1 << 6;
/// From the narrowest to the widest.
const BY_RANK: [(u16, ValueType); 7] = [
    (BOOLEAN, ValueType::Boolean),
    (INTEGER, ValueType::Integer),
    (DECIMAL, ValueType::Decimal),
    (DATE, ValueType::Date),
    (TIMESTAMP, ValueType::Timestamp),
    (UUID, ValueType::Uuid),
    (JSON, ValueType::Json),
];

/// Watches one column's values.
#[derive(Debug, Clone)]
pub struct ColumnWatch {
    declared: ValueType,
    /// What every value so far could be.
    possible: u16,
    filled: u64,
    misfits: u64,
    first_misfit_line: Option<u64>,
}

impl ColumnWatch {
    pub fn new(declared: ValueType) -> Self {
        Self { declared, possible: u16::MAX, filled: 0, misfits: 0, first_misfit_line: None }
    }

    /// Takes one value whose place does not matter.
    pub fn look(&mut self, value: &str) {
        self.see(value, 0);
    }

    /// Takes one value that is not empty.
    pub fn see(&mut self, value: &str, line: u64) {
        self.filled += 1;
        if self.possible == 0 && self.declared == ValueType::Text {
            return;
        }
        let kinds = kinds_of(value);
        self.possible &= kinds;
        if self.declared != ValueType::Text && !fits(value, kinds, self.declared) {
            self.misfits += 1;
            self.first_misfit_line.get_or_insert(line);
        }
    }

    pub fn finish(&self, name: &str, header: &str) -> ColumnInfo {
        let narrowest = BY_RANK.iter().find(|(bit, _)| self.possible & bit != 0).map_or(ValueType::Text, |(_, kind)| *kind);
        ColumnInfo {
            name: name.to_owned(),
            header: header.to_owned(),
            inferred: (self.filled > 0).then_some(narrowest),
            filled: self.filled,
            misfits: self.misfits,
            first_misfit_line: self.first_misfit_line,
        }
    }
}

/// Whether a value is what its column is meant to hold.
pub fn fits_type(value: &str, declared: ValueType) -> bool {
    fits(value, kinds_of(value), declared)
}

fn fits(value: &str, kinds: u16, declared: ValueType) -> bool {
    match declared {
        ValueType::Text => true,
        ValueType::Integer => kinds & INTEGER != 0,
        ValueType::Decimal => kinds & DECIMAL != 0,
        ValueType::Boolean => kinds & (BOOLEAN | INTEGER) != 0,
        ValueType::Uuid => kinds & UUID != 0,
        ValueType::Json => kinds & (JSON | DECIMAL | BOOLEAN) != 0,
        ValueType::Date | ValueType::Timestamp => kinds & (DATE | TIMESTAMP) != 0 || parse_date(value, DateOrder::DayFirst, 2050).is_some(),
    }
}

/// Everything that a value could be; 0 is plain text.
fn kinds_of(value: &str) -> u16 {
    let value = value.trim();
    let bytes = value.as_bytes();
    let Some(first) = bytes.first() else { return 0 };
    match first {
        b'{' | b'[' => u16::from(bytes.last().is_some_and(|b| matches!(b, b'}' | b']'))) * JSON,
        b'0'..=b'9' | b'+' | b'-' | b'.' => number_kinds(bytes) | date_kinds(value) | uuid_kind(bytes),
        b'a'..=b'f' | b'A'..=b'F' if bytes.len() == 36 => uuid_kind(bytes),
        b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'n' | b'N' => {
            let words = ["true", "false", "yes", "no"];
            u16::from(words.iter().any(|w| value.eq_ignore_ascii_case(w))) * BOOLEAN
        }
        _ => 0,
    }
}

fn number_kinds(bytes: &[u8]) -> u16 {
    let digits = bytes.strip_prefix(b"-").or_else(|| bytes.strip_prefix(b"+")).unwrap_or(bytes);
    let mut points = 0;
    let mut count = 0_usize;
    for byte in digits {
        match byte {
            b'0'..=b'9' => count += 1,
            b'.' => points += 1,
            _ => return 0,
        }
    }
    match (count, points) {
        (1.., 0) => INTEGER | DECIMAL,
        (1.., 1) => DECIMAL,
        _ => 0,
    }
}

fn date_kinds(value: &str) -> u16 {
    let bytes = value.as_bytes();
    if is_iso_date(bytes) {
        return match bytes.get(10) {
            None => DATE | TIMESTAMP,
            Some(b'T' | b't' | b' ')
                if bytes.get(11..16).is_some_and(|t| t[2] == b':' && t[0].is_ascii_digit() && t[3].is_ascii_digit()) =>
            {
                TIMESTAMP
            }
            Some(_) => 0,
        };
    }
    let dated = bytes.len() <= 24 && bytes.len() >= 6 && bytes[1..].iter().any(|b| matches!(b, b'/' | b'-' | b'.'));
    if dated && parse_date(value, DateOrder::DayFirst, 2050).is_some() {
        return if bytes.contains(&b':') { TIMESTAMP } else { DATE | TIMESTAMP };
    }
    0
}

/// `2026-01-11` at the front, with a month and a day that can be.
pub fn is_iso_date(bytes: &[u8]) -> bool {
    let Some(b) = bytes.get(..10) else { return false };
    let digit = |at: usize| b[at].is_ascii_digit();
    let two = |at: usize| (b[at].wrapping_sub(b'0')).wrapping_mul(10).wrapping_add(b[at + 1].wrapping_sub(b'0'));
    [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(digit)
        && b[4] == b'-'
        && b[7] == b'-'
        && (1..=12).contains(&two(5))
        && (1..=31).contains(&two(8))
}

fn uuid_kind(bytes: &[u8]) -> u16 {
    let right = bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, b)| if matches!(at, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() });
    u16::from(right) * UUID
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
