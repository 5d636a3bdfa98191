//! What the Query page shows, as plain words. No egui.

use crate::app::words;
use crate::base::{Cell, DataTable};
use crate::engine::pages::{Chart, ChartKind, Series};

/// What a piece of a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Plain,
    Keyword,
    Text,
    Number,
    Comment,
}

const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "coalesce",
    "count",
    "cross",
    "desc",
    "distinct",
    "else",
    "end",
    "except",
    "exists",
    "filter",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "intersect",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "max",
    "min",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "over",
    "partition",
    "right",
    "round",
    "select",
    "sum",
    "then",
    "union",
    "using",
    "values",
    "when",
    "where",
    "window",
    "with",
    "avg",
];

/// Cuts a statement into pieces that are drawn alike; together they are the statement.
pub fn pieces(sql: &str) -> Vec<(Ink, &str)> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (ink, length) = piece(rest, first);
        let (this, after) = rest.split_at(length);
        found.push((ink, this));
        rest = after;
    }
    found
}

/// The bytes of the first piece.
fn piece(rest: &str, first: char) -> (Ink, usize) {
    let until = |end: &str, from: usize| rest.get(from..).and_then(|tail| tail.find(end)).map_or(rest.len(), |at| from + at + end.len());
    let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
    if rest.starts_with("--") {
        return (Ink::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Ink::Comment, until("*/", 2));
    }
    match first {
        '\'' => (Ink::Text, until("'", 1)),
        '"' => (Ink::Plain, until("\"", 1)),
        '0'..='9' => (Ink::Number, run(|c| c.is_ascii_digit() || c == '.')),
        c if c.is_alphabetic() || c == '_' => {
            let length = run(|c| c.is_alphanumeric() || c == '_');
            let is_keyword = rest.get(..length).is_some_and(|word| KEYWORDS.contains(&word.to_lowercase().as_str()));
            (if is_keyword { Ink::Keyword } else { Ink::Plain }, length)
        }
        c => (Ink::Plain, c.len_utf8()),
    }
}

/// The word that ends at a place (in characters), with the dots in it.
pub fn word_before(text: &str, cursor: usize) -> String {
    let before: Vec<char> = text.chars().take(cursor).collect();
    let begin = before.iter().rposition(|c| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).map_or(0, |at| at + 1);
    before.get(begin..).map(|word| word.iter().collect()).unwrap_or_default()
}

/// Names that a word may be the beginning of: of the whole name, or of what stands behind its dot.
pub fn suggestions<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    const MOST: usize = 6;
    let word = word.to_lowercase();
    if word.chars().count() < 2 {
        return Vec::new();
    }
    let fits = |name: &&str| {
        let name = name.to_lowercase();
        let bare = name.split_once('.').map_or("", |(_, bare)| bare);
        name != word && (name.starts_with(&word) || bare.starts_with(&word))
    };
    names.filter(fits).take(MOST).map(str::to_owned).collect()
}

/// A picture of an answer: its first column along the axis, its columns of numbers as series. None where it has none, or too many rows.
pub fn chart_of(table: &DataTable) -> Option<Chart> {
    const MOST_POINTS: usize = 400;
    const MOST_SERIES: usize = 6;
    if table.rows.len() < 2 || table.rows.len() > MOST_POINTS || table.columns.len() < 2 {
        return None;
    }
    let labels: Vec<String> = table.rows.iter().map(|row| row.first().map(words::cell).unwrap_or_default()).collect();
    let (x_labels, series) = match (first_of_each(&labels), legend(table)) {
        (x_labels, _) if x_labels.len() == labels.len() => {
            (x_labels, (1..table.columns.len()).filter_map(|column| series_of(table, column)).take(MOST_SERIES).collect())
        }
        (x_labels, Some(column)) => {
            let series = by_legend(table, &labels, &x_labels, column, MOST_SERIES)?;
            (x_labels, series)
        }
        // One place on the axis would mean several rows.
        _ => return None,
    };
    if series.is_empty() {
        return None;
    }
    let is_time = table.rows.iter().all(|row| matches!(row.first(), Some(Cell::Text(text)) if is_date(text)));
    Some(Chart {
        id: "query".to_owned(),
        title: series.iter().map(|one: &Series| one.name.as_str()).collect::<Vec<_>>().join(", "),
        subtitle: format!("by {}", table.columns[0]),
        kind: if is_time { ChartKind::Line } else { ChartKind::GroupedBars },
        x_labels,
        series,
        ..Chart::default()
    })
}

fn first_of_each(labels: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for label in labels {
        if !found.contains(label) {
            found.push(label.clone());
        }
    }
    found
}

/// The first column of words behind the first: it names the series.
fn legend(table: &DataTable) -> Option<usize> {
    (1..table.columns.len()).find(|column| table.rows.iter().all(|row| matches!(row.get(*column), Some(Cell::Text(_)))))
}

/// One series per value of a column, of the first column of numbers; None where there are too many, or two rows for one place.
fn by_legend(table: &DataTable, labels: &[String], x_labels: &[String], column: usize, most: usize) -> Option<Vec<Series>> {
    let values = (1..table.columns.len()).find(|at| series_of(table, *at).is_some())?;
    let names: Vec<String> = table.rows.iter().map(|row| row.get(column).map(words::cell).unwrap_or_default()).collect();
    let mut series: Vec<Series> = Vec::new();
    for name in first_of_each(&names) {
        series.push(Series { name, values: vec![None; x_labels.len()], ..Series::default() });
    }
    let mut taken = vec![vec![false; x_labels.len()]; series.len()];
    for ((label, name), row) in labels.iter().zip(&names).zip(&table.rows) {
        let (at, x) = (series.iter().position(|one| one.name == *name)?, x_labels.iter().position(|known| known == label)?);
        if std::mem::replace(&mut taken[at][x], true) {
            return None;
        }
        series[at].values[x] = row.get(values).and_then(Cell::as_f64);
    }
    (series.len() <= most).then_some(series)
}

/// `2026-03` or `2026-03-14`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[4] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit)
}

fn series_of(table: &DataTable, column: usize) -> Option<Series> {
    let cells = || table.rows.iter().filter_map(|row| row.get(column));
    let all_numbers = cells().all(|cell| matches!(cell, Cell::Null) || cell.as_f64().is_some());
    (all_numbers && cells().any(|cell| cell.as_f64().is_some())).then(|| Series {
        name: table.columns[column].clone(),
        values: cells().map(Cell::as_f64).collect(),
        ..Series::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_statement_and_know_what_they_are() {
        let sql = "SELECT 'a''b', 12.5 -- ß\nFROM \"from\" /* x */ WHERE naïve";
        let all = pieces(sql);
        assert_eq!(all.iter().map(|(_, text)| *text).collect::<String>(), sql);
        let of = |ink: Ink| all.iter().filter(|(is, _)| *is == ink).map(|(_, text)| *text).collect::<Vec<_>>();
        assert_eq!(of(Ink::Keyword), ["SELECT", "FROM", "WHERE"]);
        assert_eq!(of(Ink::Text), ["'a'", "'b'"]);
        assert_eq!(of(Ink::Number), ["12.5"]);
        assert_eq!(of(Ink::Comment), ["-- ß", "/* x */"]);
        assert!(pieces("'open").iter().all(|(ink, _)| *ink == Ink::Text));
        assert!(pieces("").is_empty());
    }

    #[test]
    fn tables_are_suggested_by_name_or_by_what_follows_the_dot() {
        let names = ["gold.customer_360", "gold.customer_balance", "silver.dim_customer"];
        assert_eq!(word_before("SELECT * FROM gold.cu WHERE", 21), "gold.cu");
        assert_eq!(suggestions("gold.cu", names.into_iter()), ["gold.customer_360", "gold.customer_balance"]);
        assert_eq!(suggestions("dim", names.into_iter()), ["silver.dim_customer"]);
        assert!(suggestions("g", names.into_iter()).is_empty());
        assert!(suggestions("silver.dim_customer", names.into_iter()).is_empty());
    }

    #[test]
    fn numbers_by_month_are_lines_and_by_name_bars() {
        let table = |first: [&str; 2], second: [Cell; 2]| DataTable {
            columns: vec!["at".into(), "n".into()],
            rows: first.into_iter().zip(second).map(|(a, b)| vec![Cell::text(a), b]).collect(),
            truncated: false,
        };
        let kind = |table: &DataTable| chart_of(table).map(|chart| chart.kind);
        assert_eq!(kind(&table(["2026-01", "2026-02"], [Cell::Integer(3), Cell::Null])), Some(ChartKind::Line));
        assert_eq!(kind(&table(["North", "South"], [Cell::Integer(3), Cell::Real(1.5)])), Some(ChartKind::GroupedBars));
        assert_eq!(kind(&table(["North", "South"], [Cell::text("x"), Cell::Null])), None);
        assert_eq!(kind(&DataTable::default()), None);
    }

    #[test]
    fn a_column_of_words_names_the_series_where_the_axis_repeats() {
        let row = |month: &str, channel: &str, n: i64| vec![Cell::text(month), Cell::text(channel), Cell::Integer(n)];
        let mut table = DataTable {
            columns: ["month", "channel", "n"].map(str::to_owned).to_vec(),
            rows: vec![row("2026-01", "atm", 3), row("2026-01", "web", 5), row("2026-02", "web", 8)],
            truncated: false,
        };
        let chart = chart_of(&table).unwrap();
        assert_eq!((chart.kind, chart.x_labels.len()), (ChartKind::Line, 2));
        let found: Vec<_> = chart.series.iter().map(|one| (one.name.as_str(), one.values.clone())).collect();
        assert_eq!(found, [("atm", vec![Some(3.0), None]), ("web", vec![Some(5.0), Some(8.0)])]);
        table.rows.push(row("2026-02", "web", 9));
        assert_eq!(chart_of(&table), None, "two rows for one place");
    }
}
