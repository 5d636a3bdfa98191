//! Charts made from rows: bars from (label, value, key), lines from (date, values).

use std::collections::BTreeMap;

use super::figures::{Chart, ChartKind, Series};
use super::period::{Grain, Period};
use super::reader::Reader;
use super::tiles::full_date;
use crate::base::{Cell, DataTable};
use crate::warehouse::error::Result;

/// What a chart says about itself.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub subtitle: &'a str,
    pub definition: &'a str,
}

impl About<'_> {
    pub fn chart(self, kind: ChartKind) -> Chart {
        Chart {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            subtitle: self.subtitle.to_owned(),
            kind,
            definition: self.definition.to_owned(),
            ..Chart::default()
        }
    }
}

const NO_ROWS: &str = "No rows for this choice, or no source gives them.";

/// Horizontal bars from rows (label, value, `filter_key`?), in their order; a click filters by a column of that name. Beyond `most`, the rest is summed as "N others".
pub(crate) fn bars(reader: &Reader<'_>, about: About<'_>, most: usize, sql: &str) -> Result<Chart> {
    let table = reader.table(sql)?;
    let mut chart = about.chart(ChartKind::HorizontalBars);
    let key_at = table.columns.iter().position(|column| column == "filter key");
    let mut values = Vec::new();
    let (mut others, mut rest) = (0_u32, 0.0);
    let fold = table.rows.len() > most + 1;
    for (at, row) in table.rows.iter().enumerate() {
        let value = row.get(1).and_then(Cell::as_f64).unwrap_or(0.0);
        if fold && at >= most {
            others += 1;
            rest += value;
            continue;
        }
        values.push(Some(value));
        chart.x_labels.push(named(row.first()));
        if let Some(at) = key_at {
            chart.filter_keys.push(row.get(at).map(Cell::plain).unwrap_or_default());
        }
    }
    if others > 0 {
        values.push(Some(rest));
        chart.x_labels.push(format!("{others} others"));
        if key_at.is_some() {
            chart.filter_keys.push(String::new());
        }
    }
    if values.is_empty() {
        chart.note = Some(NO_ROWS.to_owned());
    }
    chart.series.push(Series { name: about.title.to_owned(), values, is_before: false });
    chart.table = without(table, key_at);
    sql.clone_into(&mut chart.sql);
    Ok(chart)
}

/// Sums of (date, value) rows over this period and the one before.
pub(crate) fn compared(reader: &Reader<'_>, about: About<'_>, sql: &str) -> Result<Chart> {
    let grain = reader.period.grain();
    let now = sums(reader, sql, reader.period, grain)?;
    let mut before = sums(reader, sql, reader.period.before(), grain)?;
    before.resize(now.len(), 0.0);
    let mut chart = about.chart(ChartKind::Area);
    let starts = axis(&mut chart, reader.period, grain);
    sql.clone_into(&mut chart.sql);
    chart.subtitle =
        format!("{}{}", if about.subtitle.is_empty() { String::new() } else { format!("{}, ", about.subtitle) }, grain.label());
    chart.table = DataTable {
        columns: vec!["from".into(), "this period".into(), "period before".into()],
        rows: starts
            .iter()
            .zip(now.iter().zip(&before))
            .map(|(key, (now, before))| vec![Cell::text(key.as_str()), Cell::Real(*now), Cell::Real(*before)])
            .collect(),
        truncated: false,
    };
    if now.iter().chain(&before).all(|v| *v == 0.0) {
        chart.note = Some(NO_ROWS.to_owned());
    }
    chart.series.push(series("This period", &now, false));
    chart.series.push(series("Period before", &before, true));
    Ok(chart)
}

/// One series per value column of (date, a, b, …) rows, summed per bucket.
pub(crate) fn over_time(reader: &Reader<'_>, about: About<'_>, kind: ChartKind, grain: Grain, names: &[&str], sql: &str) -> Result<Chart> {
    let rows = reader.table(sql)?;
    let mut chart = about.chart(kind);
    axis(&mut chart, reader.period, grain);
    let mut values = vec![vec![0.0; chart.x_labels.len()]; names.len()];
    for row in &rows.rows {
        let Some(at) = row.first().and_then(date).and_then(|day| reader.period.bucket(day.max(reader.period.from), grain)) else {
            continue;
        };
        for (column, series) in values.iter_mut().enumerate() {
            if let (Some(sum), Some(value)) = (series.get_mut(at), row.get(column + 1).and_then(Cell::as_f64)) {
                *sum += value;
            }
        }
    }
    if rows.rows.is_empty() {
        chart.note = Some(NO_ROWS.to_owned());
    }
    sql.clone_into(&mut chart.sql);
    for (name, values) in names.iter().zip(&values) {
        chart.series.push(series(name, values, false));
    }
    chart.table = rows;
    Ok(chart)
}

/// One line per name from (month, name, value) rows.
pub(crate) fn lines_by_name(reader: &Reader<'_>, about: About<'_>, sql: &str) -> Result<Chart> {
    let table = reader.table(sql)?;
    let mut chart = about.chart(ChartKind::Line);
    axis(&mut chart, reader.period, Grain::Month);
    let mut lines: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    let places = chart.x_labels.len();
    for row in &table.rows {
        let at = row.first().and_then(date).and_then(|day| reader.period.bucket(day.max(reader.period.from), Grain::Month));
        if let (Some(at), Some(value)) = (at, row.get(2).and_then(Cell::as_f64)) {
            let line = lines.entry(named(row.get(1))).or_insert_with(|| vec![None; places]);
            if let Some(slot) = line.get_mut(at) {
                *slot = Some(value);
            }
        }
    }
    if lines.is_empty() {
        chart.note = Some(NO_ROWS.to_owned());
    }
    chart.series = lines.into_iter().map(|(name, values)| Series { name, values, is_before: false }).collect();
    chart.table = table;
    sql.clone_into(&mut chart.sql);
    Ok(chart)
}

fn sums(reader: &Reader<'_>, sql: &str, period: Period, grain: Grain) -> Result<Vec<f64>> {
    let mut sums = vec![0.0; period.buckets(grain)];
    for (day, value) in super::tiles::dated(reader, sql, period)? {
        if let Some(sum) = period.bucket(day, grain).and_then(|at| sums.get_mut(at)) {
            *sum += value;
        }
    }
    Ok(sums)
}

/// Names the places of a time axis; gives their first days.
fn axis(chart: &mut Chart, period: Period, grain: Grain) -> Vec<String> {
    let starts = period.starts(grain);
    chart.x_labels = starts.iter().map(|start| grain.name(*start)).collect();
    starts.iter().map(ToString::to_string).collect()
}

fn series(name: &str, values: &[f64], is_before: bool) -> Series {
    Series { name: name.to_owned(), values: values.iter().copied().map(Some).collect(), is_before }
}

fn without(mut table: DataTable, column: Option<usize>) -> DataTable {
    if let Some(at) = column {
        table.columns.remove(at);
        for row in &mut table.rows {
            row.remove(at);
        }
    }
    table
}

fn date(cell: &Cell) -> Option<chrono::NaiveDate> {
    match cell {
        Cell::Text(text) => full_date(text),
        _ => None,
    }
}

fn named(cell: Option<&Cell>) -> String {
    cell.map(Cell::plain).filter(|name| !name.is_empty()).unwrap_or_else(|| "not known".to_owned())
}
