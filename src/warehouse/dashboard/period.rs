//! The period shown, the one before, and how they are cut into buckets.

use chrono::{Datelike, Days, NaiveDate};

use super::figures::DashboardFilter;

/// Both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// What one place of a time axis stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    Day,
    Week,
    Month,
}

impl Period {
    /// The filter's dates, held within the as-of date; a reversed pair is turned round.
    pub fn of(filter: &DashboardFilter, as_of: NaiveDate) -> Self {
        let read = |text: &Option<String>| text.as_deref().and_then(|t| t.parse::<NaiveDate>().ok());
        let to = read(&filter.to).unwrap_or(as_of).min(as_of);
        let from = read(&filter.from).unwrap_or_else(|| year_before(to));
        if from <= to { Self { from, to } } else { Self { from: to, to: from.min(as_of) } }
    }

    /// `1 Jan to 30 Jun 2026`
    pub fn words(self) -> String {
        let from = if self.from.year() == self.to.year() { self.from.format("%-d %b") } else { self.from.format("%-d %b %Y") };
        format!("{from} to {}", self.to.format("%-d %b %Y"))
    }

    pub fn days(self) -> u64 {
        u64::try_from((self.to - self.from).num_days() + 1).unwrap_or(1)
    }

    /// As long, and ends the day before this one begins; whole years stand beside whole years.
    pub fn before(self) -> Self {
        let is_whole_years = (self.from.month(), self.from.day()) == (1, 1) && (self.to.month(), self.to.day()) == (12, 31);
        if is_whole_years {
            let years = self.to.year() - self.from.year() + 1;
            let first = |year| NaiveDate::from_ymd_opt(year, 1, 1);
            if let (Some(from), Some(end)) = (first(self.from.year() - years), first(self.from.year())) {
                return Self { from, to: back(end, 1) };
            }
        }
        let to = back(self.from, 1);
        Self { from: back(to, self.days() - 1), to }
    }

    /// From the first day of its first month to the last of its last, held within the as-of date.
    pub fn whole_months(self, as_of: NaiveDate) -> Self {
        Self { from: first_of(self.from), to: back(next_month(self.to), 1).min(as_of) }
    }

    /// It begins and ends with months, or with the data.
    pub fn is_whole_months(self, as_of: NaiveDate) -> bool {
        self == self.whole_months(as_of)
    }

    pub fn grain(self) -> Grain {
        match self.days() {
            0..=45 => Grain::Day,
            46..=400 => Grain::Week,
            _ => Grain::Month,
        }
    }

    /// Buckets of the period: by day and week counted from its first day, by month of the calendar.
    pub fn buckets(self, grain: Grain) -> usize {
        self.bucket(self.to, grain).map_or(0, |last| last + 1)
    }

    /// Where a day falls; None outside the period.
    pub fn bucket(self, day: NaiveDate, grain: Grain) -> Option<usize> {
        if day < self.from || day > self.to {
            return None;
        }
        let days = (day - self.from).num_days();
        let at = match grain {
            Grain::Day => days,
            Grain::Week => days / 7,
            Grain::Month => i64::from((day.year() - self.from.year()) * 12) + i64::from(day.month()) - i64::from(self.from.month()),
        };
        usize::try_from(at).ok()
    }

    /// First day of each bucket.
    pub fn starts(self, grain: Grain) -> Vec<NaiveDate> {
        let mut starts = Vec::new();
        let mut day = self.from;
        while day <= self.to {
            starts.push(day);
            day = match grain {
                Grain::Day => on(day, 1),
                Grain::Week => on(day, 7),
                Grain::Month => next_month(day),
            };
        }
        starts
    }

    /// At most 13 days of the period, evenly spread, the last one its end: where a spark line reads a level.
    pub fn sample(self) -> Vec<NaiveDate> {
        let steps = self.days().saturating_sub(1).clamp(1, 12);
        (0..=steps).map(|step| on(self.from, (self.days() - 1) * step / steps)).collect()
    }
}

impl Grain {
    pub fn label(self) -> &'static str {
        match self {
            Self::Day => "by day",
            Self::Week => "by week",
            Self::Month => "by month",
        }
    }

    pub fn name(self, start: NaiveDate) -> String {
        match self {
            Self::Day | Self::Week => start.format("%-d %b %Y").to_string(),
            Self::Month => start.format("%b %Y").to_string(),
        }
    }
}

pub(crate) fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// First day of the year that ends on this one.
fn year_before(to: NaiveDate) -> NaiveDate {
    on(to.checked_sub_months(chrono::Months::new(12)).unwrap_or(to), 1)
}

fn on(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn next_month(day: NaiveDate) -> NaiveDate {
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_period_before_touches_this_one() {
        let period = Period { from: day("2026-01-01"), to: day("2026-06-30") };
        assert_eq!(period.before().to, day("2025-12-31"));
        assert_eq!(period.before().days(), period.days());
        assert_eq!(period.grain(), Grain::Week);
        assert_eq!(period.buckets(Grain::Month), 6);
        assert_eq!(period.starts(Grain::Week).len(), period.buckets(Grain::Week));
        assert_eq!(period.sample().last(), Some(&period.to));
    }

    #[test]
    fn without_a_choice_it_is_the_last_year() {
        let period = Period::of(&DashboardFilter::default(), day("2025-12-31"));
        assert_eq!(period.words(), "1 Jan to 31 Dec 2025");
        assert_eq!(period.before().words(), "1 Jan to 31 Dec 2024");
    }

    #[test]
    fn a_filter_never_leaves_the_data() {
        let filter = DashboardFilter { from: Some("2030-01-01".into()), to: None, ..Default::default() };
        let period = Period::of(&filter, day("2026-01-11"));
        assert_eq!((period.from, period.to), (day("2026-01-11"), day("2026-01-11")));
    }
}
