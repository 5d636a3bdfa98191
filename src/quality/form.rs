//! What values look like that stand for nothing or were typed loosely.

/// A space in front, behind, or two in a row.
pub fn has_loose_space(value: &str) -> bool {
    value.trim().len() != value.len() || value.contains("  ")
}

/// A letter beyond ASCII: accents, other scripts.
pub fn has_diacritics(value: &str) -> bool {
    value.chars().any(|c| !c.is_ascii() && c.is_alphabetic())
}

/// Values that stand for nothing (lower case).
const PLACEHOLDERS: [&str; 19] = [
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "nan",
    "unknown",
    "-",
    "--",
    "?",
    "tbd",
    "test",
    "test@test.com",
    "xxx",
    "x",
    "0000000000",
    "9999999999",
    "1900-01-01",
    "9999-12-31",
];

pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim().to_lowercase();
    PLACEHOLDERS.contains(&value.as_str())
}
