//! What is unlike before: as many rows as never, or nothing new for longer than ever.

use super::column::ColumnProfile;
use super::finding::{Gravity, TableFinding};

/// Counts before it that a count is compared with at least.
const ENOUGH: usize = 3;
/// A modified z-score beyond this is an outlier (Iglewicz and Hoaglin 1993, "How to Detect and Handle Outliers").
const FAR: f64 = 3.5;
/// Makes the median distance from the median the standard deviation of a normal distribution.
const CONSISTENT: f64 = 1.4826;
/// Counts that hardly vary: a fifth more or less is no anomaly.
const LEAST_SHARE: f64 = 0.2;
/// So many times the usual longest pause is one too long; and at least so many days.
const PAUSES: f64 = 3.0;
const LEAST_DAYS: i64 = 7;

/// What a count should have been, where it is far from it: the median of those before.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub fn unlike(earlier: &[u64], now: u64) -> Option<u64> {
    if earlier.len() < ENOUGH {
        return None;
    }
    let usual = median(earlier.to_vec());
    let spread = median(earlier.iter().map(|count| count.abs_diff(usual)).collect());
    let far = (FAR * CONSISTENT * spread as f64).max(LEAST_SHARE * usual as f64);
    (now.abs_diff(usual) as f64 > far).then_some(usual)
}

/// The upper one of the two in the middle.
fn median(mut counts: Vec<u64>) -> u64 {
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().unwrap_or(0)
}

/// A finding where the rows of a table are unlike those of earlier loads or runs. `condition`: which rows it is about, in SQL.
pub fn rows_unlike(earlier: &[u64], now: u64, what: &str, condition: String) -> Option<TableFinding> {
    let usual = unlike(earlier, now)?;
    let side = if now < usual { "fewer" } else { "more" };
    Some(TableFinding {
        column: String::new(),
        gravity: Gravity::Warn,
        title: format!("Far {side} rows than before"),
        detail: format!("{what} {now}; the {} before it had {usual} in the middle.", earlier.len()),
        rows: now,
        condition,
    })
}

/// A finding where the newest day of a table lies further before `as_of` than its days ever pause. Birthdays tell nothing of it.
pub fn stale(columns: &[ColumnProfile], as_of: &str) -> Option<TableFinding> {
    let told = columns.iter().filter(|column| !column.name.to_lowercase().contains("birth"));
    let (column, dates) = told
        .filter_map(|column| column.dates.as_ref().map(|dates| (column, dates)))
        .filter(|(_, dates)| !dates.latest.is_empty() && dates.latest.as_str() <= as_of)
        .max_by(|(_, a), (_, b)| a.latest.cmp(&b.latest))?;
    let pause = dates.usual_pause_days?;
    let day = |text: &str| text.get(..10).and_then(|text| text.parse::<chrono::NaiveDate>().ok());
    let age = (day(as_of)? - day(&dates.latest)?).num_days();
    #[expect(clippy::cast_precision_loss, reason = "days")]
    let is_stale = age >= LEAST_DAYS && age as f64 > PAUSES * pause as f64;
    let name = &column.name;
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    is_stale.then(|| TableFinding {
        column: name.clone(),
        gravity: Gravity::Warn,
        title: format!("Nothing new for {}", in_days(age)),
        detail: format!("The newest {name} is {}; as a rule no pause is longer than {}.", dates.latest, in_days(pause)),
        rows: 0,
        condition: format!("to_date({quoted}) = '{}'", dates.latest),
    })
}

fn in_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
