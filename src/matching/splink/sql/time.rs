//! Dates and times: DuckDB's strptime, Spark's patterns, ISO text.

use chrono::{Datelike, NaiveDate};

use super::Dialect;
use super::value::{DAY, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    DayOfYear,
    WeekDayName,
    Hour,
    /// 1 to 12, with Half.
    HourOfHalf,
    Half,
    Minute,
    Second,
    Fraction,
    /// `Z` or `+01:00`.
    Offset,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Literal(char),
    /// A number of `least` to `most` digits, or a name.
    Read {
        part: Part,
        least: usize,
        most: usize,
    },
}

/// How a date is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    steps: Vec<Step>,
    /// Spaces around the text and between its parts are of no account (DuckDB).
    lenient: bool,
}

impl Format {
    /// Errors name what in the format is not known.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, String> {
        match dialect {
            Dialect::DuckDb => strptime(text),
            Dialect::Spark => java(text),
            Dialect::Sqlite | Dialect::Postgres => Err(format!("dates of a format are not read as {} reads them", dialect.name())),
        }
    }

    /// Microseconds since 1970, or `None` where the text is no such date.
    pub fn read(&self, text: &str) -> Option<i64> {
        let mut found = Found::default();
        let mut rest = if self.lenient { text.trim_start_matches(is_space) } else { text };
        for step in &self.steps {
            match step {
                Step::Literal(' ') if self.lenient => rest = rest.strip_prefix(is_space)?.trim_start_matches(is_space),
                Step::Literal(c) => rest = rest.strip_prefix(*c)?,
                Step::Read { part, least, most } => rest = found.read(*part, *least, *most, rest)?,
            }
        }
        let rest = if self.lenient { rest.trim_start_matches(is_space) } else { rest };
        if rest.is_empty() { found.moment() } else { None }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn strptime(text: &str) -> Result<Format, String> {
    let mut steps = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            steps.push(Step::Literal(c));
            continue;
        }
        let mut letter = chars.next();
        if letter == Some('-') {
            letter = chars.next();
        }
        let read = |part, most| Step::Read { part, least: 1, most };
        let step = match letter {
            Some('Y') => read(Part::Year, 4),
            Some('y') => read(Part::ShortYear, 2),
            Some('m') => read(Part::Month, 2),
            Some('d') => read(Part::Day, 2),
            Some('j') => read(Part::DayOfYear, 3),
            Some('b' | 'B') => read(Part::MonthName, 0),
            Some('a' | 'A') => read(Part::WeekDayName, 0),
            Some('H') => read(Part::Hour, 2),
            Some('I') => read(Part::HourOfHalf, 2),
            Some('p') => read(Part::Half, 0),
            Some('M') => read(Part::Minute, 2),
            Some('S') => read(Part::Second, 2),
            Some('f') => read(Part::Fraction, 6),
            Some('%') => Step::Literal('%'),
            Some(other) => return Err(format!("the date format %{other} is not one that Karat knows")),
            None => return Err("the date format ends with %".to_owned()),
        };
        steps.push(step);
    }
    Ok(Format { steps, lenient: true })
}

/// Java's patterns, for numbers of fixed width only.
fn java(text: &str) -> Result<Format, String> {
    let letters: Vec<char> = text.chars().collect();
    let mut steps = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let c = letters[at];
        if c == '\'' {
            let end = letters[at + 1..].iter().position(|c| *c == '\'').ok_or("a quote in the date pattern does not end")?;
            steps.extend(letters[at + 1..at + 1 + end].iter().map(|c| Step::Literal(*c)));
            at += end + 2;
            continue;
        }
        if !c.is_ascii_alphabetic() {
            if c == '%' {
                return Err("the date pattern is not one of Spark's (it has a %)".to_owned());
            }
            steps.push(Step::Literal(c));
            at += 1;
            continue;
        }
        let count = letters[at..].iter().take_while(|other| **other == c).count();
        let part = match (c, count) {
            ('y', 4) => Part::Year,
            ('M', 1 | 2) => Part::Month,
            ('d', 1 | 2) => Part::Day,
            ('H', 1 | 2) => Part::Hour,
            ('m', 1 | 2) => Part::Minute,
            ('s', 1 | 2) => Part::Second,
            ('X', 3) => Part::Offset,
            _ => return Err(format!("\"{}\" in the date pattern is not one that Karat knows", c.to_string().repeat(count))),
        };
        let most = if part == Part::Year { 4 } else { 2 };
        steps.push(Step::Read { part, least: count, most });
        at += count;
    }
    Ok(Format { steps, lenient: false })
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEK_DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What was read of a date so far.
#[derive(Debug)]
struct Found {
    year: i32,
    month: u32,
    day: u32,
    day_of_year: Option<u32>,
    hour: i64,
    afternoon: Option<bool>,
    half_hours: bool,
    minute: i64,
    second: i64,
    micros: i64,
    offset_minutes: i64,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            year: 1900,
            month: 1,
            day: 1,
            day_of_year: None,
            hour: 0,
            afternoon: None,
            half_hours: false,
            minute: 0,
            second: 0,
            micros: 0,
            offset_minutes: 0,
        }
    }
}

impl Found {
    /// Takes one part off the front.
    fn read<'t>(&mut self, part: Part, least: usize, most: usize, rest: &'t str) -> Option<&'t str> {
        if let Some(rest) = self.read_word(part, rest) {
            return rest;
        }
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if digits < least {
            return None;
        }
        let number: i64 = rest[..digits].parse().ok()?;
        let small = u32::try_from(number).ok()?;
        let inside = match part {
            Part::Year => {
                self.year = i32::try_from(number).ok()?;
                true
            }
            Part::ShortYear => {
                self.year = i32::try_from(number).ok()? + if number < 69 { 2000 } else { 1900 };
                true
            }
            Part::Month => {
                self.month = small;
                (1..=12).contains(&small)
            }
            Part::Day => {
                self.day = small;
                (1..=31).contains(&small)
            }
            Part::DayOfYear => {
                self.day_of_year = Some(small);
                (1..=366).contains(&small)
            }
            Part::Hour => {
                self.hour = number;
                number < 24
            }
            Part::HourOfHalf => {
                self.hour = number % 12;
                self.half_hours = true;
                (1..=12).contains(&number)
            }
            Part::Minute => {
                self.minute = number;
                number < 60
            }
            Part::Second => {
                self.second = number;
                number < 60
            }
            Part::Fraction => {
                self.micros = number * 10_i64.pow(u32::try_from(6 - digits).ok()?);
                true
            }
            Part::MonthName | Part::WeekDayName | Part::Half | Part::Offset => false,
        };
        inside.then(|| &rest[digits..])
    }

    /// Parts that are words. The outer `None`: the part is a number.
    fn read_word<'t>(&mut self, part: Part, rest: &'t str) -> Option<Option<&'t str>> {
        let starts = |word: &str| rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        let named = |names: &[&str]| {
            names.iter().enumerate().find_map(|(at, name)| {
                let taken = [*name, &name[..3]].into_iter().find(|word| starts(word))?;
                Some((at, taken.len()))
            })
        };
        match part {
            Part::MonthName => Some(named(&MONTHS).and_then(|(at, length)| {
                self.month = u32::try_from(at + 1).ok()?;
                Some(&rest[length..])
            })),
            Part::WeekDayName => Some(named(&WEEK_DAYS).map(|(_, length)| &rest[length..])),
            Part::Half => Some(["am", "pm"].iter().find(|word| starts(word)).map(|word| {
                self.afternoon = Some(*word == "pm");
                &rest[2..]
            })),
            Part::Offset => Some(self.read_offset(rest)),
            _ => None,
        }
    }

    fn read_offset<'t>(&mut self, rest: &'t str) -> Option<&'t str> {
        if let Some(rest) = rest.strip_prefix('Z') {
            return Some(rest);
        }
        let sign = if rest.starts_with('-') { -1 } else { 1 };
        let body = rest.strip_prefix(['+', '-'])?;
        let (hours, minutes) = (body.get(..2)?.parse::<i64>().ok()?, body.get(2..)?.strip_prefix(':')?.get(..2)?.parse::<i64>().ok()?);
        self.offset_minutes = sign * (hours * 60 + minutes);
        Some(&body[5..])
    }

    fn moment(&self) -> Option<i64> {
        let date = match self.day_of_year {
            Some(day) => NaiveDate::from_yo_opt(self.year, day)?,
            None => NaiveDate::from_ymd_opt(self.year, self.month, self.day)?,
        };
        let hour = if self.half_hours && self.afternoon == Some(true) { self.hour + 12 } else { self.hour };
        let seconds = hour * 3600 + (self.minute - self.offset_minutes) * 60 + self.second;
        Some(days(date) * DAY + seconds * 1_000_000 + self.micros)
    }
}

fn days(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - 719_163
}

/// ISO text: `2020-01-31` is a date, `2020-01-31 10:00:00` (or with T, Z, a fraction) a time.
pub fn read(text: &str) -> Option<Value> {
    let text = text.trim();
    let (date, time) = text.split_once([' ', 'T']).map_or((text, None), |(date, time)| (date, Some(time)));
    let day = Format { steps: iso_date(), lenient: false }.read(date)?;
    let Some(time) = time else { return Some(Value::Date(day)) };
    let time = time.strip_suffix('Z').unwrap_or(time);
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok().filter(|_| part.len() <= 2));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    if hour > 23 || minute > 59 || second > 59 || parts.next().is_some() || fraction.len() > 6 {
        return None;
    }
    let micros: i64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").parse().ok()? };
    Some(Value::Time(day + ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros))
}

fn iso_date() -> Vec<Step> {
    let number = |part, most| Step::Read { part, least: 1, most };
    vec![number(Part::Year, 4), Step::Literal('-'), number(Part::Month, 2), Step::Literal('-'), number(Part::Day, 2)]
}

/// The date of a time.
pub fn midnight(value: &Value) -> Value {
    match value {
        Value::Date(at) | Value::Time(at) => Value::Date(at.div_euclid(DAY) * DAY),
        other => other.clone(),
    }
}

/// Year, month and day of a moment.
pub fn calendar(at: i64) -> Option<(i32, u32, u32)> {
    let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(at.div_euclid(DAY) + 719_163).ok()?)?;
    Some((date.year(), date.month(), date.day()))
}

/// As a cast to text writes it.
pub fn write(value: &Value) -> Option<String> {
    let (at, with_time) = match value {
        Value::Date(at) => (*at, false),
        Value::Time(at) => (*at, true),
        _ => return None,
    };
    let (year, month, day) = calendar(at)?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    if !with_time {
        return Some(date);
    }
    let micros = at.rem_euclid(DAY);
    let seconds = micros / 1_000_000;
    let mut text = format!("{date} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros % 1_000_000 != 0 {
        text.push_str(format!(".{:06}", micros % 1_000_000).trim_end_matches('0'));
    }
    Some(text)
}
