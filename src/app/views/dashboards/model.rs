//! What is worked out before a dashboard is drawn: ticks, periods, TSV. No egui.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::app::words;
use crate::base::DataTable;
use crate::engine::pages::{Chart, ChartKind};

/// A y axis: from, to, and where its lines stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<f64>,
}

/// Round steps, about `count` of them. Areas and bars begin at 0; a line may begin higher where all its values are far from 0.
pub fn axis(chart: &Chart, count: f64) -> Axis {
    let values = || chart.series.iter().flat_map(|series| series.values.iter().flatten().copied()).filter(|value| value.is_finite());
    let high = values().fold(0.0, f64::max);
    let low = values().fold(f64::INFINITY, f64::min);
    let low = if low.is_finite() { low } else { 0.0 };
    let from_zero = chart.kind != ChartKind::Line || low < high * 0.5;
    let bottom = if from_zero { low.min(0.0) } else { low };
    let span = if high > bottom { high - bottom } else { 1.0 };
    let step = nice(span / count.max(1.0));
    let from = (bottom / step).floor() * step;
    let to = ((high.max(bottom + span) / step) - 1e-9).ceil() * step;
    let mut ticks = Vec::new();
    let mut at = from;
    while at <= to + step * 0.01 && ticks.len() < 20 {
        ticks.push(if at.abs() < step * 1e-9 { 0.0 } else { at });
        at += step;
    }
    Axis { from, to, ticks }
}

/// 1, 2, 3, 5 or their like in tens: the next above.
fn nice(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    let unit = raw / power;
    let step = [1.0, 2.0, 3.0, 5.0, 10.0].into_iter().find(|step| unit <= *step + 1e-9).unwrap_or(10.0);
    step * power
}

/// A period that can be chosen by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub label: &'static str,
    pub from: String,
    pub to: String,
}

/// Periods that end at the as-of date (ISO); none where it cannot be read.
pub fn presets(as_of: &str) -> Vec<Preset> {
    let Some(end) = as_of.get(..10).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()) else { return Vec::new() };
    let first_of = |date: NaiveDate| date.with_day(1).unwrap_or(date);
    let quarter = first_of(end) - Months::new(end.month0() % 3);
    let year = NaiveDate::from_ymd_opt(end.year(), 1, 1).unwrap_or(end);
    let last_month_end = first_of(end) - Days::new(1);
    let last_year_end = year - Days::new(1);
    let last_year = NaiveDate::from_ymd_opt(last_year_end.year(), 1, 1).unwrap_or(last_year_end);
    [
        ("This month", first_of(end), end),
        ("Last month", first_of(last_month_end), last_month_end),
        ("This quarter", quarter, end),
        ("This year", year, end),
        ("Last year", last_year, last_year_end),
        ("Last 90 days", end - Days::new(89), end),
        ("Last 12 months", end - Months::new(12) + Days::new(1), end),
    ]
    .into_iter()
    .map(|(label, from, to)| Preset { label, from: from.to_string(), to: to.to_string() })
    .collect()
}

/// What is wrong with typed dates; None where they can be used. Empty means the default.
pub fn date_fault(from: &str, to: &str) -> Option<&'static str> {
    let read = |text: &str| NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
    let fits = |text: &str| text.trim().is_empty() || read(text).is_some();
    if !fits(from) || !fits(to) {
        return Some("Dates look like 2026-01-31.");
    }
    match (read(from), read(to)) {
        (Some(from), Some(to)) if from > to => Some("The period ends before it begins."),
        _ => None,
    }
}

/// Heads and rows, tab-separated, plain numbers.
pub fn tsv(table: &DataTable) -> String {
    let clean = |text: String| text.replace(['\t', '\n', '\r'], " ");
    std::iter::once(table.columns.join("\t"))
        .chain(table.rows.iter().map(|row| row.iter().map(|cell| clean(cell.plain())).collect::<Vec<_>>().join("\t")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Each class's share of all, in words.
pub fn shares(values: &[Option<f64>]) -> Vec<String> {
    let total: f64 = values.iter().flatten().sum();
    values.iter().map(|value| value.filter(|_| total > 0.0).map(|value| words::percent(value / total)).unwrap_or_default()).collect()
}

/// "+20.4 %" from the one to the other.
pub fn difference(now: f64, before: f64) -> Option<String> {
    (before.abs() > f64::EPSILON).then(|| {
        let change = (now - before) / before.abs();
        let sign = if change < 0.0 { "\u{2212}" } else { "+" };
        format!("{sign}{}", words::percent(change.abs()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::pages::Series;

    fn chart(kind: ChartKind, values: &[f64]) -> Chart {
        let series = Series { values: values.iter().copied().map(Some).collect(), ..Series::default() };
        Chart { kind, series: vec![series], ..Chart::default() }
    }

    #[test]
    fn areas_begin_at_zero_and_steps_are_round() {
        let axis = axis(&chart(ChartKind::Area, &[78_000.0, 112_000.0]), 4.0);
        assert_eq!((axis.from, axis.to, axis.ticks), (0.0, 120_000.0, vec![0.0, 30_000.0, 60_000.0, 90_000.0, 120_000.0]));
        assert!(super::axis(&chart(ChartKind::Line, &[900.0, 1_000.0]), 4.0).from >= 800.0);
        assert_eq!(super::axis(&chart(ChartKind::Area, &[]), 4.0).from, 0.0);
        assert!(super::axis(&chart(ChartKind::GroupedBars, &[-5.0, 10.0]), 4.0).from <= -5.0);
    }

    #[test]
    fn presets_end_at_the_as_of_date() {
        let presets = presets("2026-11-20");
        let of = |label: &str| presets.iter().find(|preset| preset.label == label).map(|preset| (preset.from.as_str(), preset.to.as_str()));
        assert_eq!(of("Last month"), Some(("2026-10-01", "2026-10-31")));
        assert_eq!(of("This quarter"), Some(("2026-10-01", "2026-11-20")));
        assert_eq!(of("Last year"), Some(("2025-01-01", "2025-12-31")));
        assert_eq!(of("Last 12 months"), Some(("2025-11-21", "2026-11-20")));
        assert_eq!(super::presets(""), Vec::new());
    }

    #[test]
    fn typed_dates_are_checked() {
        assert_eq!(date_fault("", "2026-01-31"), None);
        assert_eq!(date_fault("31.1.2026", ""), Some("Dates look like 2026-01-31."));
        assert_eq!(date_fault("2026-02-01", "2026-01-01"), Some("The period ends before it begins."));
    }

    #[test]
    fn differences_and_shares_read_well() {
        assert_eq!(difference(120.4, 100.0).as_deref(), Some("+20.4\u{2009}%"));
        assert_eq!(difference(1.0, 0.0), None);
        assert_eq!(shares(&[Some(1.0), Some(3.0)]), ["25.0\u{2009}%", "75.0\u{2009}%"]);
    }
}
