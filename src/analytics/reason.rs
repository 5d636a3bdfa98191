//! Why a probability is what it is, in words with values. Flow: contributions -> the strongest of the direction that counts -> a sentence each.

use serde::Serialize;

/// One feature's part in a probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    pub feature: String,
    /// None: not known.
    pub value: Option<f64>,
    /// Shapley value, log odds.
    pub contribution: f64,
    /// "No transaction for 74 days"
    pub text: String,
}

const MOST: usize = 3;

/// The strongest reasons: of a probability above the average those that raise it, of one below those that lower it.
pub fn reasons(features: &[String], values: &[f64], contributions: &[f64], is_above: bool) -> Vec<Reason> {
    let towards = |part: f64| if is_above { part } else { -part };
    let mut order: Vec<usize> = (0..features.len()).filter(|at| towards(contributions[*at]) > 0.0).collect();
    order.sort_by(|a, b| towards(contributions[*b]).total_cmp(&towards(contributions[*a])).then(a.cmp(b)));
    let reason = |at: usize| Reason {
        feature: features[at].clone(),
        value: Some(values[at]).filter(|value| !value.is_nan()),
        contribution: contributions[at],
        text: words(&features[at], values[at]),
    };
    order.into_iter().take(MOST).map(reason).collect()
}

/// A feature and its value as a sentence.
pub fn words(feature: &str, value: f64) -> String {
    if value.is_nan() {
        return format!("{}: not known", caption(feature));
    }
    let days = |what: &str| format!("{what} {}", counted(value, "day"));
    match feature {
        "days_since_last_transaction" => days("No transaction for"),
        "days_since_last_login" => days("No login for"),
        "days_since_last_complaint" => days("Last complaint before"),
        "days_since_last_complaint_resolved" => days("A complaint was settled before"),
        "days_since_last_interaction" => days("No contact for"),
        "days_since_last_note" => days("Last note before"),
        "transactions_last_30_days" => within(value, "transaction", 30),
        "transactions_last_90_days" => within(value, "transaction", 90),
        "complaints_last_30_days" => within(value, "complaint", 30),
        "complaints_last_90_days" => within(value, "complaint", 90),
        "high_priority_complaints_last_180_days" => within(value, "urgent complaint", 180),
        "interactions_last_90_days" => within(value, "contact", 90),
        "app_logins_last_30_days" => within(value, "login", 30),
        "app_logins_last_90_days" => within(value, "login", 90),
        "negative_notes_last_90_days" => within(value, "negative note", 90),
        "warning_notes_last_90_days" => within(value, "warning note", 90),
        "complaints_lifetime" => format!("{} so far", counted(value, "complaint")),
        "interactions_lifetime" => format!("{} so far", counted(value, "contact")),
        "unhappy_notes_lifetime" => format!("{} so far", counted(value, "unhappy note")),
        "positive_notes_lifetime" => format!("{} so far", counted(value, "positive note")),
        "open_complaints" => counted(value, "open complaint"),
        "transaction_frequency_change" => changed("Transactions", value),
        "amount_change" => changed("Amount moved", value),
        "app_login_frequency_change" => changed("Logins", value),
        "balance_trend_90d" => changed("Balance", value),
        "silence_ratio" => format!("Silent {} times as long as usual", shortest(value, 1)),
        "days_between_transactions" => format!("{} between transactions on average", counted((value * 10.0).round() / 10.0, "day")),
        "amount_last_90_days" => format!("Moved {} in 90 days", shortest(value, 0)),
        "app_minutes_last_90_days" => format!("{} in the app in 90 days", counted(value.round(), "minute")),
        "tenure_months" => format!("Customer for {}", counted(value.round(), "month")),
        "product_count" => counted(value, "product"),
        "branch_satisfaction_score" => format!("Branch rated {} of 5", shortest(value, 1)),
        "unhappy_note_share" => format!("{} % of notes are unhappy", shortest(value * 100.0, 0)),
        _ => format!("{}: {}", caption(feature), shortest(value, 2)),
    }
}

/// `days_since_last_note` -> "Days since last note"
pub fn caption(feature: &str) -> String {
    let text = feature.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn within(value: f64, noun: &str, days: u32) -> String {
    if value == 0.0 { format!("No {noun} in {days} days") } else { format!("{} in {days} days", counted(value, noun)) }
}

fn changed(what: &str, value: f64) -> String {
    let share = shortest(value.abs() * 100.0, 0);
    match value {
        v if v < 0.0 => format!("{what} fell {share} % in 90 days"),
        v if v > 0.0 => format!("{what} rose {share} % in 90 days"),
        _ => format!("{what} as in the 90 days before"),
    }
}

fn counted(value: f64, noun: &str) -> String {
    let number = shortest(value, 1);
    if number == "1" { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// At most so many digits behind the point, none that are 0, thousands marked.
fn shortest(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |rest| ("-", rest));
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), crate::base::money::group_thousands);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}
