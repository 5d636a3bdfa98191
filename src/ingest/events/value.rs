//! Values of change events as text. Decimals are exact: they never pass through a float.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde_json::value::RawValue;

use crate::base::base64::from_base64;
use crate::ingest::json::{cell_text, members};

/// Stands for a value that the source did not send because it did not change (PostgreSQL's large columns).
pub const UNAVAILABLE: &str = "__debezium_unavailable_value";
/// The same in a column of bytes.
const UNAVAILABLE_BYTES: &str = "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==";

/// How a field is written (Debezium's and Kafka Connect's names of types).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// Big-endian two's complement in base64, over `10^scale`.
    Decimal(i32),
    Days,
    Millis,
    Micros,
    Nanos,
    /// Of a day.
    ClockMillis,
    ClockMicros,
    ClockNanos,
}

impl Kind {
    /// By the name of the type, as schemas and profiles write it; a decimal's scale stands in brackets behind it.
    pub fn named(name: &str) -> Self {
        if let Some(scale) = name.strip_prefix("org.apache.kafka.connect.data.Decimal(").and_then(|rest| rest.strip_suffix(')')) {
            return scale.trim().parse().map_or(Self::Plain, Self::Decimal);
        }
        match name {
            "io.debezium.time.Date" | "org.apache.kafka.connect.data.Date" => Self::Days,
            "io.debezium.time.Timestamp" | "org.apache.kafka.connect.data.Timestamp" => Self::Millis,
            "io.debezium.time.MicroTimestamp" => Self::Micros,
            "io.debezium.time.NanoTimestamp" => Self::Nanos,
            "io.debezium.time.Time" | "org.apache.kafka.connect.data.Time" => Self::ClockMillis,
            "io.debezium.time.MicroTime" => Self::ClockMicros,
            "io.debezium.time.NanoTime" => Self::ClockNanos,
            _ => Self::Plain,
        }
    }
}

/// The kinds of a row's fields as the event's schema tells them; fields that are plain are left out.
pub fn kinds_of(schema: &RawValue) -> FxHashMap<String, Kind> {
    let found = serde_json::from_str::<serde_json::Value>(schema.get()).unwrap_or_default();
    let images = found["fields"].as_array().into_iter().flatten();
    let image =
        images.filter(|field| matches!(field["field"].as_str(), Some("after" | "before"))).find_map(|field| field["fields"].as_array());
    let mut kinds = FxHashMap::default();
    for field in image.into_iter().flatten() {
        let (Some(name), Some(type_name)) = (field["field"].as_str(), field["name"].as_str()) else { continue };
        let kind = match type_name {
            "org.apache.kafka.connect.data.Decimal" if field["type"] == "bytes" => {
                let scale = &field["parameters"]["scale"];
                let scale =
                    scale.as_str().and_then(|text| text.parse().ok()).or_else(|| scale.as_i64().and_then(|n| i32::try_from(n).ok()));
                scale.map_or(Kind::Plain, Kind::Decimal)
            }
            other => Kind::named(other),
        };
        if kind != Kind::Plain {
            kinds.insert(name.to_owned(), kind);
        }
    }
    kinds
}

/// A field's value as text; None for null. Err: what is wrong with it.
pub fn text_of(value: &RawValue, kind: Kind) -> Result<Option<Cow<'_, str>>, String> {
    let Some(text) = cell_text(value) else { return Ok(None) };
    let is_string = value.get().starts_with('"');
    if is_string && (text == UNAVAILABLE || text == UNAVAILABLE_BYTES) {
        return Ok(Some(Cow::Borrowed(UNAVAILABLE)));
    }
    if value.get().starts_with('{')
        && let Some(decimal) = variable_scale(value.get())
    {
        return decimal.map(|text| Some(Cow::Owned(text)));
    }
    let whole = || text.parse::<i64>().map_err(|_| "a time that is no whole number".to_owned());
    let wrong = || "a time that no calendar has".to_owned();
    let told = match kind {
        Kind::Plain => return Ok(Some(text)),
        // A connector that writes decimals as numbers or as text writes their digits.
        Kind::Decimal(_) if !is_string => return Ok(Some(text)),
        Kind::Decimal(scale) => decimal_text(&text, scale)?,
        // A zoned time or a date that the connector wrote as text.
        _ if is_string => return Ok(Some(text)),
        Kind::Days => chrono::NaiveDate::from_ymd_opt(1970, 1, 1)
            .and_then(|epoch| epoch.checked_add_signed(chrono::Duration::try_days(whole().ok()?)?))
            .ok_or_else(wrong)?
            .to_string(),
        Kind::Millis => instant(whole()?, 1_000).ok_or_else(wrong)?,
        Kind::Micros => instant(whole()?, 1_000_000).ok_or_else(wrong)?,
        Kind::Nanos => instant(whole()?, 1_000_000_000).ok_or_else(wrong)?,
        Kind::ClockMillis => clock(whole()?, 1_000).ok_or_else(wrong)?,
        Kind::ClockMicros => clock(whole()?, 1_000_000).ok_or_else(wrong)?,
        Kind::ClockNanos => clock(whole()?, 1_000_000_000).ok_or_else(wrong)?,
    };
    Ok(Some(Cow::Owned(told)))
}

/// ISO in UTC with all digits that the unit has.
fn instant(ticks: i64, per_second: i64) -> Option<String> {
    let nanos = u32::try_from(ticks.rem_euclid(per_second) * (1_000_000_000 / per_second)).ok()?;
    let time = chrono::DateTime::from_timestamp(ticks.div_euclid(per_second), nanos)?;
    Some(
        time.format(match per_second {
            1_000 => "%Y-%m-%dT%H:%M:%S%.3fZ",
            1_000_000 => "%Y-%m-%dT%H:%M:%S%.6fZ",
            _ => "%Y-%m-%dT%H:%M:%S%.9fZ",
        })
        .to_string(),
    )
}

fn clock(ticks: i64, per_second: i64) -> Option<String> {
    let nanos = u32::try_from(ticks.rem_euclid(per_second) * (1_000_000_000 / per_second)).ok()?;
    let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(ticks.div_euclid(per_second)).ok()?, nanos)?;
    Some(time.format("%H:%M:%S%.f").to_string())
}

/// `{"scale": 2, "value": "Rwk="}`; None where it is another object.
fn variable_scale(text: &str) -> Option<Result<String, String>> {
    let object = members(text.as_bytes())?;
    let (scale, value) = (object.get("scale")?, object.get("value")?);
    if object.0.len() != 2 || !value.get().starts_with('"') {
        return None;
    }
    let scale: i32 = scale.get().parse().ok()?;
    Some(decimal_text(&cell_text(value)?, scale))
}

/// The digits of a decimal; a negative scale stands for zeros at the end.
fn decimal_text(base64: &str, scale: i32) -> Result<String, String> {
    const MOST: usize = 1_000;
    let bytes = from_base64(base64).filter(|bytes| !bytes.is_empty() && bytes.len() <= MOST);
    let bytes = bytes.ok_or_else(|| "a decimal whose bytes cannot be read".to_owned())?;
    if usize::try_from(scale.unsigned_abs()).is_ok_and(|scale| scale > MOST) {
        return Err("a decimal whose scale is beyond 1,000 digits".to_owned());
    }
    let is_negative = bytes[0] & 0x80 != 0;
    let mut digits = digits_of(bytes, is_negative);
    let places = usize::try_from(scale.max(0)).unwrap_or(0);
    if scale < 0 && digits != "0" {
        digits.extend(std::iter::repeat_n('0', usize::try_from(scale.unsigned_abs()).unwrap_or(0)));
    }
    if digits.len() <= places {
        digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
    }
    if places > 0 {
        digits.insert(digits.len() - places, '.');
    }
    if is_negative {
        digits.insert(0, '-');
    }
    Ok(digits)
}

/// The decimal digits of a big-endian number's absolute value: divided by 10^9 again and again.
fn digits_of(mut bytes: Vec<u8>, is_negative: bool) -> String {
    if is_negative {
        let mut carry = true;
        for byte in bytes.iter_mut().rev() {
            let (next, over) = (!*byte).overflowing_add(u8::from(carry));
            *byte = next;
            carry = over;
        }
        // -2^n has no counterpart in as many bits.
        if carry {
            bytes.insert(0, 1);
        }
    }
    let mut parts: Vec<u64> = Vec::new();
    while bytes.iter().any(|b| *b != 0) {
        let mut rest: u64 = 0;
        for byte in &mut bytes {
            let value = rest << 8 | u64::from(*byte);
            *byte = u8::try_from(value / 1_000_000_000 % 256).unwrap_or_default();
            rest = value % 1_000_000_000;
        }
        parts.push(rest);
    }
    let Some(last) = parts.pop() else { return "0".to_owned() };
    parts.iter().rev().fold(last.to_string(), |text, part| format!("{text}{part:09}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::base64::to_base64;

    fn told(json: &str, kind: Kind) -> String {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        text_of(&raw, kind).unwrap().unwrap().into_owned()
    }

    #[test]
    fn decimals_are_exact_at_any_scale() {
        assert_eq!(told("{\"scale\":2,\"value\":\"Rwk=\"}", Kind::Plain), "181.85");
        assert_eq!(told("{\"scale\":0,\"value\":\"AZE=\"}", Kind::Plain), "401");
        assert_eq!(told("{\"scale\":-3,\"value\":\"DA==\"}", Kind::Plain), "12000");
        assert_eq!(told("{\"scale\":-3,\"value\":\"AA==\"}", Kind::Plain), "0");
        assert_eq!(told("\"/w==\"", Kind::Decimal(3)), "-0.001");
        assert_eq!(told("\"gA==\"", Kind::Decimal(0)), "-128");
        assert_eq!(told("\"f////////////////////w==\"", Kind::Decimal(4)), "17014118346046923173168730371588410.5727");
        assert_eq!(told("12345.10", Kind::Decimal(2)), "12345.10", "written as a number");
        assert_eq!(told("{\"x\": 1.0, \"wkb\": \"AQ==\"}", Kind::Plain), "{\"x\": 1.0, \"wkb\": \"AQ==\"}");
        let raw: Box<RawValue> = serde_json::from_str("\"?\"").unwrap();
        assert!(text_of(&raw, Kind::Decimal(2)).is_err());
        let raw: Box<RawValue> = serde_json::from_str("{\"scale\":2000000000,\"value\":\"AQ==\"}").unwrap();
        assert!(text_of(&raw, Kind::Plain).is_err(), "no memory is spent on a billion zeros");
    }

    #[test]
    fn times_become_iso_before_1970_too() {
        assert_eq!(told("19439", Kind::Days), "2023-03-23");
        assert_eq!(told("-1", Kind::Days), "1969-12-31");
        assert_eq!(told("1679581805123", Kind::Millis), "2023-03-23T14:30:05.123Z");
        assert_eq!(told("1767642106202480", Kind::Micros), "2026-01-05T19:41:46.202480Z");
        assert_eq!(told("-1", Kind::Micros), "1969-12-31T23:59:59.999999Z");
        assert_eq!(told("36803000000", Kind::ClockMicros), "10:13:23");
        assert_eq!(told("\"2023-03-23T22:00:10.123456Z\"", Kind::Plain), "2023-03-23T22:00:10.123456Z");
    }

    proptest! {
        #[test]
        fn base64_and_decimals_agree_with_whole_numbers(number: i128, scale in 0_i32..30) {
            let text = to_base64(&number.to_be_bytes());
            prop_assert_eq!(from_base64(&text).unwrap(), number.to_be_bytes());
            let decimal = decimal_text(&text, scale).unwrap();
            prop_assert_eq!(decimal.replace('.', "").parse::<i128>().unwrap(), number);
            prop_assert_eq!(decimal.split_once('.').map_or(0, |(_, f)| f.len()), usize::try_from(scale).unwrap());
        }

    }
}
