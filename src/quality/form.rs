//! The form of a value: letters, digits and marks, with what repeats counted.

use std::fmt::Write as _;

/// `AB-1042` -> `A{2}-9{4}`; lower-case letters are `a`, upper-case ones `A`, any script. At most 12 different pieces.
pub fn form_of(value: &str) -> String {
    let mut form = String::new();
    let mut pieces = 0;
    let mut chars = value.chars().map(class).peekable();
    while let Some(c) = chars.next() {
        let mut times = 1;
        while chars.next_if_eq(&c).is_some() {
            times += 1;
        }
        pieces += 1;
        if pieces > 12 {
            form.push('\u{2026}');
            break;
        }
        form.push(c);
        if times > 1 {
            // Writing to a String cannot fail.
            let _ = write!(form, "{{{times}}}");
        }
    }
    form
}

fn class(c: char) -> char {
    if c.is_numeric() {
        '9'
    } else if c.is_lowercase() {
        'a'
    } else if c.is_alphabetic() {
        'A'
    } else {
        c
    }
}

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
