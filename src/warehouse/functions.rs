//! What SQL alone cannot say: dates, times and money as people write them, keys, and the most frequent value of a group.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime};
use deunicode::deunicode;
use regex::Regex;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use crate::base::dates::{DateOrder, parse_date};
use crate::base::hash::stable_64;
use crate::base::money::Decimal;

/// Two-digit years up to this one belong to its century.
const PIVOT_YEAR: i32 = 2030;

/// Adds to this connection:
/// `to_date(text)` ISO date, `to_date(text, 'month first')` where 3/4/2025 is the 4th of March; `to_timestamp(text)` UTC `YYYY-MM-DDTHH:MM:SSZ`; `seconds_between(a, b)`; `to_minor(text, scale)`
/// INTEGER, digits beyond the scale rounded half away from zero; `to_int(text)`; `to_real(text)`; `clean(text)` trimmed, blank to
/// NULL; `norm_id(text)` trimmed and lower case; `norm_key(text)` letters and digits only, without accents; `note_key(email, name,
/// branch)` the identity key of a branch note; `after_label(text, label)` the word behind a label in free text; `mode(text)` the
/// most frequent value of a group, the smallest where they tie; `mask_name(text)` initials.
/// `from_comma(text)`: `1.234,56` with a point before its fraction and no other marks.
/// `form_of(text)`: how it is written, `A{2}-9{4}`.
/// `regexp(pattern, text)`: is the pattern found in the text?
/// All give NULL for what they cannot read.
pub fn register(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("to_date", 1, flags, |ctx| Ok(text(ctx, 0).and_then(to_date)))?;
    conn.create_scalar_function("to_date", 2, flags, |ctx| {
        let order = if text(ctx, 1) == Some("month first") { DateOrder::MonthFirst } else { DateOrder::DayFirst };
        Ok(text(ctx, 0).and_then(|text| date_in_order(text, order)))
    })?;
    conn.create_scalar_function("to_timestamp", 1, flags, |ctx| Ok(text(ctx, 0).and_then(to_timestamp)))?;
    conn.create_scalar_function("seconds_between", 2, flags, |ctx| {
        Ok(text(ctx, 0).and_then(moment).zip(text(ctx, 1).and_then(moment)).map(|(a, b)| (b - a).num_seconds()))
    })?;
    conn.create_scalar_function("to_minor", 2, flags, |ctx| {
        let scale = u8::try_from(ctx.get::<i64>(1)?).unwrap_or(2);
        Ok(match ctx.get_raw(0) {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(|t| to_minor(t, scale)),
            ValueRef::Integer(value) => 10_i64.checked_pow(u32::from(scale)).and_then(|factor| value.checked_mul(factor)),
            ValueRef::Real(value) => to_minor(&value.to_string(), scale),
            ValueRef::Null | ValueRef::Blob(_) => None,
        })
    })?;
    conn.create_scalar_function("to_int", 1, flags, |ctx| Ok(text(ctx, 0).and_then(to_int)))?;
    conn.create_scalar_function("to_real", 1, flags, |ctx| {
        Ok(text(ctx, 0).and_then(|t| t.trim().parse::<f64>().ok()).filter(|number| number.is_finite()))
    })?;
    conn.create_scalar_function("from_comma", 1, flags, |ctx| Ok(text(ctx, 0).map(|text| text.replace('.', "").replace(',', "."))))?;
    conn.create_scalar_function("clean", 1, flags, |ctx| Ok(text(ctx, 0).and_then(clean).map(str::to_owned)))?;
    conn.create_scalar_function("norm_id", 1, flags, |ctx| Ok(text(ctx, 0).and_then(norm_id)))?;
    conn.create_scalar_function("norm_key", 1, flags, |ctx| Ok(text(ctx, 0).map(norm_key)))?;
    conn.create_scalar_function("note_key", 3, flags, |ctx| Ok(note_key(text(ctx, 0), text(ctx, 1), text(ctx, 2))))?;
    conn.create_scalar_function("after_label", 2, flags, |ctx| {
        Ok(text(ctx, 0).zip(text(ctx, 1)).and_then(|(text, label)| after_label(text, label)).map(str::to_owned))
    })?;
    conn.create_scalar_function("form_of", 1, flags, |ctx| Ok(text(ctx, 0).map(crate::base::form::form_of)))?;
    conn.create_scalar_function("regexp", 2, flags, |ctx| {
        type Failed = Box<dyn std::error::Error + Send + Sync>;
        let pattern: Arc<Regex> =
            ctx.get_or_create_aux(0, |value| -> std::result::Result<Regex, Failed> { Ok(Regex::new(value.as_str()?)?) })?;
        Ok(match ctx.get_raw(1) {
            ValueRef::Integer(number) => Some(pattern.is_match(&number.to_string())),
            ValueRef::Real(number) => Some(pattern.is_match(&number.to_string())),
            _ => text(ctx, 1).map(|text| pattern.is_match(text)),
        })
    })?;
    conn.create_scalar_function("mask_name", 1, flags, |ctx| Ok(text(ctx, 0).map(mask_name)))?;
    conn.create_aggregate_function("mode", 1, flags, Mode)
}

fn text<'a>(ctx: &'a Context<'_>, at: usize) -> Option<&'a str> {
    match ctx.get_raw(at) {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

fn clean(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

pub(crate) fn to_date(text: &str) -> Option<String> {
    date_in_order(text, DateOrder::DayFirst)
}

/// `2026-01-11` in front of anything, checked; the slow road for the other ways to write a date.
fn date_in_order(text: &str, order: DateOrder) -> Option<String> {
    let text = text.trim();
    if let Some(head) = text.get(..10)
        && text.as_bytes().get(10).is_none_or(|b| matches!(b, b'T' | b' '))
        && is_iso_date(head.as_bytes())
    {
        return Some(head.to_owned());
    }
    parse_date(text, order, PIVOT_YEAR).map(|parsed| parsed.date.to_string())
}

fn is_iso_date(b: &[u8]) -> bool {
    let digit = |at: usize| b[at].is_ascii_digit();
    let shaped =
        digit(0) && digit(1) && digit(2) && digit(3) && b[4] == b'-' && digit(5) && digit(6) && b[7] == b'-' && digit(8) && digit(9);
    if !shaped {
        return false;
    }
    let two = |at: usize| u32::from(b[at] - b'0') * 10 + u32::from(b[at + 1] - b'0');
    let (month, day) = (two(5), two(8));
    (1..=12).contains(&month)
        && day >= 1
        && (day <= 28 || NaiveDate::from_ymd_opt(i32::try_from(two(0) * 100 + two(2)).unwrap_or(0), month, day).is_some())
}

/// Naive times are taken as UTC.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    if text.len() < 16 || !text.is_char_boundary(10) || !is_iso_date(&text.as_bytes()[..10]) {
        return None;
    }
    let date = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    let time = text.get(11..)?;
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    let (clock, half) = halved_day(clock.trim());
    let mut parts = clock.splitn(3, ':');
    let hour: u32 = parts.next()?.parse().ok()?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    let minute = parts.next()?.parse().ok()?;
    let second = parts.next().map_or(Some(0), |s| s.get(..2).unwrap_or(s).parse().ok())?;
    let local = date.and_hms_opt(hour, minute, second)?;
    Some(local - Duration::seconds(i64::from(offset_secs(zone)?)))
}

/// `5:53 PM`: the clock without its half of the day, and the hours that the half adds.
fn halved_day(clock: &str) -> (&str, Option<u32>) {
    let cut = clock.len().saturating_sub(2);
    match clock.get(cut..).map(str::to_ascii_uppercase).as_deref() {
        Some("AM") => (clock[..cut].trim_end(), Some(0)),
        Some("PM") => (clock[..cut].trim_end(), Some(12)),
        _ => (clock, None),
    }
}

fn offset_secs(zone: &str) -> Option<i32> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = (if zone.starts_with('-') { -1 } else { 1 }, zone[1..].replace(':', ""));
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).map_or(Ok(0), str::parse).ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}

/// UTC, to the second.
pub(crate) fn to_timestamp(text: &str) -> Option<String> {
    let text = text.trim();
    let b = text.as_bytes();
    // The common shape needs no arithmetic: an ISO time that is already UTC or names no zone.
    if b.len() >= 19
        && text.is_char_boundary(19)
        && matches!(b[10], b'T' | b' ')
        && is_iso_date(&b[..10])
        && is_clock(&b[11..19])
        && is_utc(text.get(19..).unwrap_or_default())
    {
        let mut out = String::with_capacity(20);
        out.push_str(&text[..10]);
        out.push('T');
        out.push_str(&text[11..19]);
        out.push('Z');
        return Some(out);
    }
    if let Some(at) = moment(text) {
        return Some(at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    if let Ok(at) = DateTime::parse_from_rfc2822(text) {
        return Some(at.naive_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    to_date(text).map(|date| date + "T00:00:00Z")
}

fn is_clock(b: &[u8]) -> bool {
    let two = |at: usize| (b[at].is_ascii_digit() && b[at + 1].is_ascii_digit()).then(|| (b[at] - b'0') * 10 + (b[at + 1] - b'0'));
    two(0).is_some_and(|h| h < 24) && b[2] == b':' && two(3).is_some_and(|m| m < 60) && b[5] == b':' && two(6).is_some_and(|s| s < 60)
}

fn is_utc(rest: &str) -> bool {
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    matches!(rest, "" | "Z" | "+00" | "+00:00" | "+0000" | "-00:00")
}

/// Digits beyond the scale are rounded half away from zero: bronze keeps what was written.
pub(crate) fn to_minor(text: &str, scale: u8) -> Option<i64> {
    let decimal = Decimal::parse(text)?;
    decimal.at_scale(scale).or_else(|| {
        let factor = 10_i64.checked_pow(u32::from(decimal.scale.checked_sub(scale)?))?;
        let half = factor / 2 * decimal.minor.signum();
        decimal.minor.checked_add(half).map(|minor| minor / factor)
    })
}

fn to_int(text: &str) -> Option<i64> {
    Decimal::parse(text).and_then(|decimal| decimal.at_scale(0))
}

pub(crate) fn norm_id(text: &str) -> Option<String> {
    clean(text).map(str::to_lowercase)
}

pub(crate) fn norm_key(text: &str) -> String {
    deunicode(text).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Identity of whom a branch note is about: the e-mail, else a hash of name and branch.
pub(crate) fn note_key(email: Option<&str>, name: Option<&str>, branch: Option<&str>) -> Option<String> {
    if let Some(email) = email.and_then(norm_id) {
        return Some(email);
    }
    let name = name.and_then(norm_id)?;
    Some(format!("n-{:016x}", stable_64(format!("{name}\u{1f}{}", branch.unwrap_or_default()).as_bytes())))
}

fn after_label<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let rest = &text[text.find(label)? + label.len()..];
    clean(rest.split([',', ';', '\n']).next().unwrap_or_default()).map(|value| value.trim_end_matches('.'))
}

/// `Ines Fabry` to `I. F.`
pub(crate) fn mask_name(name: &str) -> String {
    let mut out = String::new();
    for initial in name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().find(|c| c.is_alphabetic())) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}{}.", if out.is_empty() { "" } else { " " }, initial.to_uppercase());
    }
    out
}

/// Most frequent text of a group; NULLs and blanks are left out.
struct Mode;

impl Aggregate<BTreeMap<String, u64>, Option<String>> for Mode {
    fn init(&self, _: &mut Context<'_>) -> Result<BTreeMap<String, u64>> {
        Ok(BTreeMap::new())
    }

    fn step(&self, ctx: &mut Context<'_>, counts: &mut BTreeMap<String, u64>) -> Result<()> {
        if let Some(value) = text(ctx, 0).and_then(clean) {
            match counts.get_mut(value) {
                Some(count) => *count += 1,
                None => drop(counts.insert(value.to_owned(), 1)),
            }
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, counts: Option<BTreeMap<String, u64>>) -> Result<Option<String>> {
        let mut best: Option<(String, u64)> = None;
        for (value, count) in counts.unwrap_or_default() {
            if best.as_ref().is_none_or(|(_, top)| count > *top) {
                best = Some((value, count));
            }
        }
        Ok(best.map(|(value, _)| value))
    }
}

#[cfg(test)]
#[path = "functions_tests.rs"]
mod tests;
