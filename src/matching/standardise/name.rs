//! A person's name taken apart: "Dr. Smith, John Q. Jr. (VIP)" -> dr | john | q | smith | jr.

use super::fold::{fold, is_missing_word};

/// Parts in lower case ASCII; a part that is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameParts {
    pub prefix: String,
    pub first: String,
    pub middle: String,
    pub last: String,
    pub suffix: String,
}

const PREFIXES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lady",
    "lord",
    "rev",
    "reverend",
    "hon",
    "capt",
    "herr",
    "frau",
    "mme",
    "mlle",
    "shri",
    "smt",
    "engr",
];
const PARTICLES: &[&str] = &[
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "bin", "ibn", "al", "el", "st", "ter", "ten",
    "mac", "mc",
];

/// "Jr.", "Junior" -> jr; "Sr" -> sr; roman and ordinal numbers -> i, ii, iii, iv. Anything else: `None`.
pub fn clean_suffix(text: &str) -> Option<&'static str> {
    match fold(text).as_str() {
        "jr" | "junior" | "jnr" => Some("jr"),
        "sr" | "senior" | "snr" => Some("sr"),
        "i" | "1st" => Some("i"),
        "ii" | "2nd" => Some("ii"),
        "iii" | "3rd" => Some("iii"),
        "iv" | "4th" => Some("iv"),
        _ => None,
    }
}

fn is_title_after_name(word: &str) -> bool {
    matches!(word, "phd" | "md" | "esq" | "cpa" | "mba" | "vip" | "dds" | "rn" | "obe" | "mbe")
}

/// Takes a whole name apart. Reads "First Middle Last Suffix" and "Last, First Middle"; drops titles, what stands in
/// brackets or quotes, and numbers that systems append ("Adnan Ahmed 831"). A lone word is taken for a given name, after a title for a surname.
pub fn parse_name(text: &str) -> NameParts {
    let bare = without_brackets(text);
    let mut parts = NameParts::default();
    let mut pieces = bare.splitn(2, ',');
    let before = words_of(pieces.next().unwrap_or(""), &mut parts);
    let after = words_of(pieces.next().unwrap_or(""), &mut parts);
    if after.is_empty() && before.len() == 1 && !parts.prefix.is_empty() {
        // "Mr. Williams"
        parts.last = before.concat();
        return parts;
    }
    let (given, family) = if after.is_empty() { split_plain(before) } else { (after, before) };
    let mut given = given.into_iter();
    parts.first = given.next().unwrap_or_default();
    parts.middle = given.collect::<Vec<_>>().join(" ");
    parts.last = family.join(" ");
    parts
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            '"' | '“' | '”' => out.push(' '),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn words_of(text: &str, parts: &mut NameParts) -> Vec<String> {
    let folded = fold(text);
    if is_missing_word(&folded) {
        return Vec::new();
    }
    let mut words: Vec<String> = Vec::new();
    let mut rest = folded.split(' ').peekable();
    while let Some(word) = rest.next() {
        // "Mary I. Smith" has an initial, "Charles Windsor I" is the first of his name.
        let may_be_suffix = word != "i" || rest.peek().is_none();
        if let Some(suffix) = clean_suffix(word).filter(|_| may_be_suffix && !words.is_empty()) {
            suffix.clone_into(&mut parts.suffix);
        } else if words.is_empty() && PREFIXES.contains(&word) {
            word.clone_into(&mut parts.prefix);
        } else if !is_title_after_name(word) && !word.bytes().any(|b| b.is_ascii_digit()) {
            words.push(word.to_owned());
        }
    }
    words
}

/// Given and family words of a name written in its plain order.
fn split_plain(mut words: Vec<String>) -> (Vec<String>, Vec<String>) {
    if words.len() < 2 {
        return (words, Vec::new());
    }
    let mut at = words.len() - 1;
    while at > 1 && PARTICLES.contains(&words[at - 1].as_str()) {
        at -= 1;
    }
    let family = words.split_off(at);
    (words, family)
}
