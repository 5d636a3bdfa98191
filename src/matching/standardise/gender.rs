//! Gender as systems write it.

use super::fold::fold;

/// "male", "female" or "other"; `None` where it is not known.
pub fn clean_gender(text: &str) -> Option<&'static str> {
    match fold(text).as_str() {
        "m" | "male" | "man" | "mr" | "boy" => Some("male"),
        "f" | "female" | "woman" | "ms" | "mrs" | "girl" | "w" => Some("female"),
        "other" | "x" | "nonbinary" | "non binary" | "diverse" | "d" | "prefer not to say" => Some("other"),
        _ => None,
    }
}
