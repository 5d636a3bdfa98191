//! Charts made from rows: bars from (label, value, key), lines from (date, values).

use std::collections::BTreeMap;

use super::figures::{Chart, ChartKind, Series};
use super::period::{Grain, Period};
use super::reader::Reader;
use super::tiles::full_date;
use crate::base::{Cell, DataTable};
use crate::warehouse::error::Result;

/// What a chart says about itself.
#[derive(Debug, Clone)]
pub(crate) struct About<'a> {
    id: &'a str,
    title: &'a str,
    /// What its values are counted in.
    unit: String,
    /// Behind the unit: "by month", "the months of the period".
    when: &'static str,
    definition: &'a str,
    facet: Option<&'static str>,
    settled_share: Option<f64>,
}

impl<'a> About<'a> {
    pub fn new(id: &'a str, title: &'a str, unit: impl Into<String>, definition: &'a str) -> Self {
        Self { id, title, unit: unit.into(), when: "", definition, facet: None, settled_share: None }
    }

    pub fn when(mut self, when: &'static str) -> Self {
        self.when = when;
        self
    }

    /// A click on a part filters by this.
    pub fn by(mut self, facet: &'static str) -> Self {
        self.facet = Some(facet);
        self
    }

    pub fn settled(mut self, share: Option<f64>) -> Self {
        self.settled_share = share;
        self
    }

    pub fn chart(self, reader: &Reader<'_>, kind: ChartKind, sql: &str) -> Chart {
        let resolved = reader.resolve(sql, self.facet);
        let comma = if self.unit.is_empty() || self.when.is_empty() { "" } else { ", " };
        Chart {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            subtitle: format!("{}{comma}{}", self.unit, self.when),
            unit: self.unit,
            kind,
            definition: self.definition.to_owned(),
            facet: self.facet.map(str::to_owned),
            settled_share: self.settled_share,
            has_rows: true,
            left_out: resolved.left_out.iter().map(|label| (*label).to_owned()).collect(),
            sql: reader.written(&resolved.sql),
            ..Chart::default()
        }
    }
}

pub(crate) const NO_ROWS: &str = "No rows for this choice, or no source gives them.";

/// Horizontal bars from rows (label, value, `filter_key`?), in their order; a click filters by a column of that name, else by the label.
/// Beyond `most`, the rest is summed as "N others" where values add up.
pub(crate) fn bars(reader: &Reader<'_>, about: About<'_>, most: usize, sql: &str) -> Result<Chart> {
    let facet = about.facet;
    let adds_up = about.unit != "percent" && !about.definition.starts_with("Average");
    let mut chart = about.chart(reader, ChartKind::HorizontalBars, sql);
    let table = reader.resolved_in(&reader.resolve(sql, facet).sql, reader.period, usize::MAX)?;
    let key_at = table.columns.iter().position(|column| column == "filter key");
    let mut values = Vec::new();
    let (mut others, mut rest) = (Vec::new(), 0.0);
    let fold = table.rows.len() > most + 1;
    for (at, row) in table.rows.iter().enumerate() {
        let value = row.get(1).and_then(Cell::as_f64).unwrap_or(0.0);
        if fold && at >= most {
            others.push(row.get(key_at.unwrap_or(0)).map(Cell::plain).unwrap_or_default());
            rest += value;
            continue;
        }
        values.push(Some(value));
        chart.x_labels.push(named(row.first()));
        let key = row.get(key_at.unwrap_or(0)).map(Cell::plain).unwrap_or_default();
        chart.keys.push(vec![key.clone()]);
        chart.filter_keys.push(Some(key).filter(|_| facet.is_some()));
    }
    if !others.is_empty() {
        values.push(Some(rest).filter(|_| adds_up));
        chart.x_labels.push(format!("{} others", others.len()));
        chart.keys.push(others);
        chart.filter_keys.push(None);
    }
    if values.is_empty() {
        chart.note = Some(NO_ROWS.to_owned());
    }
    chart.series.push(Series { name: chart.title.clone(), values, ..Series::default() });
    chart.table = without(table, key_at);
    Ok(chart)
}

/// Sums of (date, value) rows over this period and the one before.
pub(crate) fn compared(reader: &Reader<'_>, about: About<'_>, sql: &str) -> Result<Chart> {
    compared_by(reader, about, reader.period.grain(), sql)
}

/// The same in a grain of its own: rows that know only their month fall on its first day.
pub(crate) fn compared_by(reader: &Reader<'_>, about: About<'_>, grain: Grain, sql: &str) -> Result<Chart> {
    let now = sums(reader, sql, reader.period, grain)?;
    let mut before = sums(reader, sql, reader.period.before(), grain)?;
    before.resize(now.len(), 0.0);
    let mut chart = about.when(grain.label()).chart(reader, ChartKind::Area, sql);
    let starts = axis(&mut chart, reader.period, grain);
    say_if_short(&mut chart, reader.period, grain);
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
    let mut chart = about.chart(reader, kind, sql);
    let rows = reader.table(sql)?;
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
    for (name, values) in names.iter().zip(&values) {
        chart.series.push(series(name, values, false));
    }
    chart.table = rows;
    Ok(chart)
}

/// One line per name from (month, name, value) rows.
pub(crate) fn lines_by_name(reader: &Reader<'_>, about: About<'_>, sql: &str) -> Result<Chart> {
    let facet = about.facet;
    let table = reader.resolved_in(&reader.resolve(sql, facet).sql, reader.period, usize::MAX)?;
    let mut chart = about.when("by month").chart(reader, ChartKind::Line, sql);
    // A click on a line filters by its name; the axis is time.
    chart.series_facet = chart.facet.take();
    axis(&mut chart, reader.period, Grain::Month);
    let mut lines: BTreeMap<String, (String, Vec<Option<f64>>)> = BTreeMap::new();
    let places = chart.x_labels.len();
    for row in &table.rows {
        let at = row.first().and_then(date).and_then(|day| reader.period.bucket(day.max(reader.period.from), Grain::Month));
        if let (Some(at), Some(value)) = (at, row.get(2).and_then(Cell::as_f64)) {
            let key = row.get(1).map(Cell::plain).unwrap_or_default();
            let (_, line) = lines.entry(named(row.get(1))).or_insert_with(|| (key, vec![None; places]));
            if let Some(slot) = line.get_mut(at) {
                *slot = Some(value);
            }
        }
    }
    if lines.is_empty() {
        chart.note = Some(NO_ROWS.to_owned());
    }
    let has_facet = chart.series_facet.is_some();
    chart.series = lines
        .into_iter()
        .map(|(name, (key, values))| Series { name, values, is_before: false, key: Some(key).filter(|_| has_facet) })
        .collect();
    chart.table = table;
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
    let ends = starts.iter().skip(1).map(|next| super::period::back(*next, 1)).chain([period.to]);
    chart.spans = starts.iter().zip(ends).map(|(start, end)| (start.to_string(), end.to_string())).collect();
    starts.iter().map(ToString::to_string).collect()
}

/// A last week that the period cuts short looks like a fall: its days are said.
fn say_if_short(chart: &mut Chart, period: Period, grain: Grain) {
    let days = period.days() % 7;
    if grain == Grain::Week && days != 0 {
        chart.subtitle.push_str(&format!(", the last one of {days} day{}", if days == 1 { "" } else { "s" }));
    }
}

fn series(name: &str, values: &[f64], is_before: bool) -> Series {
    Series { name: name.to_owned(), values: values.iter().copied().map(Some).collect(), is_before, key: None }
}

/// Columns that are only there to be filtered by do not show.
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
