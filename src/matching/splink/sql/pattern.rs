//! Regular expressions as RE2 (DuckDB's) reads them.

use regex::Regex;

/// A regular expression that was checked when the model was read.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    compiled: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.compiled.as_str() == other.compiled.as_str()
    }
}

impl Pattern {
    /// `whole`: it must match all of a text. Errors say why it cannot be used.
    pub fn parse(source: &str, whole: bool) -> Result<Self, String> {
        let translated = translate(source);
        let translated = if whole { format!("^(?:{translated})$") } else { translated };
        let compiled = Regex::new(&translated)
            .map_err(|_| "its regular expression is not one that Karat knows (look-around, back-references)".to_owned())?;
        Ok(Self { source: source.to_owned(), compiled })
    }

    /// The first match's group, empty where nothing matched; `None` where the pattern has no such group.
    pub fn extract<'t>(&self, text: &'t str, group: usize) -> &'t str {
        self.compiled.captures(text).and_then(|found| found.get(group)).map_or("", |found| found.as_str())
    }

    pub fn matches(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }

    /// `\1` in the replacement stands for a group, as in RE2.
    pub fn replace(&self, text: &str, with: &str, all: bool) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for found in self.compiled.captures_iter(text).take(if all { usize::MAX } else { 1 }) {
            let Some(whole) = found.get(0) else { continue };
            out.push_str(&text[from..whole.start()]);
            let mut chars = with.chars();
            while let Some(c) = chars.next() {
                match (c, c == '\\') {
                    (_, true) => match chars.next() {
                        Some(digit) if digit.is_ascii_digit() => {
                            let group = digit.to_digit(10).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
                            out.push_str(found.get(group).map_or("", |group| group.as_str()));
                        }
                        Some(other) => out.push(other),
                        None => {}
                    },
                    (other, false) => out.push(other),
                }
            }
            from = whole.end();
        }
        out.push_str(&text[from..]);
        out
    }
}

/// What RE2 and the regex library read differently: `\d \w \s \b` are ASCII in RE2, and inside of a class `[`, `&&`, `--` and `~~` mean
/// themselves.
fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    let mut class = false;
    while let Some(c) = chars.next() {
        match (c, class) {
            ('\\', _) => match chars.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') if !class => out.push_str("[^0-9]"),
                Some('w') => out.push_str("[0-9A-Za-z_]"),
                Some('W') if !class => out.push_str("[^0-9A-Za-z_]"),
                Some('s') => out.push_str(r"[\t\n\f\r ]"),
                Some('S') if !class => out.push_str(r"[^\t\n\f\r ]"),
                Some('b') if !class => out.push_str(r"(?-u:\b)"),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push('\\'),
            },
            ('[', false) => {
                class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    chars.next();
                    out.push('^');
                }
                if chars.peek() == Some(&']') {
                    chars.next();
                    out.push_str(r"\]");
                }
            }
            ('[', true) if chars.peek() == Some(&':') => {
                // A named class, such as [:alpha:], to its end.
                out.push('[');
                for inner in chars.by_ref() {
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            ('-', true) if chars.peek() == Some(&'-') => out.push_str(r"\-"),
            ('[' | '&' | '~', true) => {
                out.push('\\');
                out.push(c);
            }
            (']', true) => {
                class = false;
                out.push(']');
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_re2_reads() {
        let extract = |pattern: &str, text: &str, group: usize| Pattern::parse(pattern, false).unwrap().extract(text, group).to_owned();
        assert_eq!(extract("^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]", "NW1 4RY", 0), "NW1 4");
        assert_eq!(extract("([a-z]+)([0-9]+)", "ab12", 2), "12");
        assert_eq!(extract("([a-z]+)([0-9]+)", "ab12", 3), "");
        assert_eq!(extract("x", "ab", 0), "");
        assert_eq!(extract(r"\d+", "١٢ 12", 0), "12");
        assert_eq!(extract(r"[\w.]+@", "é.a@", 0), ".a@");
        assert_eq!(extract("[[a]+", "[a", 0), "[a");
        assert_eq!(extract("[[:alpha:]]+", "aß", 0), "a");
        assert!(Pattern::parse("(?=a)", false).is_err());
        assert!(!Pattern::parse("b.", true).unwrap().matches("abc"));
        assert_eq!(Pattern::parse("a", false).unwrap().replace("aabb", "x", false), "xabb");
        assert_eq!(Pattern::parse("(a)b", false).unwrap().replace("ab ab", r"\1", true), "a a");
    }
}
