//! What Quality shows, as plain words. No egui.

use crate::app::words;
use crate::engine::data_deed::Filter;
use crate::engine::pages::{Bin, ColumnKind, ColumnProfile, QualityTablesPage, TableQualityPage};

/// Tables of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub title: &'static str,
    pub tables: Vec<Listed>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub table: String,
    pub name: String,
    pub system: Option<String>,
    /// "96", "–"
    pub score: String,
    pub mood: Mood,
    pub spoken: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Quiet,
    Warn,
    Error,
}

/// Scores below these are a warning and an error.
const WARN_BELOW: f64 = 95.0;
const ERROR_BELOW: f64 = 85.0;
/// Shares of missing values from which the bar warns.
pub const MISSING_WARNS: f64 = 0.08;

pub fn groups(page: &QualityTablesPage, find: &str) -> Vec<Group> {
    let find = find.trim().to_lowercase();
    [("Bronze", "bronze"), ("Silver", "silver"), ("Gold", "gold")]
        .into_iter()
        .map(|(title, layer)| Group {
            title,
            tables: page
                .tables
                .iter()
                .filter(|table| table.layer == layer && table.table.to_lowercase().contains(&find))
                .map(listed)
                .collect(),
        })
        .filter(|group| !group.tables.is_empty())
        .collect()
}

fn listed(table: &crate::engine::pages::QualityTable) -> Listed {
    let name = table.table.split_once('.').map_or(table.table.as_str(), |(_, name)| name).to_owned();
    let mood = match table.score {
        _ if table.errors > 0 => Mood::Error,
        Some(score) if score < ERROR_BELOW => Mood::Error,
        Some(score) if score < WARN_BELOW => Mood::Warn,
        None if table.warnings > 0 => Mood::Warn,
        _ => Mood::Quiet,
    };
    let score = table.score.map_or_else(|| "\u{2013}".to_owned(), |score| format!("{score:.0}"));
    let tests = match (table.errors, table.warnings) {
        (0, 0) => String::new(),
        (errors, warnings) => {
            format!(", {}, {}", words::counted(errors, "error", "errors"), words::counted(warnings, "warning", "warnings"))
        }
    };
    Listed {
        spoken: format!("{}, score {score}{tests}", table.table),
        table: table.table.clone(),
        name,
        system: table.source_system.clone(),
        score,
        mood,
    }
}

/// Score, its change, and its four parts with their shares.
pub fn score_parts(page: &TableQualityPage) -> [(&'static str, Option<f64>, &'static str); 4] {
    let score = &page.score;
    [
        ("Complete", score.complete, "Cells that are filled, of all columns that hold anything."),
        ("Valid", score.valid, "Filled cells that are no placeholder, of their column's kind, without loose space."),
        ("Unique", score.unique, "Values of key columns that stand once."),
        ("Fresh", score.fresh, "1 on the as-of date; half of it for every 30 days before."),
    ]
}

/// "mean of 4, +0.7 since the last test"
pub fn score_words(page: &TableQualityPage) -> String {
    let parts = score_parts(page).iter().filter(|(_, part, _)| part.is_some()).count();
    let change = match page.scores.as_slice() {
        [.., before, now] => format!(", {} since the test before", words::signed(now - before)),
        _ => String::new(),
    };
    format!("mean of {parts}{change}")
}

/// Rows of earlier loads or builds, then of now.
#[expect(clippy::cast_precision_loss, reason = "a line of sixty pixels")]
pub fn rows_line(page: &TableQualityPage) -> Vec<f64> {
    page.rows_before.iter().chain([&page.rows]).map(|rows| *rows as f64).collect()
}

/// "Rows before: 1,380, 1,391; now 1,399"
pub fn rows_words(page: &TableQualityPage) -> String {
    let before: Vec<String> = page.rows_before.iter().map(|rows| words::count(*rows)).collect();
    format!("Rows before: {}; now {}", before.join(", "), words::count(page.rows))
}

pub fn missing_words(column: &ColumnProfile) -> String {
    format!("{:.1}\u{2009}%", column.missing_share() * 100.0)
}

/// "F 712, M 601"; of a key nothing is frequent.
pub fn frequent(column: &ColumnProfile) -> Vec<(String, String, bool)> {
    let rows = |rows: u64| if column.kind == ColumnKind::Key { String::new() } else { words::count(rows) };
    column.top.iter().take(2).map(|top| (top.value.clone(), rows(top.rows), top.is_placeholder)).collect()
}

/// "1900 to 2008", "9 to 34 characters", "key"
pub fn range(column: &ColumnProfile) -> String {
    match (column.kind, &column.dates, &column.numbers) {
        (ColumnKind::Empty, ..) => "nothing".to_owned(),
        (ColumnKind::Key, ..) => "key".to_owned(),
        (ColumnKind::Date, Some(dates), _) if !dates.earliest.is_empty() => {
            format!("{} to {}", words::date(&dates.earliest), words::date(&dates.latest))
        }
        (ColumnKind::Number, _, Some(numbers)) => format!("{} to {}", words::short(numbers.min), words::short(numbers.max)),
        (ColumnKind::Category, ..) => words::counted(column.distinct, "value", "values"),
        _ if column.shortest == column.longest => words::counted(column.longest, "character", "characters"),
        _ => format!("{} to {} characters", column.shortest, column.longest),
    }
}

/// At most so many bars, neighbours put together.
pub fn bars(bins: &[Bin], most: usize) -> Vec<(u64, bool)> {
    if bins.len() <= most {
        return bins.iter().map(|bin| (bin.count, bin.is_odd)).collect();
    }
    let per = bins.len().div_ceil(most.max(1));
    bins.chunks(per).map(|chunk| (chunk.iter().map(|bin| bin.count).sum(), chunk.iter().any(|bin| bin.is_odd))).collect()
}

/// What a bar of the histogram stands for, and the filter that shows its rows.
pub fn bar_filter(column: &ColumnProfile, bin: &Bin) -> Option<Filter> {
    let name = column.name.clone();
    match column.kind {
        ColumnKind::Number => Some(Filter::Between { column: name, from: format!("{:?}", bin.from), to: format!("{:?}", bin.to) }),
        ColumnKind::Date => Some(Filter::Within { column: name, part: bin.label.clone() }),
        ColumnKind::Category => Some(Filter::Is { column: name, values: vec![bin.label.clone()] }),
        ColumnKind::Key | ColumnKind::Text => bin.label.parse().ok().map(|characters| Filter::Length { column: name, characters }),
        ColumnKind::Empty => None,
    }
}

/// "by year", "by length"
pub fn by_words(column: &ColumnProfile) -> &'static str {
    match column.kind {
        ColumnKind::Date if column.histogram.first().is_some_and(|bin| bin.label.len() > 4) => "by month, click a bar to see its rows",
        ColumnKind::Date => "by year, click a bar to see its rows",
        ColumnKind::Number | ColumnKind::Category => "by value, click a bar to see its rows",
        ColumnKind::Key | ColumnKind::Text => "by number of characters, click a bar to see its rows",
        ColumnKind::Empty => "nothing to show",
    }
}

/// Facts of a column, two words each.
pub fn in_short(column: &ColumnProfile) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if let Some(dates) = column.dates.as_ref().filter(|_| column.kind == ColumnKind::Date) {
        found.extend([
            ("Earliest, not a placeholder", words::date(&dates.earliest)),
            ("Median", words::date(&dates.median)),
            ("Latest", words::date(&dates.latest)),
        ]);
        if dates.ambiguous > 0 {
            found.push(("Day or month unclear", words::count(dates.ambiguous)));
        }
    }
    if let Some(numbers) = column.numbers.as_ref().filter(|_| column.kind == ColumnKind::Number) {
        found.extend([
            ("Median", words::real(numbers.median)),
            ("Mean", words::real(numbers.mean)),
            ("Middle half", format!("{} to {}", words::short(numbers.q25), words::short(numbers.q75))),
            ("Far out", words::count(numbers.outliers)),
        ]);
    }
    found.push(("Only once", words::count(column.unique)));
    for (label, count) in [
        ("Placeholders", column.placeholders),
        ("Loose space", column.loose_space),
        ("With accents", column.with_diacritics),
        ("Capitals only", column.upper_case),
    ] {
        if count > 0 && found.len() < 6 {
            found.push((label, words::count(count)));
        }
    }
    found
}

/// A filter as its chip says it.
pub fn filter_words(filter: &Filter) -> String {
    let column = filter.column();
    match filter {
        Filter::Is { values, .. } if values.len() == 1 => format!("{column}: {}", values.first().map(String::as_str).unwrap_or_default()),
        Filter::Is { values, .. } => format!("{column}: {} values", values.len()),
        Filter::Missing { .. } => format!("{column} is missing"),
        Filter::Between { from, to, .. } => {
            let number = |text: &str| text.parse().map_or_else(|_| text.to_owned(), words::short);
            format!("{column}: {} to {}", number(from), number(to))
        }
        Filter::Within { part, .. } => format!("{column}: {part}"),
        Filter::Form { form, .. } => format!("{column}: {form}"),
        Filter::Length { characters, .. } => format!("{column}: {}", words::counted(*characters, "character", "characters")),
        Filter::Where { .. } if column.is_empty() => "rows of the finding".to_owned(),
        Filter::Where { .. } => format!("{column}: rows of the finding"),
    }
}

/// What stands still because of failed tests.
pub fn stopped(page: &TableQualityPage) -> Option<String> {
    let errors = page.tests.iter().filter(|test| matches!(test.outcome.as_str(), "error")).count() as u64;
    (errors > 0).then(|| {
        format!(
            "{}: what is built from {} waits, and publishing is refused until the rows are mended or an approver overrides.",
            words::counted(errors, "error stands", "errors stand"),
            page.table
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixtures::quality;

    #[test]
    fn tables_are_grouped_found_and_marked() {
        let page = quality::tables();
        let all = groups(&page, "");
        assert_eq!(
            all.iter().map(|group| (group.title, group.tables.len())).collect::<Vec<_>>(),
            [("Bronze", 3), ("Silver", 2), ("Gold", 1)]
        );
        let contacts = &all[0].tables[1];
        assert_eq!((contacts.score.as_str(), contacts.mood), ("84", Mood::Error));
        assert_eq!(groups(&page, "DIM").len(), 1);
        assert_eq!(all[2].tables[0].score, "\u{2013}");
    }

    #[test]
    fn columns_are_told_in_words() {
        let page = quality::table();
        let ranges: Vec<String> = page.columns.iter().map(range).collect();
        assert_eq!(ranges, ["key", "12 Feb 1931 to 30 Jun 2008", "3 values", "0 to 98\u{2009}k"].map(str::to_owned));
        assert_eq!(score_words(&page), "mean of 4, +0.7 since the test before");
        assert_eq!(bars(&page.columns[1].histogram, 4).iter().map(|(count, _)| count).sum::<u64>(), page.columns[1].filled());
        let bin = &page.columns[1].histogram[0];
        assert_eq!(filter_words(&bar_filter(&page.columns[1], bin).expect("a filter")), "birth_date: 1900");
        assert!(stopped(&page).expect("an error stands").starts_with("1 error stands: what is built from silver.customer_record waits"));
    }
}
