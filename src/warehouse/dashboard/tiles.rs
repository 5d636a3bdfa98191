//! One figure with its change: how it reads.

use chrono::NaiveDate;

use super::figures::Tile;
use super::period::Period;
use super::reader::Reader;
use crate::base::DataTable;
use crate::base::money::group_thousands;
use crate::warehouse::error::Result;

const MINUS: char = '\u{2212}';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Count,
    Money,
    /// 0 to 100.
    Percent,
    Days,
    Score,
}

/// The small picture of a tile.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spark<'a> {
    None,
    /// (date, level) rows: the last at or before each place.
    Levels(&'a str),
    /// (date, value) rows, added up.
    Sums(&'a str),
    /// (month, value) rows as they are.
    Each(&'a str),
}

/// What a tile is made from; its SQL is a template with `{source}`s.
#[derive(Clone, Copy)]
pub(crate) struct TileOf<'a> {
    /// Of `gold.kpi` where the definition is taken from there.
    pub id: &'a str,
    pub title: &'a str,
    pub measure: Measure,
    /// Gives the number as it is shown: money in whole units.
    pub sql: &'a str,
    /// Whether the period before says something.
    pub compares: bool,
    /// Whether more is good; None: neither.
    pub more_is_better: Option<bool>,
    pub spark: Spark<'a>,
    pub settled_share: Option<f64>,
    /// Empty: that of the KPI.
    pub definition: &'a str,
    /// Where it comes from, part by part.
    pub table: &'a str,
    /// A figure of nothing at all is no figure: says whether there is a source.
    pub has_source: bool,
}

pub(crate) fn tile(reader: &Reader<'_>, of: TileOf<'_>) -> Result<Tile> {
    let (now, before) = if of.compares { reader.pair(of.sql)? } else { (reader.number_in(of.sql, reader.period)?, None) };
    let (now, before) = (now.filter(|_| of.has_source), before.filter(|_| of.has_source));
    let (value, scale) = now.map_or(("\u{2013}".to_owned(), ""), |number| figure(number, of.measure));
    let unit = match of.measure {
        Measure::Money => format!("{scale} {}", reader.currency.as_deref().unwrap_or_default()).trim().to_owned(),
        Measure::Percent => "%".to_owned(),
        Measure::Days => "days".to_owned(),
        Measure::Count | Measure::Score => scale.to_owned(),
    };
    let change = now.zip(before).and_then(|(now, before)| change(now, before, of.measure));
    let better = match (change.as_ref().map(|(_, sign)| *sign), of.more_is_better) {
        (Some(sign), Some(up)) if sign != 0 => Some((sign > 0) == up),
        _ => None,
    };
    let change_text = match (&change, now) {
        (Some((text, _)), _) => text.clone(),
        (None, None) => "no source".to_owned(),
        (None, Some(_)) => String::new(),
    };
    let previous_text = match (now, before) {
        (Some(_), Some(before)) => from_text(before, of.measure),
        (Some(_), None) if !of.compares => format!("as of {}", reader.as_of),
        _ => String::new(),
    };
    let resolved = reader.resolve(of.sql, None);
    let known = reader.kpi(of.id).map(|kpi| kpi.definition.clone()).unwrap_or_default();
    Ok(Tile {
        id: of.id.to_owned(),
        title: of.title.to_owned(),
        unit: if now.is_some() { unit } else { String::new() },
        value,
        number: now,
        previous: before,
        change_text,
        previous_text,
        better,
        spark: spark(reader, of.spark)?,
        settled_share: of.settled_share.filter(|_| now.is_some()),
        quarantined: 0,
        definition: if of.definition.is_empty() { known } else { of.definition.to_owned() },
        sql: reader.written(&resolved.sql),
        table: if now.is_some() { reader.table(of.table)? } else { DataTable::default() },
        has_rows: now.is_some(),
        left_out: resolved.left_out.iter().map(|label| (*label).to_owned()).collect(),
    })
}

fn spark(reader: &Reader<'_>, of: Spark<'_>) -> Result<Vec<f64>> {
    match of {
        Spark::None => Ok(Vec::new()),
        Spark::Levels(sql) => spark_of_levels(reader, sql),
        Spark::Sums(sql) => spark_of_sums(reader, sql),
        Spark::Each(sql) => Ok(dated(reader, sql, reader.period)?.into_iter().map(|(_, value)| value).collect()),
    }
}

/// `612.4` and `k`. The figure keeps at most four digits once it is long.
pub(crate) fn figure(number: f64, measure: Measure) -> (String, &'static str) {
    match measure {
        Measure::Percent | Measure::Days => (signed(number, 1), ""),
        Measure::Score => (signed(number, 2), ""),
        Measure::Count | Measure::Money => match number.abs() {
            size if size >= 999_500_000.0 => (signed(number / 1e9, 2), "bn"),
            size if size >= 999_950.0 => (signed(number / 1e6, 2), "M"),
            size if size >= 100_000.0 => (signed(number / 1e3, 1), "k"),
            _ => (whole(number), ""),
        },
    }
}

fn signed(number: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", number.abs());
    if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { format!("{MINUS}{text}") } else { text }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shown below 100,000, above zero")]
fn whole(number: f64) -> String {
    let rounded = group_thousands(number.abs().round() as u64);
    if number <= -0.5 { format!("{MINUS}{rounded}") } else { rounded }
}

fn from_text(before: f64, measure: Measure) -> String {
    let (value, scale) = figure(before, measure);
    let unit = if measure == Measure::Percent { "%" } else { scale };
    format!("from {value} {unit}").trim_end().to_owned()
}

/// The change as a person reads it and its sign; None where the figure before is zero.
fn change(now: f64, before: f64, measure: Measure) -> Option<(String, i8)> {
    let (size, unit, digits) = match measure {
        Measure::Percent => (now - before, "pt", 1),
        Measure::Score => (now - before, "", 2),
        Measure::Count | Measure::Money | Measure::Days if before.abs() > f64::EPSILON => ((now - before) / before.abs() * 100.0, "%", 1),
        Measure::Count | Measure::Money | Measure::Days => return None,
    };
    let text = format!("{:.digits$}", size.abs());
    let sign: i8 = if !text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        0
    } else if size > 0.0 {
        1
    } else {
        -1
    };
    let mark = match sign {
        1 => "+".to_owned(),
        -1 => MINUS.to_string(),
        _ => String::new(),
    };
    Some((format!("{mark}{text} {unit}").trim_end().to_owned(), sign))
}

/// Levels read from (date, value) rows in the order of dates: the last at or before each sampled day.
fn spark_of_levels(reader: &Reader<'_>, sql: &str) -> Result<Vec<f64>> {
    let rows = dated(reader, sql, reader.period)?;
    Ok(reader
        .period
        .sample()
        .into_iter()
        .filter_map(|day| rows.partition_point(|(date, _)| *date <= day).checked_sub(1).map(|at| rows[at].1))
        .collect())
}

/// Sums per bucket of (date, value) rows.
fn spark_of_sums(reader: &Reader<'_>, sql: &str) -> Result<Vec<f64>> {
    let period = reader.period;
    let rows = dated(reader, sql, period)?;
    let steps = 12_u64.min(period.days());
    let mut sums = vec![0.0; usize::try_from(steps).unwrap_or(1)];
    for (date, value) in rows {
        let days = u64::try_from((date - period.from).num_days()).unwrap_or(0);
        let at = usize::try_from(days * steps / period.days()).unwrap_or(0);
        if date >= period.from
            && let Some(sum) = sums.get_mut(at)
        {
            *sum += value;
        }
    }
    Ok(sums)
}

pub(crate) fn dated(reader: &Reader<'_>, sql: &str, period: Period) -> Result<Vec<(NaiveDate, f64)>> {
    let table = reader.table_in(sql, period)?;
    Ok(table
        .rows
        .iter()
        .filter_map(|row| {
            let crate::base::Cell::Text(date) = row.first()? else { return None };
            Some((full_date(date)?, row.get(1)?.as_f64()?))
        })
        .collect())
}

/// A month counts as its first day.
pub(crate) fn full_date(text: &str) -> Option<NaiveDate> {
    text.parse().ok().or_else(|| format!("{text}-01").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_like_the_eye_wants_them() {
        assert_eq!(figure(131.0, Measure::Count), ("131".into(), ""));
        assert_eq!(figure(2894.4, Measure::Money), ("2,894".into(), ""));
        assert_eq!(figure(612_400.0, Measure::Money), ("612.4".into(), "k"));
        assert_eq!(figure(2_269_461.62, Measure::Money), ("2.27".into(), "M"));
        assert_eq!(figure(-0.04, Measure::Percent), ("0.0".into(), ""));
        assert_eq!(change(131.0, 128.0, Measure::Count), Some(("+2.3 %".into(), 1)));
        assert_eq!(change(14.5, 13.6, Measure::Percent), Some(("+0.9 pt".into(), 1)));
        assert_eq!(change(386.0, 400.0, Measure::Count), Some(("\u{2212}3.5 %".into(), -1)));
        assert_eq!(change(386.0, 0.0, Measure::Count), None);
    }
}
