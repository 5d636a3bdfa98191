//! What is worked out before a dashboard is drawn: ticks, periods, TSV. No egui.

use std::collections::BTreeSet;

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::app::words;
pub use crate::base::shown::{Axis, shares};
use crate::base::{DataTable, shown};
use crate::engine::pages::{Absent, Chart, ChartKind, FigureRows};

/// Areas and bars begin at 0; a line may begin higher where all its values are far from 0.
pub fn axis(chart: &Chart, hidden: &BTreeSet<String>, count: f64) -> Axis {
    let shown = chart.series.iter().filter(|series| !hidden.contains(&series.name));
    shown::axis(shown.flat_map(|series| series.values.iter().flatten().copied()), chart.kind == ChartKind::Line, count)
}

/// A period that can be chosen by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub label: &'static str,
    pub from: String,
    pub to: String,
}

/// Periods that end at the as-of date (ISO); none where it cannot be read. `first`: the first day that is known.
pub fn presets(as_of: &str, first: &str) -> Vec<Preset> {
    let read = |text: &str| text.get(..10).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    let Some(end) = read(as_of) else { return Vec::new() };
    let first_of = |date: NaiveDate| date.with_day(1).unwrap_or(date);
    let quarter = first_of(end) - Months::new(end.month0() % 3);
    let last_quarter = quarter - Months::new(3);
    let year = NaiveDate::from_ymd_opt(end.year(), 1, 1).unwrap_or(end);
    let last_year_end = year - Days::new(1);
    let last_year = NaiveDate::from_ymd_opt(last_year_end.year(), 1, 1).unwrap_or(last_year_end);
    [
        ("Last 30 days", end - Days::new(29), end),
        ("Last 90 days", end - Days::new(89), end),
        ("Month to date", first_of(end), end),
        ("Quarter to date", quarter, end),
        ("Last quarter", last_quarter, quarter - Days::new(1)),
        ("Year to date", year, end),
        ("Last 12 months", end - Months::new(12) + Days::new(1), end),
        ("Last year", last_year, last_year_end),
        ("All", read(first).unwrap_or(end), end),
    ]
    .into_iter()
    .map(|(label, from, to)| Preset { label, from: from.to_string(), to: to.to_string() })
    .collect()
}

/// What stands below a chart: its own note, and what it is not narrowed by.
pub fn note(chart: &Chart) -> Option<String> {
    if chart.left_out.is_empty() {
        return chart.note.clone();
    }
    let left_out = format!("Not narrowed by {}: its rows do not say.", chart.left_out.join(", ").to_lowercase());
    Some(left_out)
}

/// What the rows make together: "together 612,400", "Credit 12,000, Debit 9,000"; nothing where their number is the figure.
pub fn made(found: &FigureRows) -> String {
    let count = found.rows.rows.len();
    match found.adds_up.as_slice() {
        [(name, value)] if name.is_empty() => {
            #[expect(clippy::cast_precision_loss, reason = "a number of rows")]
            let is_their_number = !found.rows.truncated && (value - count as f64).abs() < 1e-9;
            if is_their_number { String::new() } else { format!("together {}", words::real(*value)) }
        }
        several => several.iter().map(|(name, value)| format!("{name} {}", words::real(*value))).collect::<Vec<_>>().join(", "),
    }
}

/// Why a chart shows nothing: a table that is missing, or no rows under this choice.
pub fn why_empty(chart: &Chart, absent: &[Absent]) -> String {
    let missing = absent.iter().find(|absent| chart.sql.contains(&absent.table));
    missing.map_or_else(
        || chart.note.clone().unwrap_or_else(|| "No rows in this period.".to_owned()),
        |absent| format!("{} is missing: {}.", absent.table, absent.why.trim_end_matches('.')),
    )
}

/// What is drawn of many points: of each small run its lowest and its highest, so that no peak is lost. All of few.
pub fn thinned(run: &[[f64; 2]], most: usize) -> Vec<[f64; 2]> {
    if run.len() <= most {
        return run.to_vec();
    }
    let size = run.len().div_ceil(most.max(2) / 2);
    let mut kept = Vec::with_capacity(most + 2);
    for part in run.chunks(size) {
        let mut ends = [part[0], part[0]];
        for point in part {
            if point[1] < ends[0][1] {
                ends[0] = *point;
            }
            if point[1] > ends[1][1] {
                ends[1] = *point;
            }
        }
        ends.sort_by(|a, b| a[0].total_cmp(&b[0]));
        kept.push(ends[0]);
        if ends[1] != ends[0] {
            kept.push(ends[1]);
        }
    }
    kept
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
    #[test]
    fn presets_end_at_the_as_of_date() {
        let presets = presets("2026-11-20", "2023-01-05");
        let of = |label: &str| presets.iter().find(|preset| preset.label == label).map(|preset| (preset.from.as_str(), preset.to.as_str()));
        assert_eq!(of("Last 30 days"), Some(("2026-10-22", "2026-11-20")));
        assert_eq!(of("Quarter to date"), Some(("2026-10-01", "2026-11-20")));
        assert_eq!(of("Last year"), Some(("2025-01-01", "2025-12-31")));
        assert_eq!(of("Last 12 months"), Some(("2025-11-21", "2026-11-20")));
        assert_eq!(of("All"), Some(("2023-01-05", "2026-11-20")));
        assert_eq!(super::presets("", ""), Vec::new());
    }

    #[test]
    fn thinning_keeps_every_peak() {
        let mut run: Vec<[f64; 2]> = (0..100_000).map(|at| [f64::from(at), 1.0]).collect();
        run[77_777][1] = 9.0;
        run[12][1] = -3.0;
        let kept = thinned(&run, 2_000);
        assert!(kept.len() <= 2_002, "{}", kept.len());
        assert!(kept.contains(&[77_777.0, 9.0]) && kept.contains(&[12.0, -3.0]));
        assert!(kept.is_sorted_by(|a, b| a[0] < b[0]));
        assert_eq!(thinned(&run[..3], 10), run[..3]);
    }

    #[test]
    fn typed_dates_are_checked() {
        assert_eq!(date_fault("", "2026-01-31"), None);
        assert_eq!(date_fault("31.1.2026", ""), Some("Dates look like 2026-01-31."));
        assert_eq!(date_fault("2026-02-01", "2026-01-01"), Some("The period ends before it begins."));
    }

    #[test]
    fn differences_read_well() {
        assert_eq!(difference(120.4, 100.0).as_deref(), Some("+20.4\u{2009}%"));
        assert_eq!(difference(1.0, 0.0), None);
    }
}
