//! Case, accents, script and punctuation taken away, so that only what is said remains.

/// Lower-case ASCII letters and digits, words parted by one space. Other scripts are transliterated
/// ("Müller" -> "muller", "ВАСИЛЬЕВ" -> "vasilev"). Apostrophes vanish ("O'Hare" -> "ohare"), everything else parts words.
pub fn fold(text: &str) -> String {
    let ascii;
    let text = if text.is_ascii() {
        text
    } else {
        ascii = deunicode::deunicode(text);
        ascii.as_str()
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if matches!(c, '\'' | '`' | '’') {
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The digits alone.
pub fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Words that stand where a value is missing.
pub fn is_missing_word(folded: &str) -> bool {
    matches!(
        folded,
        "" | "na" | "n a" | "nan" | "none" | "null" | "nil" | "unknown" | "not available" | "not provided" | "tbd" | "test" | "xxx" | "x"
    )
}
