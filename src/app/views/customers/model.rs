//! What the customer pages show, as plain words. No egui.

use serde::Serialize;

use crate::app::widgets::table::Sort;
use crate::app::words;
use crate::engine::pages::{CustomerPage, CustomerRow, TimelineEntry};

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
    /// "4 records in 4 systems"
    pub records: String,
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
    Model {
        initials: words::initials(&page.name),
        entries: page.timeline.iter().filter(|entry| kind.holds(&entry.kind)).map(entry).collect(),
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
    fn balances_sort_as_numbers() {
        let page = crate::app::fixtures::customers::list("");
        let order = order(&page.rows, Some((8, true)));
        assert_eq!(order.first().and_then(|at| page.rows.get(*at)).map(|row| row.balance.as_str()), Some("204,760 USD"));
    }
}
