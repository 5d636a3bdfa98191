//! When runs come by themselves. Flow: cron expression -> Schedule -> times to come, times that were missed, words.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// What is suggested to whoever asks for a schedule.
pub const DAILY: &str = "0 7 * * *";

/// A run that begins so much later still is the one that was due.
const GRACE: Duration = Duration::minutes(5);
/// How far it is looked back for runs that were missed, and how many are named.
const LOOK_BACK: Duration = Duration::days(31);
const MOST_MISSED: usize = 50;

const FIELDS: [(&str, &str); 5] = [
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31"),
    ("month", "1 to 12 or JAN to DEC"),
    ("day of the week", "0 to 7 or SUN to SAT"),
];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error(
        "the schedule has {found} of five fields. It reads minute, hour, day of the month, month, day of the week: \"0 7 * * *\" is every day at 07:00 UTC."
    )]
    Fields { found: usize },
    #[error(
        "the schedule can't be read at character {at}: \"{text}\" is no {field} ({range}, lists 1,15, ranges 1-5, steps */10). \"0 7 * * *\" is every day at 07:00 UTC."
    )]
    Field { at: usize, text: String, field: &'static str, range: &'static str },
    #[error("no day fits the schedule, so no run would ever come. \"0 7 1 * *\" is the first of every month at 07:00 UTC.")]
    Never,
}

/// A cron expression of five fields, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    pub(super) cron: Cron,
}

impl Schedule {
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != FIELDS.len() {
            return Err(ScheduleError::Fields { found: fields.len() });
        }
        let text = text.trim();
        // Which field it is, is found by reading each alone.
        for (at, field) in fields.iter().enumerate() {
            let mut alone = ["*"; 5];
            alone[at] = field;
            if read(&alone.join(" ")).is_none() {
                return Err(wrong_field(text, at, field));
            }
        }
        let text = fields.join(" ");
        let cron = read(&text).ok_or(ScheduleError::Never)?;
        let schedule = Self { text, cron };
        // Any moment will do: a day that never comes is found from everywhere.
        if schedule.next_after(DateTime::<Utc>::UNIX_EPOCH).is_none() {
            return Err(ScheduleError::Never);
        }
        Ok(schedule)
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// "At 07:00, UTC"
    pub fn words(&self) -> String {
        format!("{}, UTC", self.cron.describe().trim_end_matches('.'))
    }

    pub fn next_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.cron.find_next_occurrence(&at, false).ok()
    }

    /// The next times.
    pub fn next(&self, at: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.next_after(at), |last| self.next_after(*last)).take(count).collect()
    }

    /// Times since `since` at which a run was due and none began before the next was due, newest first. `begun`: when runs began, oldest first.
    pub fn missed(&self, since: DateTime<Utc>, now: DateTime<Utc>, begun: &[DateTime<Utc>]) -> Vec<DateTime<Utc>> {
        let (mut missed, mut until) = (Vec::new(), now);
        let first = since.max(now - LOOK_BACK);
        let mut due = self.cron.find_previous_occurrence(&now, true).ok();
        while let Some(at) = due.filter(|at| *at > first && missed.len() < MOST_MISSED) {
            let is_late = now - at >= GRACE;
            if is_late && !begun.iter().any(|begun| *begun >= at && *begun <= until) {
                missed.push(at);
            }
            until = at - Duration::seconds(1);
            due = self.cron.find_previous_occurrence(&at, false).ok();
        }
        missed
    }
}

fn read(text: &str) -> Option<Cron> {
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(text).ok()
}

fn wrong_field(text: &str, at: usize, field: &str) -> ScheduleError {
    let mut place = 0;
    let mut rest = text;
    for _ in 0..at {
        let skipped = rest.len() - rest.trim_start_matches(|c: char| !c.is_whitespace()).trim_start().len();
        place += skipped;
        rest = &rest[skipped..];
    }
    let (name, range) = FIELDS[at];
    ScheduleError::Field { at: text[..place].chars().count() + 1, text: field.to_owned(), field: name, range }
}

/// `2026-11-20T07:00:00Z`
pub fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
