//! The leak check: columns that give the outcome away and must never reach a model. Flow: columns with their texts -> does a name or a
//! text speak of the outcome -> refused, with why; features -> does one alone order the rows almost without error -> refused.

use serde::{Deserialize, Serialize};

use super::measure::{auc, real};
use super::target::{Labelled, Target};

/// Words by which a segment or an outcome is written down. Whole words, lower case.
const CHURN_WORDS: [&str; 8] = ["churned", "churn", "at_risk", "at risk", "attrited", "attrition", "lapsed", "left the bank"];
const DEFAULT_WORDS: [&str; 4] = ["defaulted", "default", "written off", "charged off"];
/// Words that name a column as a label.
const LABEL_NAMES: [&str; 6] = ["label", "target", "outcome", "attrition", "segment", "default_flag"];
/// An area under the curve that no honest single feature reaches.
const TOO_GOOD: f64 = 0.98;

/// A column of text as it came: distinct values with their counts, the most frequent first, or a sample of them.
#[derive(Debug, Clone, PartialEq)]
pub struct TextColumn {
    /// `bronze.erp_customers.website`
    pub name: String,
    pub values: Vec<(String, u64)>,
}

/// A column that no model may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub column: String,
    pub why: String,
}

/// Columns whose names or texts speak of the outcome.
pub fn refused_columns(columns: &[TextColumn], target: Target) -> Vec<Refused> {
    let words: &[&str] = match target {
        Target::Churn => &CHURN_WORDS,
        Target::LoanDefault => &DEFAULT_WORDS,
    };
    columns.iter().filter_map(|column| refusal(column, words).map(|why| Refused { column: column.name.clone(), why })).collect()
}

fn refusal(column: &TextColumn, outcome_words: &[&'static str]) -> Option<String> {
    let rows: u64 = column.values.iter().map(|(_, count)| count).sum();
    let spoken: Vec<(&str, &str, u64)> = column
        .values
        .iter()
        .filter_map(|(value, count)| word_in(value, outcome_words).map(|word| (value.as_str(), word, *count)))
        .collect();
    let said: u64 = spoken.iter().map(|(_, _, count)| count).sum();
    let bare = column.name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let is_named = bare.contains("churn") || LABEL_NAMES.contains(&bare.as_str());
    if said == 0 {
        return is_named.then(|| "its name says that it holds the outcome".to_owned());
    }
    // One note in a thousand that speaks of somebody leaving is a note; a column where every twentieth row does is a label.
    if said * 20 < rows && !is_named {
        return None;
    }
    let labelled = spoken.iter().find_map(|(value, word, _)| label_before(value, word));
    let mut words: Vec<&str> = spoken.iter().map(|(_, word, _)| *word).collect();
    words.sort_unstable();
    words.dedup();
    let words = words.iter().map(|word| format!("\u{201c}{word}\u{201d}")).collect::<Vec<_>>().join(", ");
    let share = percent(said, rows);
    Some(match labelled {
        Some(label) => format!("{share} of its texts name the outcome: \u{201c}{label}\u{201d} followed by {words}"),
        None => format!("{share} of its values name the outcome: {words}"),
    })
}

/// An outcome word that stands in a text by itself.
fn word_in(text: &str, words: &[&'static str]) -> Option<&'static str> {
    let text = text.to_lowercase();
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    words.iter().copied().find(|word| {
        text.match_indices(*word)
            .any(|(at, found)| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + found.len()..].chars().next()))
    })
}

/// "Segment: churned, Branch: …" -> "Segment:". What stands before is a caption, no customer's value.
fn label_before(text: &str, word: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let before = text.get(..lower.find(word)?)?.trim_end();
    let caption = before.strip_suffix(':')?.rsplit([',', ';', '.', '\n', ':', '|']).next()?.trim();
    let is_caption = !caption.is_empty() && caption.len() <= 30 && caption.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '_');
    is_caption.then(|| format!("{caption}:"))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share in whole percent")]
fn percent(part: u64, whole: u64) -> String {
    match (part as f64 / (whole.max(1)) as f64 * 100.0).round() as u64 {
        0 => "under 1 %".to_owned(),
        share => format!("{share} %"),
    }
}

/// Features that alone tell the outcome almost without error, by their values or by where they are missing.
pub fn refused_features(data: &Labelled) -> Vec<Refused> {
    let one = |(name, column): (&String, &Vec<f64>)| {
        let known: Vec<usize> = (0..column.len()).filter(|row| !column[*row].is_nan()).collect();
        let labels: Vec<bool> = known.iter().map(|row| data.labels[*row]).collect();
        let values: Vec<f64> = known.iter().map(|row| column[*row]).collect();
        let missing: Vec<f64> = column.iter().map(|value| f64::from(u8::from(value.is_nan()))).collect();
        let by_value = auc(&values, &labels, None).map(|auc| auc.max(1.0 - auc)).filter(|_| real(known.len()) >= 50.0);
        let by_absence = auc(&missing, &data.labels, None).map(|auc| auc.max(1.0 - auc));
        let best = by_value.unwrap_or(0.5).max(by_absence.unwrap_or(0.5));
        (best >= TOO_GOOD).then(|| Refused {
            column: name.clone(),
            why: format!(
                "alone it orders the outcomes almost without error (AUC {best:.3}): it must come from after the cut-off, or be the outcome"
            ),
        })
    };
    data.table.names.iter().zip(&data.table.columns).filter_map(one).collect()
}
