//! Functions of single values.

use std::borrow::Cow;

use super::eval::{Frame, evaluate};
use super::function::Function as F;
use super::tree::Node;
use super::value::{DAY, Fault, Value};
use super::{Dialect, lists, measures, time};

/// Calls a function.
pub fn call<'a>(function: F, arguments: &'a [Node], frame: &mut Frame<'a>) -> Result<Cow<'a, Value>, Fault> {
    match function {
        F::ListLength
        | F::ListTransform
        | F::ListFilter
        | F::Flatten
        | F::ListMin
        | F::ListMax
        | F::ListDistinct
        | F::ListContains
        | F::ListHasAny
        | F::ListIntersect
        | F::ListElement
        | F::Cosine
        | F::ZipWith
        | F::Aggregate => return lists::call(function, arguments, frame),
        F::Coalesce => {
            for argument in arguments {
                let value = evaluate(argument, frame)?;
                if !value.is_null() {
                    return Ok(value);
                }
            }
            return Ok(Cow::Owned(Value::Null));
        }
        F::RegexExtract | F::RegexMatches | F::RegexFullMatch | F::RegexReplace => return by_pattern(function, arguments, frame),
        F::ParseTime => {
            let (what, Node::Format(format)) = (evaluate(&arguments[0], frame)?, &arguments[1]) else {
                return Err(Fault::new("the format of a date is missing"));
            };
            let found = if let Value::Text(text) = &*what { format.read(text) } else { None };
            return Ok(Cow::Owned(found.map_or(Value::Null, Value::Time)));
        }
        _ => {}
    }
    let mut values: Vec<Cow<'_, Value>> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        values.push(evaluate(argument, frame)?);
    }
    if let (F::Length, Value::List(items)) = (function, &*values[0]) {
        return Ok(Cow::Owned(Value::Number(items.len() as f64)));
    }
    computed(function, &values, frame.dialect).map(Cow::Owned)
}

fn by_pattern<'a>(function: F, arguments: &'a [Node], frame: &mut Frame<'a>) -> Result<Cow<'a, Value>, Fault> {
    let Node::Pattern(pattern) = &arguments[1] else { return Err(Fault::new("a regular expression is missing")) };
    let what = evaluate(&arguments[0], frame)?;
    let Value::Text(text) = &*what else { return Ok(Cow::Owned(Value::Null)) };
    let value = match function {
        F::RegexMatches | F::RegexFullMatch => Value::Bool(pattern.matches(text)),
        F::RegexReplace => {
            let with = evaluate(&arguments[2], frame)?;
            let Value::Text(with) = &*with else { return Ok(Cow::Owned(Value::Null)) };
            // Spark replaces all matches, DuckDB the first unless it is told to.
            let all = match arguments.get(3) {
                Some(Node::Literal(Value::Text(options))) if &**options == "g" => true,
                Some(_) => return Err(Fault::new("an option of regexp_replace is not known")),
                None => frame.dialect == Dialect::Spark,
            };
            Value::Text(pattern.replace(text, with, all).into())
        }
        _ => {
            // Without a group DuckDB gives the whole match, Spark the first group.
            let otherwise = if frame.dialect == Dialect::Spark { 1 } else { 0 };
            let group = match arguments.get(2) {
                Some(node) => match &*evaluate(node, frame)? {
                    Value::Number(group) => *group as usize,
                    _ => return Ok(Cow::Owned(Value::Null)),
                },
                None => otherwise,
            };
            Value::Text(pattern.extract(text, group).into())
        }
    };
    Ok(Cow::Owned(value))
}

fn computed(function: F, values: &[Cow<'_, Value>], dialect: Dialect) -> Result<Value, Fault> {
    match function {
        F::NullIf => return Ok(if values[0].equals(&values[1]) == Some(true) { Value::Null } else { values[0].clone().into_owned() }),
        F::Greatest | F::Least => {
            let wanted = if function == F::Greatest { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less };
            let mut best: Option<&Value> = None;
            for value in values.iter().filter(|value| !value.is_null()) {
                if best.is_none_or(|held| value.order(held) == Some(wanted)) {
                    best = Some(value);
                }
            }
            return Ok(best.cloned().unwrap_or(Value::Null));
        }
        F::Concatenate | F::ConcatenateWith => return joined(function, values),
        _ => {}
    }
    if values.iter().any(|value| value.is_null()) {
        return Ok(Value::Null);
    }
    match &*values[0] {
        Value::Text(first) => of_text(function, first, values, dialect),
        Value::Number(first) => of_number(function, *first, values),
        Value::Date(_) | Value::Time(_) => of_time(function, &values[0], values),
        _ => Err(Fault::new("a function meets a value of another kind")),
    }
}

/// `concat` leaves nulls out.
fn joined(function: F, values: &[Cow<'_, Value>]) -> Result<Value, Fault> {
    let mut texts = Vec::new();
    for value in values {
        match &**value {
            Value::Text(text) => texts.push(&**text),
            Value::Null => {}
            _ => return Err(Fault::new("it joins what is no text")),
        }
    }
    if function == F::Concatenate {
        return Ok(Value::Text(texts.concat().into()));
    }
    if values[0].is_null() {
        return Ok(Value::Null);
    }
    let between = texts.remove(0);
    Ok(Value::Text(texts.join(between).into()))
}

fn text_at<'v>(values: &'v [Cow<'_, Value>], at: usize) -> Result<&'v str, Fault> {
    match values.get(at).map(|value| &**value) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(Fault::new("a function meets a value that is no text")),
    }
}

fn number_at(values: &[Cow<'_, Value>], at: usize) -> Result<f64, Fault> {
    match values.get(at).map(|value| &**value) {
        Some(Value::Number(number)) => Ok(*number),
        _ => Err(Fault::new("a function meets a value that is no number")),
    }
}

fn of_text(function: F, first: &str, values: &[Cow<'_, Value>], dialect: Dialect) -> Result<Value, Fault> {
    let text = |found: String| Ok(Value::Text(found.into()));
    let number = |found: usize| Ok(Value::Number(found as f64));
    match function {
        F::Levenshtein | F::DamerauLevenshtein | F::Jaro | F::JaroWinkler | F::Jaccard | F::Hamming => {
            return measured(function, first, text_at(values, 1)?, dialect).map(Value::Number);
        }
        F::Lower => return text(lower(first)),
        F::Upper => return text(upper(first)),
        F::Trim | F::TrimStart | F::TrimEnd => {
            let set: Vec<char> = if values.len() > 1 { text_at(values, 1)?.chars().collect() } else { vec![' '] };
            let is_in = |c: char| set.contains(&c);
            let start = if function == F::TrimEnd { first } else { first.trim_start_matches(is_in) };
            return text(if function == F::TrimStart { start } else { start.trim_end_matches(is_in) }.to_owned());
        }
        F::PartsBetween => return parts_between(first, &values[1], &values[2]),
        F::Length => return number(first.chars().count()),
        F::Reverse => return text(first.chars().rev().collect()),
        F::Substring => {
            let length = if values.len() > 2 { Some(number_at(values, 2)? as i64) } else { None };
            return text(substring(first, number_at(values, 1)? as i64, length));
        }
        F::Left | F::Right => {
            let (count, wanted) = (first.chars().count() as i64, number_at(values, 1)? as i64);
            let kept = if wanted < 0 { (count + wanted).max(0) } else { wanted.min(count) };
            let (kept, count) = (usize::try_from(kept).unwrap_or(0), usize::try_from(count).unwrap_or(0));
            let skipped = if function == F::Left { 0 } else { count - kept };
            return text(first.chars().skip(skipped).take(kept).collect());
        }
        _ => {}
    }
    let second = text_at(values, 1)?;
    match function {
        F::Replace => text(if second.is_empty() { first.to_owned() } else { first.replace(second, text_at(values, 2)?) }),
        F::SplitPart => {
            let at = number_at(values, 2)? as i64;
            let parts: Vec<&str> = first.split(second).collect();
            let place = if at < 0 { parts.len() as i64 + at } else { at.max(1) - 1 };
            text(usize::try_from(place).ok().and_then(|place| parts.get(place)).map_or(String::new(), |part| (*part).to_owned()))
        }
        F::Split => Ok(Value::List(first.split(second).map(|part| Value::Text(part.into())).collect())),
        F::StartsWith => Ok(Value::Bool(first.starts_with(second))),
        F::EndsWith => Ok(Value::Bool(first.ends_with(second))),
        F::Contains => Ok(Value::Bool(first.contains(second))),
        _ => Err(Fault::new("a function meets text")),
    }
}

fn measured(function: F, l: &str, r: &str, dialect: Dialect) -> Result<f64, Fault> {
    let empty = || Fault::new("jaccard() meets an empty text, which DuckDB refuses");
    let unequal = || Fault::new("hamming() meets texts of different or no length, which DuckDB refuses");
    match function {
        // Spark's counts characters and takes empty text.
        F::Jaccard if dialect == Dialect::Spark => return Ok(measures::jaccard_of_characters(l, r)),
        F::Jaccard => return measures::jaccard(l.as_bytes(), r.as_bytes()).ok_or_else(empty),
        F::Hamming => return measures::hamming(l.as_bytes(), r.as_bytes()).map(|found| found as f64).ok_or_else(unequal),
        _ => {}
    }
    // Bytes and characters are the same for ASCII.
    if dialect.counts_bytes() || l.is_ascii() && r.is_ascii() {
        return Ok(edit_measure(function, l.as_bytes(), r.as_bytes()));
    }
    let (l, r): (Vec<char>, Vec<char>) = (l.chars().collect(), r.chars().collect());
    Ok(edit_measure(function, &l, &r))
}

fn edit_measure<T: PartialEq>(function: F, l: &[T], r: &[T]) -> f64 {
    match function {
        F::Levenshtein => measures::levenshtein(l, r) as f64,
        F::DamerauLevenshtein => measures::damerau_levenshtein(l, r) as f64,
        F::Jaro => measures::jaro(l, r),
        _ => measures::jaro_winkler(l, r),
    }
}

fn of_number(function: F, first: f64, values: &[Cow<'_, Value>]) -> Result<Value, Fault> {
    let found = match function {
        F::Abs => first.abs(),
        F::Round => first.round(),
        F::Floor => first.floor(),
        F::Ceiling => first.ceil(),
        F::Sqrt => first.sqrt(),
        F::Exp => first.exp(),
        F::Ln => first.ln(),
        F::Log2 => first.log2(),
        F::Log10 => first.log10(),
        F::Sin => first.sin(),
        F::Cos => first.cos(),
        F::Acos => first.acos(),
        F::Asin => first.asin(),
        F::Radians => first.to_radians(),
        F::Power => first.powf(number_at(values, 1)?),
        F::Atan2 => first.atan2(number_at(values, 1)?),
        _ => return Err(Fault::new("a function meets a number")),
    };
    Ok(Value::Number(found))
}

fn of_time(function: F, first: &Value, values: &[Cow<'_, Value>]) -> Result<Value, Fault> {
    let (Value::Date(at) | Value::Time(at)) = first else { return Err(Fault::new("a function meets what is no date")) };
    let calendar = || time::calendar(*at).ok_or_else(|| Fault::new("a date is out of range"));
    Ok(match function {
        F::Epoch => Value::Number(*at as f64 / 1e6),
        F::Date => time::midnight(first),
        F::Year => Value::Number(f64::from(calendar()?.0)),
        F::Month => Value::Number(f64::from(calendar()?.1)),
        F::Day => Value::Number(f64::from(calendar()?.2)),
        F::DaysBetween => match values.get(1).map(|value| &**value) {
            Some(Value::Date(other) | Value::Time(other)) => Value::Number((at.div_euclid(DAY) - other.div_euclid(DAY)) as f64),
            _ => return Err(Fault::new("a function meets what is no date")),
        },
        _ => return Err(Fault::new("a function meets a date")),
    })
}

/// Boundaries of a part of the calendar that lie between two times.
fn parts_between(part: &str, from: &Value, to: &Value) -> Result<Value, Fault> {
    let (Value::Date(from) | Value::Time(from), Value::Date(to) | Value::Time(to)) = (from, to) else {
        return Err(Fault::new("a function meets what is no date"));
    };
    let calendar = |at: i64| time::calendar(at).ok_or_else(|| Fault::new("a date is out of range"));
    let steps = |micros: i64| to.div_euclid(micros) - from.div_euclid(micros);
    let found = match part.to_ascii_lowercase().as_str() {
        "day" | "days" => steps(DAY),
        "hour" | "hours" => steps(DAY / 24),
        "minute" | "minutes" => steps(60_000_000),
        "second" | "seconds" => steps(1_000_000),
        "month" | "months" | "year" | "years" => {
            let ((year, month, _), (year_to, month_to, _)) = (calendar(*from)?, calendar(*to)?);
            let years = i64::from(year_to - year);
            if part.to_ascii_lowercase().starts_with('y') { years } else { years * 12 + i64::from(month_to) - i64::from(month) }
        }
        _ => return Err(Fault::new("date_diff() with that part is not one that Karat knows")),
    };
    Ok(Value::Number(found as f64))
}

/// Characters from `start` (1 is the first, -1 the last); a negative length counts backwards.
pub fn substring(text: &str, start: i64, length: Option<i64>) -> String {
    let count = text.chars().count() as i64;
    let from = if start < 0 { count + start } else { start - 1 };
    let to = length.map_or(count, |length| from.saturating_add(length));
    let (from, to) = (from.min(to).max(0), from.max(to).min(count));
    let (from, to) = (usize::try_from(from).unwrap_or(0), usize::try_from(to).unwrap_or(0));
    text.chars().skip(from).take(to.saturating_sub(from)).collect()
}

/// Letter by letter: a letter whose other case is several letters takes the first, as DuckDB does.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect()
}

/// Letter by letter: a letter whose other case is several letters stays, but for ß.
pub fn upper(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    let one = |c: char| {
        let mut upper = c.to_uppercase();
        match (c, upper.next(), upper.next()) {
            ('ß', _, _) => 'ẞ',
            (_, Some(only), None) => only,
            _ => c,
        }
    };
    text.chars().map(one).collect()
}

/// `%` any text, `_` any character.
pub fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for sign in pattern {
        if sign == '%' {
            let first = reached.iter().position(|r| *r).unwrap_or(reached.len());
            reached[first..].fill(true);
        } else {
            for at in (0..text.len()).rev() {
                reached[at + 1] = reached[at] && (sign == '_' || sign == text[at]);
            }
            reached[0] = false;
        }
    }
    reached[text.len()]
}
