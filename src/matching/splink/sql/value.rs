//! What an SQL expression yields, and how DuckDB compares it.

use std::cmp::Ordering;

/// Why a condition could not be computed for some pair, in words that hold no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(pub Box<str>);

impl Fault {
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }
}

/// One value. Times are microseconds since 1970; a date is a time at midnight.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(Box<str>),
    Date(i64),
    Time(i64),
    List(Vec<Value>),
    /// It could not be computed; whoever needs it fails with the reason.
    Fault(Fault),
}

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Three-valued truth.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(found) => Some(*found),
            Self::Number(number) => Some(*number != 0.0),
            _ => None,
        }
    }

    pub fn from_truth(truth: Option<bool>) -> Self {
        truth.map_or(Self::Null, Self::Bool)
    }

    /// `None` where the two are of kinds that SQL does not compare. NaN is the greatest number and equals itself, as in DuckDB.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => Some(order_numbers(*a, *b)),
            (Self::Text(a), Self::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Self::Date(a) | Self::Time(a), Self::Date(b) | Self::Time(b)) => Some(a.cmp(b)),
            (Self::List(a), Self::List(b)) => {
                for (a, b) in a.iter().zip(b) {
                    match a.order_in_list(b)? {
                        Ordering::Equal => {}
                        other => return Some(other),
                    }
                }
                Some(a.len().cmp(&b.len()))
            }
            _ => None,
        }
    }

    /// Inside lists a null equals a null and is the greatest.
    fn order_in_list(&self, other: &Self) -> Option<Ordering> {
        match (self.is_null(), other.is_null()) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => self.order(other),
        }
    }

    /// SQL's `=`, null where a side is null.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        if self.is_null() || other.is_null() {
            return None;
        }
        Some(self.order(other) == Some(Ordering::Equal))
    }

    /// Bytes that are equal exactly where the values are; used to number distinct values.
    pub fn key(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.push(0),
            Self::Bool(found) => out.extend_from_slice(&[1, u8::from(*found)]),
            Self::Number(number) => {
                let number = if *number == 0.0 { 0.0 } else { *number };
                let bits = if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() };
                out.push(2);
                out.extend_from_slice(&bits.to_le_bytes());
            }
            Self::Text(text) => {
                out.push(3);
                out.extend_from_slice(&(text.len() as u64).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            Self::Date(time) | Self::Time(time) => {
                out.push(4);
                out.extend_from_slice(&time.to_le_bytes());
            }
            Self::List(items) => {
                out.push(5);
                out.extend_from_slice(&(items.len() as u64).to_le_bytes());
                for item in items {
                    item.key(out);
                }
            }
            Self::Fault(Fault(text)) => {
                out.push(6);
                out.extend_from_slice(&(text.len() as u64).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
        }
    }
}

fn order_numbers(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        // Neither is NaN, so they have an order; 0 equals -0.
        (false, false) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
    }
}
