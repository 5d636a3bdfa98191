//! SQL text -> tokens, by the quoting rules of a dialect.

use super::Dialect;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// A bare word in its own spelling.
    Word(String),
    /// An identifier in quotes.
    Name(String),
    Text(String),
    /// A number; `whole` has neither point nor exponent.
    Number {
        value: f64,
        whole: bool,
    },
    /// Punctuation and operators.
    Sign(&'static str),
}

/// Longest first.
const SIGNS: [&str; 27] = [
    "<=>", "->", "<>", "!=", "<=", ">=", "||", "==", "::", "//", "**", "(", ")", "[", "]", ",", ".", "=", "<", ">", "+", "-", "*", "/",
    "%", ":", "^",
];

/// Errors say what could not be read.
pub fn tokens(sql: &str, dialect: Dialect) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = sql;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("--") {
            rest = after.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        if let Some(after) = rest.strip_prefix("/*") {
            rest = after.split_once("*/").ok_or("a comment does not end")?.1;
            continue;
        }
        let Some(first) = rest.chars().next() else { return Ok(found) };
        let (token, after) = match first {
            '\'' => quoted(rest, '\'', dialect == Dialect::Spark).map(|(text, after)| (Token::Text(text), after))?,
            '"' if dialect == Dialect::Spark => quoted(rest, '"', true).map(|(text, after)| (Token::Text(text), after))?,
            '"' | '`' => quoted(rest, first, false).map(|(text, after)| (Token::Name(text), after))?,
            _ if first.is_ascii_digit() || first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(rest)?,
            _ if first.is_alphabetic() || first == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
                (Token::Word(rest[..end].to_owned()), &rest[end..])
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign)).ok_or_else(|| format!("\"{first}\" is not known here"))?;
                (Token::Sign(sign), &rest[sign.len()..])
            }
        };
        found.push(token);
        rest = after;
    }
}

/// Text in quotes; a quote inside is doubled, or escaped where the dialect knows backslashes.
fn quoted(rest: &str, quote: char, backslash: bool) -> Result<(String, &str), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
                text.push(quote);
            } else {
                return Ok((text, &rest[at + quote.len_utf8()..]));
            }
        } else if c == '\\' && backslash {
            match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, other)) => text.push(other),
                None => break,
            }
        } else {
            text.push(c);
        }
    }
    Err("a quote does not end".to_owned())
}

fn number(rest: &str) -> Result<(Token, &str), String> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut end = digits(rest);
    let mut whole = true;
    if rest[end..].starts_with('.') {
        whole = false;
        end += 1;
        end += digits(&rest[end..]);
    }
    if rest[end..].starts_with(['e', 'E']) {
        let signed = usize::from(rest[end + 1..].starts_with(['+', '-']));
        let exponent = digits(&rest[end + 1 + signed..]);
        if exponent > 0 {
            whole = false;
            end += 1 + signed + exponent;
        }
    }
    let value = rest[..end].parse().map_err(|_| "a number cannot be read".to_owned())?;
    Ok((Token::Number { value, whole }, &rest[end..]))
}
