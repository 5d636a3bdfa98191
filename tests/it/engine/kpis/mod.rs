//! Every figure of the dashboards beside a second computation. Flow: rows of bronze as text (bronze) -> plain structs -> sums in plain Rust (money,
//! people, risk) -> the figures that the pages show, under several filters.
//!
//! Taken from Karat itself are only: which records are one customer (tested by itself), the branch of a customer and since when a source knows
//! the customer, notes' customers, and about whom Review asks.

mod bronze;
mod money;
mod people;
mod risk;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use karat::engine::pages::{Chart, ChartKind, DashboardFilter, DashboardPage, DashboardView};
use karat::engine::{Page, Query};

use crate::support::{Bench, Desk};
use bronze::Facts;

/// Figures of one page: tiles and charts by id. None: there is no source for it.
#[derive(Default)]
struct Expected {
    tiles: BTreeMap<&'static str, Option<f64>>,
    /// Bars: label -> value.
    bars: BTreeMap<&'static str, BTreeMap<String, f64>>,
    /// Series of a time axis: (chart, series) -> value per place.
    series: BTreeMap<(&'static str, String), Vec<Option<f64>>>,
}

/// What is looked at, and where.
struct Look<'a> {
    facts: &'a Facts,
    view: &'a DashboardView,
    as_of: NaiveDate,
    from: NaiveDate,
    to: NaiveDate,
    currency: String,
    branch: Option<String>,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text} is no day"))
}

impl<'a> Look<'a> {
    fn new(facts: &'a Facts, view: &'a DashboardView) -> Self {
        Self {
            facts,
            view,
            as_of: day(&view.as_of),
            from: day(view.filter.from.as_deref().unwrap()),
            to: day(view.filter.to.as_deref().unwrap()),
            currency: view.filter.currency.clone().unwrap_or_default(),
            branch: view.filter.branch.clone(),
        }
    }

    /// The same page in the period before.
    fn before(&self) -> Self {
        let whole_years = (self.from.month(), self.from.day(), self.to.month(), self.to.day()) == (1, 1, 12, 31);
        let days = u64::try_from((self.to - self.from).num_days()).unwrap();
        let to = self.from - Days::new(1);
        let from = if whole_years { to.with_month(1).unwrap().with_day(1).unwrap() } else { to - Days::new(days) };
        Self { from, to, currency: self.currency.clone(), branch: self.branch.clone(), ..*self }
    }

    fn holds(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }

    fn chart(&self, id: &str) -> &'a Chart {
        self.view.charts.iter().find(|chart| chart.id == id).unwrap_or_else(|| panic!("no chart {id}"))
    }

    /// First and last day of each place of a chart's time axis.
    fn places(&self, chart: &str) -> Vec<(NaiveDate, NaiveDate)> {
        self.chart(chart).spans.iter().map(|(first, last)| (day(first), day(last))).collect()
    }
}

fn expected(look: &Look<'_>, page: DashboardPage) -> Expected {
    let mut all = Expected::default();
    match page {
        DashboardPage::Executive => {
            money::transactions(look, &mut all);
            money::balances(look, &mut all);
            people::customers(look, &mut all);
            people::complaints(look, &mut all);
            risk::tiers(look, &mut all);
        }
        DashboardPage::Customers => {
            money::balances(look, &mut all);
            people::customers(look, &mut all);
            risk::tiers(look, &mut all);
        }
        DashboardPage::Transactions => money::transactions(look, &mut all),
        DashboardPage::Loans => money::loans(look, &mut all),
        DashboardPage::Service => people::complaints(look, &mut all),
        DashboardPage::Digital => people::app(look, &mut all),
        DashboardPage::Signals => {
            people::value(look, &mut all);
            risk::signals(look, &mut all);
        }
        DashboardPage::Identity => {
            people::customers(look, &mut all);
            people::identity(look, &mut all);
        }
        DashboardPage::DataQuality => {
            all.tiles.insert("rows_loaded", Some(look.facts.rows_loaded));
        }
    }
    all
}

/// Compares what the page shows with what is expected; gives the ids that were compared.
fn compare(place: &str, look: &Look<'_>, page: DashboardPage) -> Vec<String> {
    let wanted = expected(look, page);
    let before = expected(&look.before(), page);
    let mut checked = Vec::new();
    for tile in &look.view.tiles {
        let Some(value) = wanted.tiles.get(tile.id.as_str()) else { continue };
        same(&format!("{place}: {}", tile.id), tile.number, *value);
        if let Some(previous) = tile.previous {
            same(&format!("{place}: {} before", tile.id), Some(previous), before.tiles[tile.id.as_str()]);
        }
        checked.push(tile.id.clone());
    }
    for chart in &look.view.charts {
        let place = format!("{place}: {}", chart.id);
        if let Some(bars) = wanted.bars.get(chart.id.as_str()) {
            bars_are(&place, chart, bars);
            checked.push(chart.id.clone());
        }
        for series in &chart.series {
            // The period before has places of its own, which no label names: its sum stands in the tiles.
            let Some(values) = wanted.series.get(&(id_of(&wanted, &chart.id), series.name.clone())) else { continue };
            assert_eq!(series.values.len(), values.len(), "{place} {}", series.name);
            for (at, (shown, value)) in series.values.iter().zip(values).enumerate() {
                same(&format!("{place} {} at {}", series.name, chart.x_labels[at]), *shown, *value);
            }
            checked.push(chart.id.clone());
        }
    }
    checked.dedup();
    checked
}

fn id_of(wanted: &Expected, id: &str) -> &'static str {
    wanted.series.keys().map(|(known, _)| *known).find(|known| *known == id).unwrap_or_default()
}

#[track_caller]
fn same(what: &str, shown: Option<f64>, wanted: Option<f64>) {
    let close = match (shown, wanted) {
        (Some(shown), Some(wanted)) => (shown - wanted).abs() < 0.0061,
        // No rows and none of nothing read alike.
        (None | Some(0.0), None) | (None, Some(0.0)) => true,
        _ => false,
    };
    assert!(close, "{what}: the page says {shown:?}, bronze {wanted:?}");
}

/// Bars by their labels; "3 others" is what is left.
fn bars_are(place: &str, chart: &Chart, wanted: &BTreeMap<String, f64>) {
    assert!(matches!(chart.kind, ChartKind::HorizontalBars | ChartKind::OrderedBars), "{place}");
    let mut left = wanted.clone();
    left.retain(|_, value| *value != 0.0);
    for (label, value) in chart.x_labels.iter().zip(&chart.series[0].values) {
        if label.ends_with(" others") {
            same(&format!("{place} {label}"), *value, Some(left.values().sum()));
            left.clear();
        } else {
            same(&format!("{place} {label}"), *value, Some(left.remove(label).unwrap_or(0.0)));
        }
    }
    assert!(left.is_empty(), "{place}: not shown are {left:?}");
}

fn view(desk: &Desk, page: DashboardPage, filter: &DashboardFilter) -> DashboardView {
    match &*desk.ask(Query::Dashboard { page, filter: filter.clone() }) {
        Page::Dashboard(view) => (**view).clone(),
        other => panic!("{other:?}"),
    }
}

/// All pages of a bank under each filter; gives what was compared.
fn all_pages(bench: &Bench, bank: &str, filters: &[DashboardFilter]) -> Vec<String> {
    let desk = bench.desk();
    let facts = bronze::read(&desk);
    let mut checked = Vec::new();
    for filter in filters {
        for page in DashboardPage::ALL {
            // The branch of a customer is no column of bronze.
            let of_customers = !matches!(page, DashboardPage::Transactions);
            if filter.branch.is_some() && of_customers {
                continue;
            }
            let view = view(&desk, page, filter);
            let place = format!("{bank}, {}, {}", page.name(), view.period);
            let look = Look::new(&facts, &view);
            checked.extend(compare(&place, &look, page));
            checked.extend(risk::calls(&place, &look, page).then(|| "who_to_call".to_owned()));
        }
    }
    checked.sort();
    checked.dedup();
    println!("{bank}: {} figures equal bronze: {}", checked.len(), checked.join(", "));
    checked
}

fn period(from: &str, to: &str) -> DashboardFilter {
    DashboardFilter { from: Some(from.to_owned()), to: Some(to.to_owned()), ..DashboardFilter::default() }
}

#[test]
fn the_sample_bank_s_figures_are_what_its_files_say() {
    let bench = Bench::sample();
    let branch = DashboardFilter { branch: Some("BR003".to_owned()), ..DashboardFilter::default() };
    let euros = DashboardFilter { currency: Some("EUR".to_owned()), ..DashboardFilter::default() };
    let filters = [DashboardFilter::default(), period("2025-02-10", "2025-05-03"), period("2024-01-01", "2024-12-31"), branch, euros];
    let checked = all_pages(&bench, "sample bank", &filters);
    assert!(checked.len() > 58, "{}: {checked:?}", checked.len());
}

/// Label -> value.
type Bars = BTreeMap<String, f64>;

/// Tiles and bars of the page about the data, by id.
fn data_quality(bench: &Bench) -> (BTreeMap<String, Option<f64>>, BTreeMap<String, Bars>) {
    let view = view(&bench.desk(), DashboardPage::DataQuality, &DashboardFilter::default());
    let tiles = view.tiles.iter().map(|tile| (tile.id.clone(), tile.number)).collect();
    let bars = |chart: &Chart| -> Option<(String, Bars)> {
        let values = chart.series.first()?.values.iter().map(|value| value.unwrap_or_default());
        Some((chart.id.clone(), chart.x_labels.iter().cloned().zip(values).collect()))
    };
    (tiles, view.charts.iter().filter_map(bars).collect())
}

#[test]
fn what_waits_in_quarantine_and_what_fails_a_test_is_counted_as_it_was_put_in() {
    let (bench, _) = Bench::of_bank(40, 9);
    let before = data_quality(&bench);
    assert_eq!(before.0["rows_in_quarantine"], Some(0.0));
    // Two rows are too short and three have no key; four are whole.
    let head = "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\n";
    let rows: String = (1..=4).map(|n| format!("BR{n:03},Branch {n},A,2015-03-15,4,C,1\n")).collect();
    let bad = "BR005,short\nBR006\n,X,A,2015-03-15,4,C,1\n,Y,A,2015-03-15,4,C,1\n,Z,A,2015-03-15,4,C,1\n";
    bench.ingest(&[&bench.file("gs_branches.csv", format!("{head}{rows}{bad}"))]);
    let (tiles, bars) = data_quality(&bench);
    assert_eq!(tiles["rows_in_quarantine"], Some(5.0));
    let mut reasons: Vec<f64> = bars["quarantine_by_reason"].values().copied().collect();
    reasons.sort_by(f64::total_cmp);
    // No key three times, and two rows that are too short in two ways.
    assert_eq!(reasons, [1.0, 1.0, 3.0], "{bars:?}");
    assert_eq!(tiles["rows_loaded"], before.0["rows_loaded"].map(|rows| rows + 4.0));
    // As the command says of each test.
    let told = bench.karat(&["test", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let tests = told["tests"].as_array().unwrap();
    let count = |outcomes: &[&str]| tests.iter().filter(|test| outcomes.contains(&test["outcome"].as_str().unwrap())).count();
    let (tiles, bars) = data_quality(&bench);
    same("tests that fail", tiles["tests_failed"], Some(money::number(count(&["error", "broken"]))));
    same("tests that pass", tiles["tests_passed"], money::share(money::number(count(&["pass"])), money::number(tests.len())));
    let mut failing: BTreeMap<String, f64> = BTreeMap::new();
    for test in tests.iter().filter(|test| test["failing_rows"].as_u64() > Some(0)) {
        *failing.entry(test["model"].as_str().unwrap().to_owned()).or_default() += test["failing_rows"].as_f64().unwrap();
    }
    for (table, rows) in bars["failing_by_table"].iter().filter(|(table, _)| !table.ends_with(" others")) {
        same(&format!("failing rows of {table}"), Some(*rows), failing.get(table).copied());
    }
    assert!(!failing.is_empty());
}

#[test]
fn bank_001_s_figures_are_what_its_files_say() {
    let Some(bench) = Bench::shared_bank("001_cloud_datawarehouse_dbt") else { return };
    let yen = DashboardFilter { currency: Some("JPY".to_owned()), ..period("2022-03-01", "2023-08-15") };
    all_pages(&bench, "bank 001", &[DashboardFilter::default(), yen]);
}

#[test]
fn bank_002_s_figures_are_what_its_files_say() {
    let Some(bench) = Bench::shared_bank("002_apex_bank_churn") else { return };
    all_pages(&bench, "bank 002", &[DashboardFilter::default(), period("2024-01-01", "2024-06-30")]);
}

#[test]
fn bank_004_s_figures_are_what_its_files_say() {
    let Some(bench) = Bench::shared_bank("004_realtime_banking_pipeline") else { return };
    all_pages(&bench, "bank 004", &[DashboardFilter::default()]);
}
