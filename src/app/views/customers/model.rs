//! What the customer pages show, as plain words. No egui.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::app::widgets::table::Sort;
use crate::app::words;
use crate::base::money::format_minor;
use crate::base::shown::{self, Axis};
use crate::engine::pages::{BalanceLine, CustomerPage, CustomerRisk, CustomerRow, RiskJudge, TimelineEntry};

/// Which entries of the timeline show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Kind {
    #[default]
    All,
    Money,
    Service,
    App,
    Notes,
    /// Not what happened, but what the sources said on a day.
    AsOf,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::All, Self::Money, Self::Service, Self::App, Self::Notes, Self::AsOf];

    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|kind| *kind == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Money => "Money",
            Self::Service => "Service",
            Self::App => "App",
            Self::Notes => "Notes",
            Self::AsOf => "As of",
        }
    }

    fn holds(self, kind: &str) -> bool {
        match self {
            Self::All => true,
            Self::Money => kind == "transaction",
            Self::Service => matches!(kind, "case" | "task"),
            Self::App => kind == "app",
            Self::Notes => kind == "note",
            Self::AsOf => false,
        }
    }
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    pub initials: String,
    /// Source systems, each once, in the order of the records.
    pub systems: Vec<String>,
    pub entries: Vec<Entry>,
    /// What is held over time, above the entries.
    pub chart: Option<Chart>,
    /// "4 records in 4 systems"
    pub records: String,
}

/// The balance line: x in days of the common era, y in whole units of the currency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// "All accounts, USD"
    pub title: String,
    /// A step holds until the next one.
    pub points: Vec<[f64; 2]>,
    pub from: f64,
    pub to: f64,
    #[serde(skip)]
    pub axis: Axis,
    pub ticks: Vec<(f64, String)>,
    pub marks: Vec<Mark>,
    /// Where a fall of three months begins.
    pub falls_from: Option<f64>,
    /// For a screen reader.
    pub said: String,
}

/// Something that happened, over the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    pub day: i32,
    /// Place among the entries.
    pub entry: usize,
}

impl Chart {
    /// What was held at a place of the x axis: "12 Mar 2025: 24,717.01 USD"
    pub fn near(&self, line: &BalanceLine, x: f64) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "days of the common era")]
        let day = NaiveDate::from_num_days_from_ce_opt(x.round() as i32).map(|day| day.to_string()).unwrap_or_default();
        let step = line.steps.iter().rev().find(|(from, _)| *from <= day).or(line.steps.first());
        step.map(|(_, minor)| format!("{}: {} {}", words::date(&day), format_minor(*minor, 2), line.currency)).unwrap_or_default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub date: String,
    pub kind: String,
    pub text: String,
}

pub fn build(page: &CustomerPage, kind: Kind) -> Model {
    let mut systems: Vec<String> = Vec::new();
    for record in &page.records {
        if !systems.contains(&record.key.source_system) {
            systems.push(record.key.source_system.clone());
        }
    }
    let shown: Vec<&TimelineEntry> = page.timeline.iter().filter(|entry| kind.holds(&entry.kind)).collect();
    Model {
        initials: words::initials(&page.name),
        entries: shown.iter().map(|one| entry(one)).collect(),
        chart: page.balance.as_ref().filter(|_| kind != Kind::AsOf).and_then(|line| chart(line, &shown, kind)),
        records: format!(
            "{} in {}",
            words::counted(page.records.len() as u64, "record", "records"),
            words::counted(systems.len() as u64, "system", "systems")
        ),
        systems,
    }
}

fn entry(entry: &TimelineEntry) -> Entry {
    Entry { date: words::date(&entry.date), kind: entry.kind.clone(), text: entry.text.clone() }
}

fn day_of(iso: &str) -> Option<i32> {
    Some(iso.get(..10)?.parse::<NaiveDate>().ok()?.num_days_from_ce())
}

#[expect(clippy::cast_precision_loss, reason = "money on screen")]
fn units(minor: i64) -> f64 {
    minor as f64 / 100.0
}

fn chart(line: &BalanceLine, entries: &[&TimelineEntry], kind: Kind) -> Option<Chart> {
    let to = day_of(&line.to)?;
    let steps: Vec<(i32, f64)> = line.steps.iter().filter_map(|(day, minor)| Some((day_of(day)?, units(*minor)))).collect();
    let (from, _) = *steps.first()?;
    let mut points: Vec<[f64; 2]> = Vec::with_capacity(steps.len() * 2);
    for (day, value) in &steps {
        points.extend(points.last().map(|last| [f64::from(*day), last[1]]));
        points.push([f64::from(*day), *value]);
    }
    points.push([f64::from(to), steps.last()?.1]);
    let marks = entries.iter().enumerate().filter(|(_, entry)| marked(kind, &entry.kind));
    let marks =
        marks.filter_map(|(at, entry)| Some(Mark { day: day_of(&entry.at)?, entry: at })).filter(|mark| mark.day >= from && mark.day <= to);
    let (first, last) = (line.steps.first()?, line.steps.last()?);
    let held = |minor: i64| format!("{} {}", format_minor(minor, 2), line.currency);
    let fall = if line.falls { ", falling for 3 months" } else { "" };
    Some(Chart {
        title: format!("All accounts, {}", line.currency),
        axis: shown::axis(steps.iter().map(|(_, value)| *value), false, 2.0),
        from: f64::from(from),
        to: f64::from(to),
        ticks: ticks(from, to),
        marks: marks.collect(),
        falls_from: line.falls.then(|| f64::from((to - 90).max(from))),
        said: format!("Balance from {} on {} to {} on {}{fall}", held(first.1), words::date(&first.0), held(last.1), words::date(&line.to)),
        points,
    })
}

/// What stands over the line: not each movement, and days in the app only where they are asked for.
fn marked(shown: Kind, kind: &str) -> bool {
    kind != "transaction" && (kind != "app" || shown == Kind::App)
}

/// First days of years, or of quarters and months where the line is short.
fn ticks(from: i32, to: i32) -> Vec<(f64, String)> {
    let months = match to - from {
        500.. => 12,
        150.. => 3,
        _ => 1,
    };
    let begins = |day: &NaiveDate| day.day() == 1 && day.month0().is_multiple_of(months);
    let days = (from..=to).filter_map(NaiveDate::from_num_days_from_ce_opt).filter(begins);
    let label = |day: NaiveDate| if months == 12 { day.year().to_string() } else { day.format("%b %Y").to_string() };
    days.map(|day| (f64::from(day.num_days_from_ce()), label(day))).collect()
}

/// "84.0 %" and "likely to be gone in 90 days, says model 14"
pub fn judged(risk: &CustomerRisk) -> (String, String) {
    match risk.judge {
        RiskJudge::Model { version, probability } => {
            (words::percent(probability), format!("likely to be gone in 90 days, says model {version}"))
        }
        RiskJudge::Rule { score } => (score.to_string(), "of 100 points, by rule without a model".to_owned()),
    }
}

/// Where the customer stands on the scale, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "at most 100 points")]
pub fn place(risk: &CustomerRisk) -> f64 {
    match risk.judge {
        RiskJudge::Model { probability, .. } => probability.clamp(0.0, 1.0),
        RiskJudge::Rule { score } => (score as f64 / 100.0).clamp(0.0, 1.0),
    }
}

/// "+0.91" in log odds, "+25" in points.
pub fn contribution(risk: &CustomerRisk, value: f64) -> String {
    match risk.judge {
        RiskJudge::Model { .. } => format!("{value:+.2}").replace('-', "\u{2212}"),
        RiskJudge::Rule { .. } => format!("+{value:.0}"),
    }
}

/// The rows' places in the order asked for: key, name, sources, e-mail, phone, born, branch, records, balance, risk.
pub fn order(rows: &[CustomerRow], sort: Sort) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    let Some((column, down)) = sort else { return places };
    let number = |text: &str| text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect::<String>().parse::<f64>().unwrap_or(0.0);
    places.sort_by(|a, b| {
        let (Some(a), Some(b)) = (rows.get(*a), rows.get(*b)) else { return std::cmp::Ordering::Equal };
        let order = match column {
            0 => a.key.cmp(&b.key),
            1 => a.name.cmp(&b.name),
            3 => a.email.cmp(&b.email),
            5 => a.birth_date.cmp(&b.birth_date),
            6 => a.branch.cmp(&b.branch),
            7 => a.records.cmp(&b.records),
            8 => number(&a.balance).total_cmp(&number(&b.balance)),
            9 => a.risk.cmp(&b.risk),
            _ => a.phone.cmp(&b.phone),
        };
        if down { order.reverse() } else { order }
    });
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeline_shows_what_is_asked_for() {
        let page = crate::app::fixtures::customers::one();
        let all = build(&page, Kind::All);
        assert_eq!((all.initials.as_str(), all.records.as_str()), ("PL", "4 records in 4 systems"));
        assert!(all.entries.len() > build(&page, Kind::Money).entries.len());
        assert!(build(&page, Kind::Notes).entries.iter().all(|entry| entry.kind == "note"));
    }

    #[test]
    fn the_line_holds_each_step_until_the_next() {
        let mut page = crate::app::fixtures::customers::one();
        let line = BalanceLine {
            currency: "USD".into(),
            steps: vec![("2026-01-10".into(), 10_000), ("2026-03-01".into(), 4_050)],
            to: "2026-11-21".into(),
            falls: true,
        };
        page.balance = Some(line.clone());
        let chart = build(&page, Kind::All).chart.expect("a chart");
        let heights: Vec<f64> = chart.points.iter().map(|point| point[1]).collect();
        assert_eq!(heights, [100.0, 100.0, 40.5, 40.5]);
        assert_eq!((chart.from, chart.to), (chart.points[0][0], chart.points[3][0]));
        assert_eq!(chart.falls_from, Some(chart.to - 90.0));
        assert_eq!(chart.near(&line, chart.points[2][0] - 1.0), "28 Feb 2026: 100.00 USD");
        assert_eq!(chart.near(&line, chart.to), "21 Nov 2026: 40.50 USD");
        assert_eq!(chart.ticks.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>(), ["Apr 2026", "Jul 2026", "Oct 2026"]);
        let kinds = |kind: Kind| -> Vec<String> {
            let model = build(&page, kind);
            let chart = model.chart.as_ref().expect("a chart");
            chart.marks.iter().map(|mark| model.entries[mark.entry].kind.clone()).collect()
        };
        assert_eq!(kinds(Kind::All), ["case", "case", "case", "note", "task"]);
        assert_eq!(kinds(Kind::App), ["app"]);
        assert!(kinds(Kind::Money).is_empty());
        assert!(build(&page, Kind::AsOf).chart.is_none());
    }

    #[test]
    fn balances_sort_as_numbers() {
        let page = crate::app::fixtures::customers::list("");
        let order = order(&page.rows, Some((8, true)));
        assert_eq!(order.first().and_then(|at| page.rows.get(*at)).map(|row| row.balance.as_str()), Some("204,760 USD"));
    }
}
